// image/picture.hpp - encoded bytes to pixels and back.
#pragma once
#include "image/codec.hpp"

namespace seedream::image {

// Which picture these bytes are, by their first bytes and header; no name or media type is believed.
Result<Info> probe(const Bytes& bytes) noexcept;
// Nothing: no codec here reads this type.
const Codec* find_codec(std::string_view media_type) noexcept;
// All the pixels. Fails when one is missing.
Result<Ref<GeglBuffer>> decode(const Bytes& bytes) noexcept;

// How far an encoding came.
enum class Ending {
  whole,
  too_long,     // it was given up where it passed the most bytes
  transparent,  // or where a pixel was not opaque
};
struct Encoding {
  Ending ending;
  Bytes bytes;  // where it is whole
};

// As encode_png, but given up as soon as it is longer than that.
Result<Encoding> try_png(GeglBuffer* buffer, std::size_t max_bytes) noexcept;
enum class Alpha { drop, refuse };
// As encode_jpeg, but given up as soon as it is longer than that, or finds transparency that it may not drop.
Result<Encoding> try_jpeg(GeglBuffer* buffer, int quality, std::size_t max_bytes, Alpha alpha) noexcept;

// 8-bit sRGB; alpha is left out where every pixel is opaque.
Result<Bytes> encode_png(GeglBuffer* buffer) noexcept;
// 8-bit sRGB, 4:4:4, alpha dropped. quality is 1 to 100.
Result<Bytes> encode_jpeg(GeglBuffer* buffer, int quality) noexcept;
// 8-bit sRGB, lossy. quality is 1 to 100.
Result<Bytes> encode_webp(GeglBuffer* buffer, int quality) noexcept;

// Whether any pixel lets what is below shine through.
bool has_transparency(GeglBuffer* buffer) noexcept;

// GEGL's own start-up, once; takes about 100 ms, so workers do it.
void ensure_gegl() noexcept;

}  // namespace seedream::image
