// plugin/originals.cpp - pictures as the service sent them.
#include "originals.hpp"

#include <glib/gi18n.h>

namespace seedream::plugin {
namespace {

constexpr int most_of_a_name = 1000;  // after so many of the same something else is wrong

// A prompt may hold what no file name may.
std::string as_file_name(const std::string& text) {
  const CharPtr name(g_strdelimit(g_strdup(text.c_str()), "/\\:*?\"<>|\n\r\t", '_'));
  const char* begin = name.get();
  while (*begin == '.' || *begin == ' ')
    ++begin;
  return *begin ? begin : "Seedream";
}

}  // namespace

Result<Done> save_original(const std::string& folder, const std::string& name, const Bytes& bytes,
                           const std::string& suffix) {
  const std::string stem = as_file_name(name);
  for (int number = 1; number < most_of_a_name; ++number) {
    const std::string file_name = (number == 1 ? stem : format("%s-%d", stem.c_str(), number)) + "." + suffix;
    const auto file =
        Ref<GFile>::adopt(g_file_new_build_filename(folder.c_str(), file_name.c_str(), nullptr));
    GError* raw = nullptr;
    const auto stream =
        Ref<GFileOutputStream>::adopt(g_file_create(file.get(), G_FILE_CREATE_NONE, nullptr, &raw));
    ErrorPtr error(raw);
    if (!stream && g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_EXISTS))
      continue;
    if (!stream)
      return error;
    auto* out = G_OUTPUT_STREAM(stream.get());
    if (!g_output_stream_write_all(out, bytes.data(), bytes.size(), nullptr, nullptr, &raw) ||
        !g_output_stream_close(out, nullptr, &raw))
      return ErrorPtr(raw);
    return Done{};
  }
  return make_error(SEEDREAM_ERROR_INVALID, _("There are too many files named “%s” in “%s”."), stem.c_str(),
                    folder.c_str());
}

}  // namespace seedream::plugin
