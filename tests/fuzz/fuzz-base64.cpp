// fuzz-base64.cpp - base64 beside GLib's, in pieces beside in one, and there and back again; data URLs too.
#include "fuzz.hpp"
#include "wire/base64.hpp"
#include "wire/body-reader.hpp"
#include "wire/data-url.hpp"

using namespace seedream;
using namespace seedream::wire;

namespace {

std::string encoded(const Bytes& bytes) {
  std::string text(base64_length(bytes.size()), '?');
  encode_base64({bytes.data(), bytes.size()}, text.data());
  return text;
}

void decode_in_pieces(std::string_view text, const Result<Bytes>& whole, const Bytes& wanted) {
  Base64Decoder decoder;
  std::string bytes;
  fuzz::Cuts(text).cut(text, [&](std::string_view piece) {
    std::vector<guint8> out(Base64Decoder::most_bytes(piece.size()));
    const std::size_t size = decoder.feed(piece, out.data());
    g_assert(size <= out.size());
    bytes.append(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
  });
  g_assert(decoder.is_whole() == bool(whole));
  if (whole)
    g_assert(bytes == text_of(wanted));
}

void decode(std::string_view text) {
  auto bytes = decode_base64(text);
  decode_in_pieces(text, bytes, bytes ? *bytes : Bytes());
  if (!bytes)
    return;
  gsize size = 0;
  const CharPtr other(reinterpret_cast<char*>(g_base64_decode(std::string(text).c_str(), &size)));
  g_assert((std::string_view(other.get(), size) == text_of(*bytes)));
  g_assert(encoded(*bytes).size() == text.size());
}

void there_and_back(std::string_view text) {
  const Bytes bytes = Bytes::of(std::string(text));
  const CharPtr other(g_base64_encode(bytes.data(), bytes.size()));
  g_assert(encoded(bytes) == other.get());
  auto again = read_data_url(write_data_url("image/png", bytes));
  g_assert(again && text_of(again->bytes) == text && again->media_type == "image/png");
}

void read_body(std::string_view text) {
  Body body;
  std::string wanted;
  bool as_base64 = false;
  fuzz::Cuts cuts(text);
  cuts.cut(text, [&](std::string_view piece) {
    const Bytes bytes = Bytes::of(std::string(piece));
    as_base64 = !as_base64;
    as_base64 ? body.add_as_base64(bytes) : body.add(bytes);
    wanted += as_base64 ? encoded(bytes) : std::string(piece);
  });
  BodyReader reader(body);
  std::string got;
  cuts.cut(wanted, [&](std::string_view room) {
    std::vector<char> out(room.size());
    const std::size_t size = reader.read(out);
    g_assert(size == out.size());
    got.append(out.data(), size);
  });
  char more = 0;
  g_assert(reader.read({&more, 1}) == 0);
  g_assert(got == wanted && body.size() == wanted.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  decode(text);
  there_and_back(text);
  read_body(text);
  if (auto url = read_data_url(text))
    g_assert(is_data_url(text) && bool(decode_base64(text.substr(text.find(',') + 1))));
  return 0;
}
