// sandbox/packing.hpp - zlib's and gzip's compression of texts, among them such as nobody could hold.
#pragma once
#include <string>
#include <string_view>

namespace seedream::sandbox {

std::string pack(std::string_view text);  // as PNG wants it

// A beginning, a piece again and again, and an end, packed: the piece is packed once.
struct Repetition {
  std::string beginning, piece, end;
};
enum class Wrapping { zlib, gzip };
Repetition pack(const Repetition& plain, unsigned times, Wrapping wrapping);

}  // namespace seedream::sandbox
