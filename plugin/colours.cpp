// plugin/colours.cpp - an image's colours to sRGB and back.
#include "colours.hpp"

#include <vector>

#include "bands.hpp"

namespace seedream::plugin {
namespace {

constexpr auto intent = GIMP_COLOR_RENDERING_INTENT_RELATIVE_COLORIMETRIC;
constexpr auto flags = static_cast<GimpColorTransformFlags>(
    GIMP_COLOR_TRANSFORM_FLAGS_BLACK_POINT_COMPENSATION | GIMP_COLOR_TRANSFORM_FLAGS_NOOPTIMIZE);

const Babl* wide() {
  return babl_format("R'G'B'A double");
}

}  // namespace

Colours::Colours(GimpImage* image) {
  const auto profile = Ref<GimpColorProfile>::adopt(gimp_image_get_color_profile(image));
  GError* raw = nullptr;
  if (!profile || !gimp_color_profile_is_rgb(profile.get()) ||
      gimp_color_profile_get_space(profile.get(), intent, &raw))
    return;
  const ErrorPtr unknown(raw);
  // Where babl does not know the profile GIMP takes an image's values for the profile's, linear or not.
  const bool linear = gimp_image_get_precision(image) % 100 == 0;
  own_ = linear ? babl_format("RGBA double") : wide();
  const auto srgb = Ref<GimpColorProfile>::adopt(gimp_color_profile_new_rgb_srgb());
  to_srgb_ = Ref<GimpColorTransform>::adopt(
      gimp_color_transform_new(profile.get(), own_, srgb.get(), wide(), intent, flags));
  from_srgb_ = Ref<GimpColorTransform>::adopt(
      gimp_color_transform_new(srgb.get(), wide(), profile.get(), own_, intent, flags));
}

Ref<GeglBuffer> Colours::to_srgb(GeglBuffer* pixels) const {
  const GeglRectangle all = *gegl_buffer_get_extent(pixels);
  auto out = Ref<GeglBuffer>::adopt(gegl_buffer_new(&all, babl_format("R'G'B'A u8")));
  std::vector<double> values(static_cast<std::size_t>(all.width) * band * 4);
  for_bands(all, [&](const GeglRectangle& rows) {
    gegl_buffer_get(pixels, &rows, 1.0, own_, values.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    gimp_color_transform_process_pixels(to_srgb_.get(), own_, values.data(), wide(), values.data(),
                                        static_cast<gsize>(rows.width) * static_cast<gsize>(rows.height));
    gegl_buffer_set(out.get(), &rows, 0, wide(), values.data(), GEGL_AUTO_ROWSTRIDE);
  });
  return out;
}

void Colours::to_srgb(const Babl* format, const void* pixels, double* out, std::size_t n_pixels) const {
  babl_process(babl_fish(format, known_to_babl() ? wide() : own_), pixels, out, static_cast<long>(n_pixels));
  if (to_srgb_)
    gimp_color_transform_process_pixels(to_srgb_.get(), own_, out, wide(), out, n_pixels);
}

void Colours::from_srgb(double* pixels, std::size_t n_pixels) const {
  if (from_srgb_)
    gimp_color_transform_process_pixels(from_srgb_.get(), wide(), pixels, own_, pixels, n_pixels);
}

void Colours::from_srgb(double* pixels, const Babl* format, void* out, std::size_t n_pixels) const {
  // Straight into another space's integers babl garbles them: see pixels.cpp.
  const Babl* between = known_to_babl() ? babl_format_with_space("R'G'B'A double", format) : own_;
  if (known_to_babl())
    babl_process(babl_fish(wide(), between), pixels, pixels, static_cast<long>(n_pixels));
  from_srgb(pixels, n_pixels);
  babl_process(babl_fish(between, format), pixels, out, static_cast<long>(n_pixels));
}

}  // namespace seedream::plugin
