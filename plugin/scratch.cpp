// plugin/scratch.cpp - images that nobody sees.
#include "scratch.hpp"

#include "lists.hpp"

namespace seedream::plugin {
namespace {

constexpr const char* mark = "seedream-scratch";  // a parasite, by which every process of ours knows them

bool is_scratch(GimpImage* image) {
  GimpParasite* found = gimp_image_get_parasite(image, mark);
  if (found)
    gimp_parasite_free(found);
  return found != nullptr;
}

GimpImageBaseType smooth_type(GimpImage* image) {
  const GimpImageBaseType type = gimp_image_get_base_type(image);
  return type == GIMP_INDEXED ? GIMP_RGB : type;
}

// Nothing but its own pixels is seen of it.
bool is_plain(GimpLayer* layer) {
  const bool filtered = !taken(gimp_drawable_get_filters(GIMP_DRAWABLE(layer))).empty();
  const bool masked = gimp_layer_get_mask(layer) && gimp_layer_get_apply_mask(layer);
  return !filtered && !masked && gimp_layer_get_opacity(layer) >= 100;
}

GimpLayer* copy_into(GimpImage* image, GimpDrawable* drawable, GimpLayer* parent) {
  GimpLayer* copy = gimp_layer_new_from_drawable(drawable, image);
  gimp_image_insert_layer(image, copy, parent, 0);
  gimp_item_set_visible(GIMP_ITEM(copy), TRUE);
  return copy;
}

}  // namespace

Scratch::Scratch(GimpImage* like)
    : Scratch(gimp_image_get_width(like), gimp_image_get_height(like), smooth_type(like),
              gimp_image_get_precision(like)) {
  if (const auto profile = Ref<GimpColorProfile>::adopt(gimp_image_get_color_profile(like)))
    gimp_image_set_color_profile(image_, profile.get());
}

Scratch::Scratch(int width, int height, GimpImageBaseType type, GimpPrecision precision)
    : image_(gimp_image_new_with_precision(width, height, type, precision)) {
  gimp_image_undo_disable(image_);
  GimpParasite* parasite = gimp_parasite_new(mark, 0, 0, nullptr);
  gimp_image_attach_parasite(image_, parasite);
  gimp_parasite_free(parasite);
}

Scratch::~Scratch() {
  if (image_)
    gimp_image_delete(image_);
}

GimpImage* Scratch::release() {
  gimp_image_detach_parasite(image_, mark);
  gimp_image_undo_enable(image_);
  return std::exchange(image_, nullptr);
}

std::vector<GimpImage*> open_images() {
  std::vector<GimpImage*> images;
  for (GimpImage* image : taken(gimp_get_images()))
    if (!is_scratch(image))
      images.push_back(image);
  return images;
}

std::string uri_of(GimpImage* image) {
  GFile* own = gimp_image_get_xcf_file(image);
  const auto file = Ref<GFile>::adopt(own ? own : gimp_image_get_imported_file(image));
  return file ? CharPtr(g_file_get_uri(file.get())).get() : "";
}

std::string name_of(GimpImage* image) {
  GFile* own = gimp_image_get_file(image);
  const auto file = Ref<GFile>::adopt(own ? own : gimp_image_get_imported_file(image));
  if (!file) {
    const CharPtr name(gimp_image_get_name(image));
    return name ? name.get() : "";  // it may be closed by now
  }
  const CharPtr path(g_file_get_basename(file.get()));
  return CharPtr(g_filename_display_name(path.get())).get();
}

Snapshot take_layers(GimpImage* image, std::span<GimpLayer* const> layers) {
  Snapshot taken{.scratch = std::make_shared<Scratch>(image)};
  GimpImage* scratch = taken.scratch->image();
  if (layers.size() == 1 && is_plain(layers.front())) {
    taken.drawable = GIMP_DRAWABLE(copy_into(scratch, GIMP_DRAWABLE(layers.front()), nullptr));
  } else {
    // A group shows what is in it, drawn by GIMP itself, and only where it is looked at.
    GimpLayer* group = GIMP_LAYER(gimp_group_layer_new(scratch, nullptr));
    gimp_image_insert_layer(scratch, group, nullptr, 0);
    for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
      GimpLayer* copy = copy_into(scratch, GIMP_DRAWABLE(*layer), group);
      if (layers.size() == 1)
        gimp_layer_set_mode(copy, GIMP_LAYER_MODE_NORMAL);
    }
    taken.drawable = GIMP_DRAWABLE(group);
  }
  taken.bounds = bounds_of(taken.drawable);
  return taken;
}

Snapshot take_visible(GimpImage* image) {
  auto scratch = std::make_shared<Scratch>(image);
  auto* layer = GIMP_DRAWABLE(gimp_layer_new_from_visible(image, scratch->image(), nullptr));
  gimp_image_insert_layer(scratch->image(), GIMP_LAYER(layer), nullptr, 0);
  return {scratch, layer, bounds_of(layer)};
}

Snapshot take_channel(GimpImage* image, GimpChannel* channel) {
  // A channel's values are linear, whatever the image's are: nothing is converted on the way.
  const int precision = gimp_image_get_precision(image);
  auto scratch =
      std::make_shared<Scratch>(gimp_image_get_width(image), gimp_image_get_height(image), GIMP_GRAY,
                                static_cast<GimpPrecision>(precision - precision % 100));
  auto* layer = GIMP_DRAWABLE(copy_into(scratch->image(), GIMP_DRAWABLE(channel), nullptr));
  return {scratch, layer, bounds_of(layer)};
}

}  // namespace seedream::plugin
