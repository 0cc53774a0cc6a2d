// plugin/layer-source.cpp - a drawable's pixels, straight from its GEGL buffer, as a SeedreamImage.
#include "layer-source.hpp"

namespace seedream::plugin {

Place place_above(GimpImage* image, GimpDrawable* drawable, const SeedreamProvider* provider,
                  const char** size) {
  Place place{.image_id = gimp_image_get_id(image), .above_id = gimp_item_get_id(GIMP_ITEM(drawable))};
  gimp_drawable_get_offsets(drawable, &place.x, &place.y);
  place.width = gimp_drawable_get_width(drawable);
  place.height = gimp_drawable_get_height(drawable);
  GeglRectangle& frame = place.frame;
  *size = seedream_provider_plan_frame(provider, place.width, place.height, &frame.width, &frame.height);
  frame.x = -(frame.width - place.width) / 2;
  frame.y = -(frame.height - place.height) / 2;
  return place;
}

Source read_drawable(GimpDrawable* drawable, const GeglRectangle& frame,
                     std::function<void(Ref<SeedreamImage>)> done) {
  auto layer = Ref<GeglBuffer>::adopt(gimp_drawable_get_buffer(drawable));
  auto pixels = Ref<GeglBuffer>::adopt(
      gegl_buffer_new(GEGL_RECTANGLE(0, 0, frame.width, frame.height), gegl_buffer_get_format(layer.get())));
  return copy_in_slices({.from = layer, .area = frame, .to = pixels}, [pixels, done = std::move(done)] {
    done(Ref<SeedreamImage>::adopt(seedream_image_new_from_buffer(pixels.get())));
  });
}

}  // namespace seedream::plugin
