// net/retry-after.cpp - how long a server asks its callers to wait.
#include "net/retry-after.hpp"

#include <libsoup/soup.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/glib-ptr.hpp"

namespace seedream::net {

std::optional<std::chrono::seconds> read_retry_after(const std::string& text, gint64 now) {
  gint64 seconds = 0;
  const char* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, seconds); read.ec == std::errc() && read.ptr == end)
    return std::chrono::seconds(std::max<gint64>(0, seconds));
  std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> date(
      text.empty() ? nullptr : soup_date_time_new_from_http_string(text.c_str()));
  if (!date)
    return std::nullopt;
  return std::chrono::seconds(std::max<gint64>(0, g_date_time_to_unix(date.get()) - now));
}

}  // namespace seedream::net
