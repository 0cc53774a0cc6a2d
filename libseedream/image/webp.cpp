// image/webp.cpp - WebP by libwebp.
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>

#include <vector>

#include "image/picture.hpp"

namespace seedream::image {
namespace {

ErrorPtr unreadable(const char* reason) {
  return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The WebP picture is damaged: %s.", reason);
}

Result<WebPBitstreamFeatures> features_of(const Bytes& bytes) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK)
    return unreadable("its header cannot be read");
  return features;
}

const Babl* space_of(const Bytes& bytes) {
  const WebPData data{bytes.data(), bytes.size()};
  std::unique_ptr<WebPDemuxer, Deleter<WebPDemuxDelete>> demuxer(WebPDemux(&data));
  WebPChunkIterator chunk;
  const Babl* space = babl_space("sRGB");
  if (demuxer && WebPDemuxGetChunk(demuxer.get(), "ICCP", 1, &chunk)) {
    space = space_from_profile(chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  return space;
}

Result<Info> probe_webp(const Bytes& bytes) noexcept {
  auto features = features_of(bytes);
  if (!features)
    return features.take_error();
  return Info{&webp_codec, features->width, features->height};
}

// Of an animation the first picture, which need not fill it all.
Result<Ref<GeglBuffer>> decode_first_frame(const Bytes& bytes, const WebPBitstreamFeatures& features) {
  const WebPData data{bytes.data(), bytes.size()};
  std::unique_ptr<WebPDemuxer, Deleter<WebPDemuxDelete>> demuxer(WebPDemux(&data));
  WebPIterator frame{};
  const bool found = demuxer && WebPDemuxGetFrame(demuxer.get(), 1, &frame);
  const std::unique_ptr<WebPIterator, Deleter<WebPDemuxReleaseIterator>> release(found ? &frame : nullptr);
  if (!found || !frame.complete)
    return unreadable("its first picture is cut short");
  const int stride = frame.width * 4;
  std::vector<guint8> pixels(static_cast<std::size_t>(stride) * static_cast<std::size_t>(frame.height));
  if (!WebPDecodeRGBAInto(frame.fragment.bytes, frame.fragment.size, pixels.data(), pixels.size(), stride))
    return unreadable("its first picture is damaged");
  const Babl* format = babl_format_with_space("R'G'B'A u8", space_of(bytes));
  auto buffer = new_buffer(features.width, features.height, format);
  gegl_buffer_set(buffer.get(), GEGL_RECTANGLE(frame.x_offset, frame.y_offset, frame.width, frame.height), 0,
                  format, pixels.data(), stride);
  return buffer;
}

Result<Ref<GeglBuffer>> decode_webp(const Bytes& bytes) noexcept {
  auto features = features_of(bytes);
  if (!features)
    return features.take_error();
  if (features->has_animation)
    return decode_first_frame(bytes, *features);
  const int channels = features->has_alpha ? 4 : 3;
  const int stride = features->width * channels;
  std::vector<guint8> pixels(static_cast<std::size_t>(stride) * static_cast<std::size_t>(features->height));
  const auto decode = features->has_alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (!decode(bytes.data(), bytes.size(), pixels.data(), pixels.size(), stride))
    return unreadable("its pixels are cut short or wrong");
  const Babl* format = babl_format_with_space(channels == 4 ? "R'G'B'A u8" : "R'G'B' u8", space_of(bytes));
  auto buffer = new_buffer(features->width, features->height, format);
  gegl_buffer_set(buffer.get(), nullptr, 0, format, pixels.data(), stride);
  return buffer;
}

bool is_webp(std::span<const guint8> bytes) noexcept {
  return bytes.size() > 12 && memcmp(bytes.data(), "RIFF", 4) == 0 &&
         memcmp(bytes.data() + 8, "WEBP", 4) == 0;
}

}  // namespace

const Codec webp_codec = {"image/webp", "webp", is_webp, probe_webp, decode_webp, nullptr};

Result<Bytes> encode_webp(GeglBuffer* buffer, int quality) noexcept {
  const GeglRectangle* all = gegl_buffer_get_extent(buffer);
  const int stride = all->width * 4;
  std::vector<guint8> pixels(static_cast<std::size_t>(stride) * static_cast<std::size_t>(all->height));
  gegl_buffer_get(buffer, nullptr, 1.0, babl_format("R'G'B'A u8"), pixels.data(), stride, GEGL_ABYSS_NONE);
  guint8* out = nullptr;
  const std::size_t size =
      WebPEncodeRGBA(pixels.data(), all->width, all->height, stride, static_cast<float>(quality), &out);
  if (size == 0)
    return make_error(SEEDREAM_ERROR_FAILED, "The picture could not be written as WebP.");
  return Bytes::adopt(g_bytes_new_with_free_func(out, size, WebPFree, out));
}

}  // namespace seedream::image
