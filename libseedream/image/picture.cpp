// image/picture.cpp - what all formats share: recognising, limits, colour spaces.
#include "image/picture.hpp"

#include <array>
#include <mutex>
#include <vector>

#include "image/bands.hpp"

namespace seedream::image {
namespace {

constexpr std::array codecs = {&png_codec, &jpeg_codec, &webp_codec};

}  // namespace

Result<Done> check_encoded_size(std::size_t size) noexcept {
  if (size > max_encoded_bytes)
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The picture has %zu MiB; %zu are the limit.", size >> 20,
                      max_encoded_bytes >> 20);
  return Done{};
}

const Codec* recognise(std::span<const guint8> bytes) noexcept {
  for (const Codec* codec : codecs)
    if (codec->recognises(bytes))
      return codec;
  return nullptr;
}

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
  if (auto fits = check_encoded_size(bytes.size()); !fits)
    return fits.take_error();
  const Codec* codec = recognise({bytes.data(), bytes.size()});
  if (!codec)
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, "This is not a PNG, JPEG or WebP picture.");
  auto info = codec->probe(bytes);
  if (!info)
    return info;
  if (auto fits = check_size(info->width, info->height); !fits)
    return fits.take_error();
  info->codec = codec;
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
  const int width = gegl_buffer_get_width(buffer), height = gegl_buffer_get_height(buffer);
  const Babl* format = babl_format("R'G'B'A u8");
  const std::size_t row_bytes = static_cast<std::size_t>(width) * 4;
  const int rows = band_height(row_bytes, 1);
  return !share_out((height + rows - 1) / rows, [&]() -> BandWorker {
    auto rgba = std::make_shared<std::vector<guint8>>(row_bytes * static_cast<std::size_t>(rows));
    return [=](int band) {
      const int count = std::min(rows, height - band * rows);
      read_rows(buffer, band * rows, count, format, rgba->data());
      return is_opaque(rgba->data(), static_cast<std::size_t>(width) * static_cast<std::size_t>(count));
    };
  });
}

void ensure_gegl() noexcept {
  static std::once_flag once;
  std::call_once(once, [] { gegl_init(nullptr, nullptr); });
}

}  // namespace seedream::image
