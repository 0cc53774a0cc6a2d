// image/png-number.hpp - a PNG's numbers: four bytes, the big end first; and how long its pixels may be.
#pragma once
#include <glib.h>

#include <cstring>

namespace seedream::image {

inline guint32 number_at(const guint8* bytes) {
  guint32 big_end;
  std::memcpy(&big_end, bytes, sizeof big_end);
  return GUINT32_FROM_BE(big_end);
}

inline void put_number(guint8* at, guint32 number) {
  const guint32 big_end = GUINT32_TO_BE(number);
  std::memcpy(at, &big_end, sizeof big_end);
}

// The most bytes that packed pixels take: heads, sums, and what an encoder was careless with. libpng would
// unpack all that stands behind them, however long that takes.
constexpr guint64 most_packed(guint64 unpacked) {
  return unpacked + unpacked / 1000 + (64u << 10);
}

}  // namespace seedream::image
