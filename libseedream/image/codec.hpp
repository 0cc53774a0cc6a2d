// image/codec.hpp - one file format: what it looks like, and how it becomes pixels. Every function takes
// untrusted bytes, touches nothing global and may run in any thread.
#pragma once
#include <gegl.h>

#include <span>

#include "base/result.hpp"
#include "image/stream.hpp"

namespace seedream::image {

// 100 megapixels of 16-bit RGBA stay below the 1 GiB that a job may use; no Seedream model draws more
// than 17.
constexpr gint64 max_pixels = 100'000'000;
constexpr std::size_t max_encoded_bytes = 64u << 20;

struct Codec;

struct Info {
  const Codec* codec = nullptr;
  int width = 0;   // pixels
  int height = 0;  // pixels
};

struct Decoded {
  Info info;
  Ref<GeglBuffer> buffer;
};

struct Codec {
  const char* media_type;
  const char* suffix;  // without the dot
  bool (*recognises)(std::span<const guint8> bytes) noexcept;
  Result<Info> (*probe)(const Bytes&) noexcept;  // reads the header only
  Result<Ref<GeglBuffer>> (*decode)(
      const Bytes&) noexcept;                          // in the picture's own precision and colour space
  Result<Decoded> (*decode_stream)(Stream&) noexcept;  // likewise; nullptr where only the whole can be read
};

extern const Codec png_codec;
extern const Codec jpeg_codec;
extern const Codec webp_codec;

// Fails unless so many bytes may be looked at.
Result<Done> check_encoded_size(std::size_t size) noexcept;
// Nothing: these bytes begin no picture that is known here.
const Codec* recognise(std::span<const guint8> bytes) noexcept;
// Fails unless a picture of that size may be decoded.
Result<Done> check_size(gint64 width, gint64 height) noexcept;
// The picture's own colour space where it names one that babl can use, else sRGB.
const Babl* space_from_profile(const guint8* data, std::size_t size) noexcept;
Ref<GeglBuffer> new_buffer(int width, int height, const Babl* format) noexcept;

}  // namespace seedream::image
