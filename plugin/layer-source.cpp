// plugin/layer-source.cpp - a drawable's pixels, straight from its GEGL buffer, as a SeedreamImage.
#include "layer-source.hpp"

namespace seedream::plugin {

namespace {

// The smallest frame around a layer whose shape the service can draw, in the layer's coordinates.
GeglRectangle frame_around(int width, int height, SeedreamModel* model, std::string* size) {
  GeglRectangle frame{};
  *size = CharPtr(seedream_model_plan_frame(model, nullptr, width, height, &frame.width, &frame.height)).get();
  frame.x = -(frame.width - width) / 2;
  frame.y = -(frame.height - height) / 2;
  return frame;
}

}  // namespace

Place place_above(GimpImage* image, GimpDrawable* drawable, SeedreamModel* model, std::string* size) {
  Place place{.image_id = gimp_image_get_id(image),
              .above_id = gimp_item_get_id(GIMP_ITEM(drawable)),
              .width = gimp_drawable_get_width(drawable),
              .height = gimp_drawable_get_height(drawable)};
  gimp_drawable_get_offsets(drawable, &place.x, &place.y);
  place.frame = frame_around(place.width, place.height, model, size);
  return place;
}

Place place_on_canvas(GimpImage* image, GimpDrawable* above, SeedreamModel* model, std::string* size) {
  Place place{.image_id = gimp_image_get_id(image),
              .above_id = above ? gimp_item_get_id(GIMP_ITEM(above)) : 0,
              .width = gimp_image_get_width(image),
              .height = gimp_image_get_height(image)};
  place.frame = frame_around(place.width, place.height, model, size);
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
