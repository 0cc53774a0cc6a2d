// plugin/packed-buffer.cpp - pixels as bytes that can be written down, and back.
#include "packed-buffer.hpp"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include <cstring>

namespace seedream::plugin {
namespace {

constexpr int quick = 1;  // zlib's level: masks are mostly plain
constexpr const char* sign = "seedream-pixels 1";
constexpr gint64 most_pixels = 100'000'000;  // as the library has it

Bytes converted(GConverter* converter, const Bytes& bytes) {
  const auto memory = Ref<GOutputStream>::adopt(g_memory_output_stream_new_resizable());
  const auto stream = Ref<GOutputStream>::adopt(g_converter_output_stream_new(memory.get(), converter));
  if (!g_output_stream_write_all(stream.get(), bytes.data(), bytes.size(), nullptr, nullptr, nullptr) ||
      !g_output_stream_close(stream.get(), nullptr, nullptr))
    return {};
  return Bytes::adopt(g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(memory.get())));
}

ErrorPtr no_pixels() {
  return make_error(SEEDREAM_ERROR_FAILED, _("What was written down with this job cannot be read."));
}

}  // namespace

// A line that says what follows, then the pixels, row by row.
Bytes pack(GeglBuffer* buffer) {
  const GeglRectangle* extent = gegl_buffer_get_extent(buffer);
  const Babl* layout = gegl_buffer_get_format(buffer);
  std::string text = format("%s\t%d\t%d\t%d\t%d\t%s\n", sign, extent->x, extent->y, extent->width,
                            extent->height, babl_format_get_encoding(layout));
  const std::size_t head = text.size();
  text.resize(head + std::size_t(extent->width) * std::size_t(extent->height) *
                         std::size_t(babl_format_get_bytes_per_pixel(layout)));
  gegl_buffer_get(buffer, extent, 1, layout, text.data() + head, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  const auto compressor =
      Ref<GZlibCompressor>::adopt(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, quick));
  return converted(G_CONVERTER(compressor.get()), Bytes::of(std::move(text)));
}

Result<Ref<GeglBuffer>> unpack(const Bytes& bytes) {
  const auto decompressor =
      Ref<GZlibDecompressor>::adopt(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  const Bytes plain = converted(G_CONVERTER(decompressor.get()), bytes);
  const std::string_view text = text_of(plain);
  const std::string head(text.substr(0, text.find('\n')));
  const std::unique_ptr<char*, Deleter<g_strfreev>> words(g_strsplit(head.c_str(), "\t", -1));
  if (head.size() == text.size() || g_strv_length(words.get()) != 6 || strcmp(words.get()[0], sign) != 0 ||
      !babl_format_exists(words.get()[5]))
    return no_pixels();
  const auto number = [&](int i) { return int(g_ascii_strtoll(words.get()[i], nullptr, 10)); };
  const GeglRectangle extent{number(1), number(2), number(3), number(4)};
  const Babl* layout = babl_format(words.get()[5]);
  const gint64 n_pixels = gint64{extent.width} * extent.height;
  if (extent.width <= 0 || extent.height <= 0 || n_pixels > most_pixels ||
      text.size() - head.size() - 1 !=
          std::size_t(n_pixels) * std::size_t(babl_format_get_bytes_per_pixel(layout)))
    return no_pixels();
  auto buffer = Ref<GeglBuffer>::adopt(gegl_buffer_new(&extent, layout));
  gegl_buffer_set(buffer.get(), &extent, 0, layout, text.data() + head.size() + 1, GEGL_AUTO_ROWSTRIDE);
  return buffer;
}

}  // namespace seedream::plugin
