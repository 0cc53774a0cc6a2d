// fuzz-picture.cpp - the door where pictures come in: probe() and decode() take any bytes, say the same of
// them, and what was decoded can be written and read again.
#include "fuzz.hpp"
#include "simple-way.hpp"

using namespace seedream;
using namespace seedream::image;

namespace {

void assert_error(const ErrorPtr& error) {
  g_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
  g_assert(*error->message);
}

void write_again(GeglBuffer* buffer) {
  auto png = encode_png(buffer);
  g_assert(bool(png));
  auto again = decode(*png);
  g_assert(bool(again));
  const Babl* format = babl_format("R'G'B'A u8");
  g_assert(fuzz::pixels_of(again->get(), format) == fuzz::pixels_of(buffer, format));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const Bytes bytes = Bytes::of(std::string(fuzz::text_of(data, size)));
  auto info = fuzz::probe_small(bytes);
  if (!info)
    return 0;
  auto buffer = decode(bytes);
  if (!*info) {
    g_assert(!buffer);
    assert_error(info->take_error());
  }
  if (!buffer) {
    assert_error(buffer.take_error());
    return 0;
  }
  const Info& seen = **info;
  g_assert(seen.codec && seen.codec == recognise({data, size}));
  g_assert(gegl_buffer_get_width(buffer->get()) == seen.width);
  g_assert(gegl_buffer_get_height(buffer->get()) == seen.height);
  has_transparency(buffer->get());
  if (seen.width * seen.height <= 4096)
    write_again(buffer->get());
  return 0;
}
