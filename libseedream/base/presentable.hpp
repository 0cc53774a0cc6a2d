// base/presentable.hpp - words of others, made safe to show.
#pragma once
#include <glib.h>

#include <string>
#include <string_view>

#include "base/glib-ptr.hpp"

namespace seedream {

// Controls, separators of lines, and marks that turn or hide the text around them.
inline bool breaks_the_line(gunichar c) {
  const GUnicodeType type = g_unichar_type(c);
  return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_LINE_SEPARATOR ||
         type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

// One line, no control characters, at most 300 characters.
inline std::string presentable(std::string_view text) {
  constexpr glong longest = 300;
  CharPtr valid(g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())));
  std::string out;
  glong length = 0;
  for (const char* p = valid.get(); *p && length < longest; p = g_utf8_next_char(p), ++length) {
    const gunichar c = g_utf8_get_char(p);
    if (breaks_the_line(c))
      out += ' ';
    else
      out.append(p, static_cast<const char*>(g_utf8_next_char(p)));
  }
  CharPtr trimmed(g_strstrip(g_strdup(out.c_str())));
  return trimmed.get();
}

}  // namespace seedream
