// plugin/key-file.hpp - key files, in which settings and presets are.
#pragma once
#include <string>

#include "base/small-file.hpp"

namespace seedream::plugin {

using KeyFilePtr = std::unique_ptr<GKeyFile, Deleter<g_key_file_unref>>;

constexpr std::size_t longest_key_file = 1 << 20;  // a preset of a thousand words has 10 kB

// Whether a key file is there and can be read.
inline bool load(const KeyFilePtr& file, const std::string& path) {
  auto text = read_small_file(path, longest_key_file);
  return text && g_key_file_load_from_data(file.get(), text->data(), text->size(), G_KEY_FILE_NONE, nullptr);
}

// Empty where there is no such text.
inline std::string text_in(const KeyFilePtr& file, const char* group, const char* key) {
  const CharPtr text(g_key_file_get_string(file.get(), group, key, nullptr));
  return text ? text.get() : "";
}

}  // namespace seedream::plugin
