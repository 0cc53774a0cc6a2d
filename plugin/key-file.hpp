// plugin/key-file.hpp - key files, in which settings and presets are.
#pragma once
#include <string>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

using KeyFilePtr = std::unique_ptr<GKeyFile, Deleter<g_key_file_unref>>;

// Empty where there is no such text.
inline std::string text_in(const KeyFilePtr& file, const char* group, const char* key) {
  const CharPtr text(g_key_file_get_string(file.get(), group, key, nullptr));
  return text ? text.get() : "";
}

}  // namespace seedream::plugin
