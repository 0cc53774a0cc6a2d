// image/picture.cpp - what all formats share: recognising, limits, colour spaces.
#include "image/picture.hpp"

#include <array>
#include <mutex>
#include <vector>

namespace seedream::image {
namespace {

constexpr std::array codecs = {&png_codec, &jpeg_codec, &webp_codec};

Result<const Codec*> recognise(const Bytes& bytes) {
  if (bytes.size() > max_encoded_bytes)
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The picture has %zu MiB; %zu are the limit.",
                      bytes.size() >> 20, max_encoded_bytes >> 20);
  for (const Codec* codec : codecs)
    if (codec->recognises({bytes.data(), bytes.size()}))
      return codec;
  return make_error(SEEDREAM_ERROR_BAD_ANSWER, "This is not a PNG, JPEG or WebP picture.");
}

}  // namespace

Result<Done> check_size(gint64 width, gint64 height) noexcept {
  if (width < 1 || height < 1 || width * height > max_pixels)
    return make_error(SEEDREAM_ERROR_BAD_ANSWER,
                      "The picture has %" G_GINT64_FORMAT "×%" G_GINT64_FORMAT " pixels; %" G_GINT64_FORMAT
                      " megapixels are the limit.",
                      width, height, max_pixels / 1'000'000);
  return Done{};
}

const Babl* space_from_profile(const guint8* data, std::size_t size) noexcept {
  const char* error = nullptr;
  const Babl* space = data ? babl_space_from_icc(reinterpret_cast<const char*>(data), static_cast<int>(size),
                                                 BABL_ICC_INTENT_RELATIVE_COLORIMETRIC, &error)
                           : nullptr;
  return space ? space : babl_space("sRGB");
}

Ref<GeglBuffer> new_buffer(int width, int height, const Babl* format) noexcept {
  return Ref<GeglBuffer>::adopt(gegl_buffer_new(GEGL_RECTANGLE(0, 0, width, height), format));
}

const Codec* find_codec(std::string_view media_type) noexcept {
  for (const Codec* codec : codecs)
    if (media_type == codec->media_type)
      return codec;
  return nullptr;
}

Result<Info> probe(const Bytes& bytes) noexcept {
  auto codec = recognise(bytes);
  if (!codec)
    return codec.take_error();
  auto info = (*codec)->probe(bytes);
  if (!info)
    return info;
  if (auto fits = check_size(info->width, info->height); !fits)
    return fits.take_error();
  info->codec = *codec;
  return info;
}

Result<Ref<GeglBuffer>> decode(const Bytes& bytes) noexcept {
  auto info = probe(bytes);
  if (!info)
    return info.take_error();
  ensure_gegl();
  return info->codec->decode(bytes);
}

bool has_transparency(GeglBuffer* buffer) noexcept {
  if (!babl_format_has_alpha(gegl_buffer_get_format(buffer)))
    return false;
  const GeglRectangle all = *gegl_buffer_get_extent(buffer);
  constexpr int band = 128;  // rows: GEGL's tiles are that high, so each is visited once
  std::vector<guint8> grey_alpha(static_cast<std::size_t>(all.width) * band * 2);
  for (int y = 0; y < all.height; y += band) {
    const int rows = std::min(band, all.height - y);
    gegl_buffer_get(buffer, GEGL_RECTANGLE(all.x, all.y + y, all.width, rows), 1.0, babl_format("Y'A u8"),
                    grey_alpha.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    const std::size_t end = static_cast<std::size_t>(all.width) * static_cast<std::size_t>(rows) * 2;
    for (std::size_t i = 1; i < end; i += 2)
      if (grey_alpha[i] != 255)
        return true;
  }
  return false;
}

void ensure_gegl() noexcept {
  static std::once_flag once;
  std::call_once(once, [] { gegl_init(nullptr, nullptr); });
}

}  // namespace seedream::image
