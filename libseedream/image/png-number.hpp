// image/png-number.hpp - a PNG's numbers: four bytes, the big end first.
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

}  // namespace seedream::image
