// plugin/colours.hpp - an image's colours to sRGB and back, where babl does not know the image's profile. For
// all others the pixels' own formats say enough.
#pragma once
#include <libgimp/gimp.h>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

// Made on the main thread, used in workers too: the transforms are lcms's, which change nothing of their own.
class Colours {
 public:
  Colours() = default;  // leaves all to babl
  explicit Colours(GimpImage* image);

  bool known_to_babl() const { return !to_srgb_; }
  // How the image's own values are read and written: as doubles. Only where babl does not know the profile.
  const Babl* own() const { return own_; }
  // RGBA in the image's own values, as 8-bit sRGB. Only where babl does not know the profile.
  Ref<GeglBuffer> to_srgb(GeglBuffer* pixels) const;
  // Pixels in a format of the image, as "R'G'B'A double" of sRGB.
  void to_srgb(const Babl* format, const void* pixels, double* out, std::size_t n_pixels) const;
  // Turns "R'G'B'A double" of sRGB into the image's own values, in place.
  void from_srgb(double* pixels, std::size_t n_pixels) const;
  // The way back: such pixels in a format of the image. They may be changed by it.
  void from_srgb(double* pixels, const Babl* format, void* out, std::size_t n_pixels) const;

 private:
  const Babl* own_ = nullptr;
  Ref<GimpColorTransform> to_srgb_, from_srgb_;
};

}  // namespace seedream::plugin
