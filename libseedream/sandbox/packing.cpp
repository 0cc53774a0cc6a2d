// sandbox/packing.cpp - zlib's and gzip's compression of texts, among them such as nobody could hold.
#include "sandbox/packing.hpp"

#include <zlib.h>

namespace seedream::sandbox {
namespace {

constexpr int raw_window = -15, memory = 8;

const Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

// Without a head or a sum: those are written here, for the sum of the whole is not that of its pieces.
class Packer {
 public:
  Packer() { deflateInit2(&stream_, Z_BEST_COMPRESSION, Z_DEFLATED, raw_window, memory, Z_DEFAULT_STRATEGY); }
  ~Packer() { deflateEnd(&stream_); }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  // What begins after a full flush is packed as if nothing had been before.
  std::string pack(std::string_view text, int flush) {
    std::string out(deflateBound(&stream_, uLong(text.size())) + 16, '\0');
    stream_.next_in = const_cast<Bytef*>(bytes_of(text));
    stream_.avail_in = uInt(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = uInt(out.size());
    deflate(&stream_, flush);
    out.resize(out.size() - stream_.avail_out);
    return out;
  }

 private:
  z_stream stream_{};
};

std::string number(uLong value, bool little_endian) {
  std::string out;
  for (int i = 0; i < 4; ++i)
    out += char(value >> (little_endian ? 8 * i : 24 - 8 * i) & 0xFF);
  return out;
}

}  // namespace

std::string pack(std::string_view text) {
  const Repetition packed = pack({std::string(text), "", ""}, 0, Wrapping::zlib);
  return packed.beginning + packed.end;
}

Repetition pack(const Repetition& plain, unsigned times, Wrapping wrapping) {
  const bool gzip = wrapping == Wrapping::gzip;
  const auto sum = gzip ? crc32_z : adler32_z;
  const auto combine = gzip ? crc32_combine : adler32_combine;
  const auto& [beginning, piece, end] = plain;
  uLong total = sum(sum(0, nullptr, 0), bytes_of(beginning), beginning.size());
  const uLong of_piece = sum(sum(0, nullptr, 0), bytes_of(piece), piece.size());
  for (unsigned i = 0; i < times; ++i)
    total = combine(total, of_piece, z_off_t(piece.size()));
  total = sum(total, bytes_of(end), end.size());

  Packer packer;
  using namespace std::string_literals;
  Repetition packed;
  packed.beginning = gzip ? "\x1F\x8B\x08\0\0\0\0\0\0\xFF"s : "\x78\xDA"s;
  packed.beginning += packer.pack(beginning, Z_FULL_FLUSH);
  packed.piece = packer.pack(piece, Z_FULL_FLUSH);
  packed.end = packer.pack(end, Z_FINISH) + number(total, gzip);
  if (gzip)
    packed.end += number(uLong(beginning.size() + piece.size() * times + end.size()), true);
  return packed;
}

}  // namespace seedream::sandbox
