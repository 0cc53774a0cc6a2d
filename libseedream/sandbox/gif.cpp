// sandbox/gif.cpp - opens GIF pictures, which some services take and our own codecs do not read.
#include "sandbox/gif.hpp"

#include <glib/gstdio.h>

#include "image/picture.hpp"

namespace seedream::sandbox {
namespace {

constexpr std::size_t header_size = 13;

// GEGL's reader makes room for whatever the header promises, and takes a file for whole that is not.
bool is_sound(const Bytes& file) {
  const guint8* header = file.data();
  if (header[file.size() - 1] != ';')
    return false;
  const int width = header[6] | header[7] << 8, height = header[8] | header[9] << 8;
  return static_cast<bool>(image::check_size(width, height));
}

Ref<GeglBuffer> load(const char* path) {
  const auto graph = Ref<GeglNode>::adopt(gegl_node_new());
  GeglBuffer* buffer = nullptr;
  GeglNode* source = gegl_node_new_child(graph.get(), "operation", "gegl:gif-load", "path", path, nullptr);
  GeglNode* sink =
      gegl_node_new_child(graph.get(), "operation", "gegl:buffer-sink", "buffer", &buffer, nullptr);
  gegl_node_link(source, sink);
  gegl_node_process(sink);
  return Ref<GeglBuffer>::adopt(buffer);
}

}  // namespace

bool is_gif(const Bytes& file) {
  const std::string_view text = text_of(file);
  return text.size() >= header_size && (text.starts_with("GIF87a") || text.starts_with("GIF89a"));
}

Bytes gif_as_png(const Bytes& file) {
  char* raw = nullptr;
  const int descriptor = is_sound(file) ? g_file_open_tmp("XXXXXX.gif", &raw, nullptr) : -1;
  const CharPtr path(raw);
  if (descriptor < 0)
    return {};
  g_close(descriptor, nullptr);
  const auto* text = reinterpret_cast<const char*>(file.data());
  Ref<GeglBuffer> buffer;
  if (g_file_set_contents_full(path.get(), text, gssize(file.size()), G_FILE_SET_CONTENTS_NONE, 0600,
                               nullptr))
    buffer = load(path.get());
  g_unlink(path.get());
  if (!buffer || gegl_buffer_get_width(buffer.get()) < 1)
    return {};
  auto png = image::encode_png(buffer.get());
  return png ? *png : Bytes();
}

}  // namespace seedream::sandbox
