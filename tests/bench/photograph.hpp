// bench/photograph.hpp - a large photograph that is the same on every machine, and whether a picture is that
// one.
#pragma once
#include "bench/bench.hpp"

namespace bench {

struct Photograph {
  int side = 0;  // pixels; it is square
  std::vector<guint8> rgba;

  Ref<GeglBuffer> buffer() const;
  double raw_bytes() const { return double(rgba.size()); }
};

// grainy: as from a camera, so that a PNG of 4096² has 20 to 27 MB; else as drawn by a model, a third of
// that.
Photograph take_photograph(int side, bool grainy = true);

// As RGB, at zlib's level.
void save_png(const Photograph& photograph, const std::string& path, int level);

// Ends the program unless each pixel is the same.
void check_same(const Photograph& photograph, GeglBuffer* buffer);
void check_same_png(const Photograph& photograph, const Bytes& png);

struct JpegLook {
  double psnr = 0;  // dB
  int quality = 0;
};
JpegLook look_at_jpeg(const Photograph& photograph, const Bytes& jpeg);

}  // namespace bench
