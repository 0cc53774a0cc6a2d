// image/exif.cpp - which way up a photograph is. CIPA DC-008 and TIFF 6.0 say what is where.
#include "image/exif.hpp"

#include <cstring>

namespace seedream::image {
namespace {

constexpr std::size_t entry_size = 12;
constexpr unsigned orientation_tag = 0x0112, kind_short = 3;

// Numbers of either byte order; what is outside reads as 0.
class Tiff {
 public:
  explicit Tiff(std::span<const guint8> bytes) : bytes_(bytes), little_(!bytes.empty() && bytes[0] == 'I') {}
  unsigned number(std::size_t at, unsigned size) const {
    unsigned value = 0;
    for (unsigned i = 0; i < size; ++i) {
      const std::size_t place = at + (little_ ? size - 1 - i : i);
      value = value << 8 | (place < bytes_.size() ? bytes_[place] : 0u);
    }
    return value;
  }

 private:
  const std::span<const guint8> bytes_;
  const bool little_;
};

}  // namespace

std::optional<int> read_orientation(std::span<const guint8> segment) noexcept {
  constexpr char name[] = "Exif\0";  // and the zero that ends it
  if (segment.size() < sizeof name || memcmp(segment.data(), name, sizeof name) != 0)
    return std::nullopt;
  const Tiff tiff(segment.subspan(sizeof name));
  const std::size_t directory = tiff.number(4, 4);
  const unsigned entries = tiff.number(directory, 2);
  for (unsigned i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * entry_size;
    if (tiff.number(entry, 2) != orientation_tag || tiff.number(entry + 2, 2) != kind_short)
      continue;
    const unsigned value = tiff.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? std::optional(static_cast<int>(value)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace seedream::image
