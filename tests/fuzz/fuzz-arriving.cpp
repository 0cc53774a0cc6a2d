// fuzz-arriving.cpp - a picture that is decoded while its bytes come is what probe() and decode() make of it,
// however it is cut, or both refuse it for the same reason.
#include "fuzz.hpp"
#include "image/arriving.hpp"
#include "simple-way.hpp"

using namespace seedream;
using namespace seedream::image;

namespace {

struct Seen {
  int width = 0, height = 0;
  const Babl* format = nullptr;
  std::vector<guint8> pixels;
  std::string error;
  bool operator==(const Seen&) const = default;
};

Seen seen(const Info& info, GeglBuffer* buffer, const ErrorPtr& error) {
  Seen seen{.width = info.width, .height = info.height, .error = error ? error->message : ""};
  g_assert(bool(buffer) != bool(error));
  if (buffer) {
    seen.format = gegl_buffer_get_format(buffer);
    seen.pixels = fuzz::pixels_of(buffer, seen.format);
  }
  return seen;
}

Seen simply(const Bytes& bytes, Result<Info>& info) {
  auto buffer = decode(bytes);
  return seen(info ? *info : Info(), buffer ? buffer->get() : nullptr,
              buffer ? nullptr : buffer.take_error());
}

Seen arrived(std::string_view bytes, bool in_pieces) {
  Arriving arriving;
  const auto feed = [&](std::string_view piece) {
    arriving.feed({reinterpret_cast<const guint8*>(piece.data()), piece.size()});
  };
  if (in_pieces)
    fuzz::Cuts(bytes).cut(bytes, feed);
  else
    feed(bytes);
  const Arriving::Whole whole = arriving.finish();
  g_assert(text_of(whole.bytes) == bytes);
  return seen(whole.info, whole.buffer.get(), whole.error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const Bytes bytes = Bytes::of(std::string(text));
  auto info = fuzz::probe_small(bytes);
  if (!info)
    return 0;
  const Seen wanted = simply(bytes, *info);
  g_assert(arrived(text, true) == wanted);
  g_assert(arrived(text, false) == wanted);
  return 0;
}
