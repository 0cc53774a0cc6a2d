// plugin/refine.cpp - the nearest colours where a space's 8 bits are coarser than sRGB's.
#include "refine.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "bands.hpp"

namespace seedream::plugin {
namespace {

// How far two colours are apart in sRGB, in its 8-bit codes.
double codes_apart(const double* a, const double* b) {
  double most = 0;
  for (int i = 0; i < 3; ++i)
    most = std::max(most, std::abs(std::clamp(a[i], 0.0, 1.0) - std::clamp(b[i], 0.0, 1.0)));
  return most * 255;
}

// Eight bits of a space larger than sRGB: next to sRGB's edge one value there is several codes here, and the
// nearest values do not show the nearest colour.
bool is_coarse(const Babl* format, const Colours& colours) {
  return babl_format_get_type(format, 0) == babl_type("u8") && babl_format_get_n_components(format) >= 3 &&
         (!colours.known_to_babl() || babl_format_get_space(format) != babl_space("sRGB"));
}

// Pixels in such a format that miss what they are to show, and how they do it better.
class Refiner {
 public:
  Refiner(const Babl* format, const Colours& colours)
      : format_(format),
        size_(static_cast<std::size_t>(babl_format_get_bytes_per_pixel(format))),
        colours_(colours) {}

  // wanted: "R'G'B'A double" of sRGB. Returns whether anything changed.
  bool refine(std::vector<guint8>& codes, const std::vector<double>& wanted, std::size_t n_pixels) {
    shown_.resize(n_pixels * 4);
    colours_.to_srgb(format_, codes.data(), shown_.data(), n_pixels);
    bool changed = false;
    for (std::size_t i = 0; i < n_pixels; ++i)
      if (codes_apart(&shown_[i * 4], &wanted[i * 4]) > tolerable) {
        improve(&codes[i * size_], &wanted[i * 4]);
        changed = true;
      }
    return changed;
  }

 private:
  static constexpr double tolerable = 0.9;  // codes: what is seen is the wanted one or its neighbour

  void improve(guint8* pixel, const double* wanted) {
    if (look_around(pixel, wanted) > tolerable && look_beyond(pixel, wanted) > tolerable)
      look_around(pixel, wanted);
  }

  // Goes to a better value as long as there is one next to it. Returns, as the others do, how far off it is.
  double look_around(guint8* pixel, const double* wanted) {
    for (double before = HUGE_VAL;;) {
      candidates_.resize(27 * size_);  // one less, one more or the same in three channels
      for (std::size_t i = 0; i < 27; ++i)
        for (std::size_t c = 0, rest = i; c < size_; ++c, rest /= 3)
          candidates_[i * size_ + c] =
              c < 3 ? static_cast<guint8>(std::clamp(pixel[c] + int((rest + 1) % 3) - 1, 0, 255)) : pixel[c];
      const double error = take_best(pixel, wanted);
      if (error <= tolerable || error >= before)
        return error;
      before = error;
    }
  }

  // A colour at sRGB's edge may have been beyond it: values far off show the same there.
  double look_beyond(guint8* pixel, const double* wanted) {
    beyond_.assign(wanted, wanted + 4);
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t i = 0, end = wanted[c] > 0 && wanted[c] < 1 ? 0 : beyond_.size(); i < end; i += 4)
        for (double far = 0.001; far < 1; far *= 1.4) {
          double colour[4];
          std::copy_n(&beyond_[i], 4, colour);
          colour[c] += wanted[c] > 0 ? far : -12.92 * far;  // as steep as sRGB's curve
          beyond_.insert(beyond_.end(), colour, colour + 4);
        }
    const std::size_t n = beyond_.size() / 4;
    candidates_.resize((n + 1) * size_);
    colours_.from_srgb(beyond_.data(), format_, candidates_.data() + size_, n);
    std::copy_n(pixel, size_, candidates_.data());
    for (std::size_t i = 1; i <= n; ++i)  // with the pixel's own alpha
      std::copy(pixel + 3, pixel + size_, candidates_.data() + i * size_ + 3);
    return take_best(pixel, wanted);
  }

  // The first of the best candidates.
  double take_best(guint8* pixel, const double* wanted) {
    const std::size_t n = candidates_.size() / size_;
    seen_.resize(n * 4);
    colours_.to_srgb(format_, candidates_.data(), seen_.data(), n);
    std::size_t best = 0;
    double least = HUGE_VAL;
    for (std::size_t i = 0; i < n; ++i)
      if (const double error = codes_apart(&seen_[i * 4], wanted); error < least) {
        least = error;
        best = i;
      }
    std::copy_n(&candidates_[best * size_], size_, pixel);
    return least;
  }

  const Babl* const format_;
  const std::size_t size_;  // of a pixel
  const Colours& colours_;
  std::vector<double> shown_, beyond_, seen_;
  std::vector<guint8> candidates_;
};

}  // namespace

void refine(GeglBuffer* answer, const Colours& colours, GeglBuffer* fitted) {
  const Babl* format = gegl_buffer_get_format(fitted);
  if (!is_coarse(format, colours))
    return;
  const GeglRectangle all = *gegl_buffer_get_extent(fitted);
  Refiner refiner(format, colours);
  std::vector<double> wanted(static_cast<std::size_t>(all.width) * band * 4);
  std::vector<guint8> codes(wanted.size());
  for_bands(all, [&](const GeglRectangle& rows) {
    gegl_buffer_get(answer, &rows, 1.0, babl_format("R'G'B'A double"), wanted.data(), GEGL_AUTO_ROWSTRIDE,
                    GEGL_ABYSS_NONE);
    gegl_buffer_get(fitted, &rows, 1.0, format, codes.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    if (refiner.refine(codes, wanted,
                       static_cast<std::size_t>(rows.width) * static_cast<std::size_t>(rows.height)))
      gegl_buffer_set(fitted, &rows, 0, format, codes.data(), GEGL_AUTO_ROWSTRIDE);
  });
}

}  // namespace seedream::plugin
