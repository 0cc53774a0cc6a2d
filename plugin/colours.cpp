// plugin/colours.cpp - an image's colours to sRGB and back.
#include "colours.hpp"

#include <vector>

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
  const auto srgb = Ref<GimpColorProfile>::adopt(gimp_color_profile_new_rgb_srgb());
  to_srgb_ = Ref<GimpColorTransform>::adopt(
      gimp_color_transform_new(profile.get(), wide(), srgb.get(), wide(), intent, flags));
  from_srgb_ = Ref<GimpColorTransform>::adopt(
      gimp_color_transform_new(srgb.get(), wide(), profile.get(), wide(), intent, flags));
}

Ref<GeglBuffer> Colours::to_srgb(GeglBuffer* pixels) const {
  constexpr int band = 64;  // rows: a row of tiles
  const GeglRectangle all = *gegl_buffer_get_extent(pixels);
  auto out = Ref<GeglBuffer>::adopt(gegl_buffer_new(&all, babl_format("R'G'B'A u8")));
  std::vector<double> values(static_cast<std::size_t>(all.width) * band * 4);
  for (int y = all.y; y < all.y + all.height; y += band) {
    const GeglRectangle rows{all.x, y, all.width, std::min(band, all.y + all.height - y)};
    gegl_buffer_get(pixels, &rows, 1.0, wide(), values.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    gimp_color_transform_process_pixels(to_srgb_.get(), wide(), values.data(), wide(), values.data(),
                                        static_cast<gsize>(rows.width) * static_cast<gsize>(rows.height));
    gegl_buffer_set(out.get(), &rows, 0, wide(), values.data(), GEGL_AUTO_ROWSTRIDE);
  }
  return out;
}

void Colours::from_srgb(double* pixels, std::size_t n_pixels) const {
  if (from_srgb_)
    gimp_color_transform_process_pixels(from_srgb_.get(), wide(), pixels, wide(), pixels, n_pixels);
}

}  // namespace seedream::plugin
