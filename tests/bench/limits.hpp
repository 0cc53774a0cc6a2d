// bench/limits.hpp - how fast it could be: the fastest known stages, each alone, with nothing between them.
#pragma once
#include <optional>

#include "bench/photograph.hpp"
#include "bench/service.hpp"

namespace bench {

// All in milliseconds. Two processors share what can be shared.
struct Limit {
  double submit_jpeg = 0;
  std::optional<double> submit_png, receive;  // nothing: there is no ISA-L here
};

class Limits {
 public:
  // answer: the PNG that the service answers with, made by libpng.
  Limits(const Photograph& photograph, const Bytes& answer);
  // jpeg_quality: what the library has sent with. A run of each stage.
  Limit measure(GeglBuffer* buffer, int jpeg_quality, Service& service);

 private:
  double time_reading(GeglBuffer* buffer);
  double time_jpeg(int quality);
  double time_png();
  double time_inflating();
  double time_unfiltering();
  double time_filling();
  double time_text(std::size_t bytes);
  double time_sending(std::size_t bytes, Service& service) const;
  static double time_taking(Service& service);

  int side_;
  std::size_t row_bytes_;
  std::vector<guint8> rgb_;       // the pixels
  std::vector<guint8> deflated_;  // of the answer
  std::vector<guint8> filtered_;  // the same, unpacked
  std::vector<guint8> room_, out_, text_;
  std::size_t jpeg_bytes_ = 0, png_bytes_ = 0, answer_bytes_;
};

}  // namespace bench
