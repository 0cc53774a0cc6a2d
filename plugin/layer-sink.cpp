// plugin/layer-sink.cpp - finished pictures to layers, in one undo step.
#include "layer-sink.hpp"

#include <glib/gi18n.h>

namespace seedream::plugin {
namespace {

GimpImageType type_with_alpha(GimpImage* image) {
  switch (gimp_image_get_base_type(image)) {
    case GIMP_GRAY:
      return GIMP_GRAYA_IMAGE;
    case GIMP_INDEXED:
      return GIMP_INDEXEDA_IMAGE;
    default:
      return GIMP_RGBA_IMAGE;
  }
}

// Pixels in another format. Straight from 8-bit sRGB into another space's integers babl garbles them (seen in
// 0.1.114), so they go through floating point; 8-bit values survive that unchanged.
void convert(GeglBuffer* from, GeglBuffer* to) {
  constexpr int band = 128;  // rows: as high as GEGL's tiles
  const Babl* between = babl_format_with_space("R'G'B'A float", gegl_buffer_get_format(to));
  const GeglRectangle area = *gegl_buffer_get_extent(to);
  std::vector<float> pixels(static_cast<std::size_t>(area.width) * band * 4);
  for (int y = 0; y < area.height; y += band) {
    const GeglRectangle rows{area.x, area.y + y, area.width, std::min(band, area.height - y)};
    gegl_buffer_get(from, &rows, 1.0, between, pixels.data(), GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
    gegl_buffer_set(to, &rows, 0, between, pixels.data(), GEGL_AUTO_ROWSTRIDE);
  }
}

Ref<GeglBuffer> resample(GeglBuffer* picture, const Fit& fit, const GeglRectangle& area) {
  auto out = Ref<GeglBuffer>::adopt(gegl_buffer_new(&area, babl_format("RaGaBaA float")));
  const auto graph = Ref<GeglNode>::adopt(gegl_node_new());
  GeglNode* source =
      gegl_node_new_child(graph.get(), "operation", "gegl:buffer-source", "buffer", picture, nullptr);
  GeglNode* scaled =
      gegl_node_new_child(graph.get(), "operation", "gegl:scale-ratio", "x", fit.scale, "y", fit.scale,
                          "sampler", GEGL_SAMPLER_CUBIC, "abyss-policy", GEGL_ABYSS_CLAMP, nullptr);
  GeglNode* moved =
      gegl_node_new_child(graph.get(), "operation", "gegl:translate", "x", fit.x, "y", fit.y, nullptr);
  GeglNode* sink =
      gegl_node_new_child(graph.get(), "operation", "gegl:write-buffer", "buffer", out.get(), nullptr);
  gegl_node_link_many(source, scaled, moved, sink, nullptr);
  gegl_node_process(sink);
  return out;
}

// Runs in a worker: the picture as the layer will hold it, in the layer's format.
Ref<GeglBuffer> fit_picture(Ref<GeglBuffer> picture, const Place& place, const Babl* format) {
  const GeglRectangle area{0, 0, place.width, place.height};
  const GeglRectangle* extent = gegl_buffer_get_extent(picture.get());
  const Fit fit = fit_answer(place.frame, extent->width, extent->height);
  auto fitted = Ref<GeglBuffer>::adopt(gegl_buffer_new(&area, format));
  if (fit.exact) {
    // A view whose coordinates are the layer's.
    const auto shifted = Ref<GeglBuffer>::adopt(
        GEGL_BUFFER(g_object_new(GEGL_TYPE_BUFFER, "source", picture.get(), "shift-x",
                                 -static_cast<int>(fit.x), "shift-y", -static_cast<int>(fit.y), nullptr)));
    convert(shifted.get(), fitted.get());
  } else {
    convert(resample(picture.get(), fit, area).get(), fitted.get());
  }
  return fitted;
}

}  // namespace

LayerSink::LayerSink(Place place, std::string name, std::vector<Ref<GeglBuffer>> pictures,
                     std::function<void(std::vector<GimpLayer*>)> done)
    : place_(place), name_(std::move(name)), pictures_(std::move(pictures)), done_(std::move(done)) {
  if (place_.image_id && gimp_image_id_is_valid(place_.image_id)) {
    image_ = gimp_image_get_by_id(place_.image_id);
  } else {
    place_ = {};
    const GeglRectangle* first = gegl_buffer_get_extent(pictures_.front().get());
    image_ = gimp_image_new(first->width, first->height, GIMP_RGB);
  }
  next();
}

void LayerSink::next() {
  if (layers_.size() == pictures_.size())
    return insert();
  const Ref<GeglBuffer>& picture = pictures_[layers_.size()];
  const GeglRectangle* extent = gegl_buffer_get_extent(picture.get());
  Place place = place_;
  if (place.width == 0) {
    place.width = extent->width;
    place.height = extent->height;
    place.frame = {0, 0, extent->width, extent->height};
  }
  GimpLayer* layer = gimp_layer_new(image_, name_.c_str(), place.width, place.height, type_with_alpha(image_),
                                    100, gimp_image_get_default_new_layer_mode(image_));
  layers_.push_back(layer);
  const Babl* format = gimp_drawable_get_format(GIMP_DRAWABLE(layer));
  work_ =
      Work::start<Ref<GeglBuffer>>([picture, place, format] { return fit_picture(picture, place, format); },
                                   [this](Ref<GeglBuffer> fitted) { fill(std::move(fitted)); });
}

// The layer is not in the image yet, so nothing that happens here can be undone or seen half done.
void LayerSink::fill(Ref<GeglBuffer> fitted) {
  auto target = Ref<GeglBuffer>::adopt(gimp_drawable_get_buffer(GIMP_DRAWABLE(layers_.back())));
  const GeglRectangle area = *gegl_buffer_get_extent(fitted.get());
  slices_ = copy_in_slices({.from = fitted, .area = area, .to = target}, [this] { next(); });
}

void LayerSink::insert() {
  GimpItem* above = nullptr;
  if (place_.above_id && gimp_item_id_is_valid(place_.above_id))
    above = gimp_item_get_by_id(place_.above_id);
  gimp_image_undo_group_start(image_);
  for (GimpLayer* layer : layers_) {
    GimpItem* parent = above ? gimp_item_get_parent(above) : nullptr;
    gimp_layer_set_offsets(layer, place_.x, place_.y);
    gimp_image_insert_layer(image_, layer, parent ? GIMP_LAYER(parent) : nullptr,
                            above ? gimp_image_get_item_position(image_, above) : 0);
    above = GIMP_ITEM(layer);
  }
  gimp_image_undo_group_end(image_);
  gimp_displays_flush();
  auto done = std::exchange(done_, nullptr);
  done(layers_);
}

}  // namespace seedream::plugin
