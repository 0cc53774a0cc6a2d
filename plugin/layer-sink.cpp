// plugin/layer-sink.cpp - finished pictures to layers.
#include "layer-sink.hpp"

#include <glib/gi18n.h>

#include <algorithm>

#include "base/background.hpp"
#include "base/result.hpp"
#include "lists.hpp"

namespace seedream::plugin {
namespace {

std::vector<GimpLayer*> children_of(GimpItem* group) {
  std::vector<GimpLayer*> layers;
  for (GimpItem* item : taken(gimp_item_get_children(group)))
    layers.push_back(GIMP_LAYER(item));
  return layers;
}

// What was removed lives on in the undo history, but it is nowhere in the stack.
GimpItem* find_in_stack(GimpImage* image, int id) {
  if (id == 0 || !gimp_item_id_is_valid(id))
    return nullptr;
  GimpItem* item = gimp_item_get_by_id(id);
  if (gimp_item_get_image(item) != image)
    return nullptr;
  GimpItem* root = item;
  while (GimpItem* parent = gimp_item_get_parent(root))
    root = parent;
  const auto layers = taken(gimp_image_get_layers(image));
  return std::find(layers.begin(), layers.end(), GIMP_LAYER(root)) != layers.end() ? item : nullptr;
}

struct StackPlace {
  GimpLayer* parent;
  int position;
};

StackPlace find_place(GimpImage* image, const Spot& spot) {
  if (GimpItem* item = find_in_stack(image, spot.above_id)) {
    GimpItem* parent = gimp_item_get_parent(item);
    return {parent ? GIMP_LAYER(parent) : nullptr, gimp_image_get_item_position(image, item)};
  }
  GimpItem* parent = find_in_stack(image, spot.parent_id);
  const auto siblings = parent ? children_of(parent) : taken(gimp_image_get_layers(image));
  const bool is_known = spot.above_id && (parent || spot.parent_id == 0);
  return {parent ? GIMP_LAYER(parent) : nullptr,
          is_known ? std::min(spot.position, int(siblings.size())) : 0};
}

GimpImageType type_with_alpha(GimpImage* image) {
  return gimp_image_get_base_type(image) == GIMP_GRAY ? GIMP_GRAYA_IMAGE : GIMP_RGBA_IMAGE;
}

// As many bits as the picture has.
GimpPrecision precision_of(const Babl* format) {
  const Babl* type = babl_format_get_type(format, 0);
  if (type == babl_type("u16"))
    return GIMP_PRECISION_U16_NON_LINEAR;
  return type == babl_type("float") ? GIMP_PRECISION_FLOAT_NON_LINEAR : GIMP_PRECISION_U8_NON_LINEAR;
}

// A new image shows the picture in the colours it came in.
void take_profile(GimpImage* image, const Babl* space) {
  int length = 0;
  const char* icc = space && space != babl_space("sRGB") ? babl_space_get_icc(space, &length) : nullptr;
  if (!icc)
    return;
  const auto profile = Ref<GimpColorProfile>::adopt(gimp_color_profile_new_from_icc_profile(
      reinterpret_cast<const guint8*>(icc), static_cast<gsize>(length), nullptr));
  if (profile)
    gimp_image_set_color_profile(image, profile.get());
}

void attach_recipe(GimpLayer* layer, const std::string& recipe) {
  GimpParasite* parasite =
      gimp_parasite_new(recipe_parasite, GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                        static_cast<guint32>(recipe.size()), recipe.data());
  gimp_item_attach_parasite(GIMP_ITEM(layer), parasite);
  gimp_parasite_free(parasite);
}

}  // namespace

Spot top_of(GimpImage* image) {
  return {.image_id = gimp_image_get_id(image)};
}

Spot above(GimpItem* item) {
  GimpImage* image = gimp_item_get_image(item);
  GimpItem* parent = gimp_item_get_parent(item);
  return {.image_id = gimp_image_get_id(image),
          .above_id = gimp_item_get_id(item),
          .parent_id = parent ? gimp_item_get_id(parent) : 0,
          .position = gimp_image_get_item_position(image, item)};
}

LayerSink::LayerSink(Spot spot, Setting setting, Look look, std::vector<Ref<GeglBuffer>> pictures,
                     std::vector<std::string> recipes, std::function<void()> done)
    : spot_(spot),
      setting_(std::move(setting)),
      look_(std::move(look)),
      pictures_(std::move(pictures)),
      recipes_(std::move(recipes)),
      done_(std::move(done)) {
  if (spot_.image_id && !is_homeless())
    scratch_ = std::make_unique<Scratch>(gimp_image_get_by_id(spot_.image_id));
  else
    make_image();
  if (pictures_.size() > 1) {
    group_ = GIMP_LAYER(gimp_group_layer_new(scratch_->image(), look_.name.c_str()));
    gimp_image_insert_layer(scratch_->image(), group_, nullptr, 0);
  }
  next();
}

bool LayerSink::is_homeless() const {
  return spot_.image_id && (is_refused_ || !gimp_image_id_is_valid(spot_.image_id));
}

// An image of its own, as large as the picture; of a picture that was to go elsewhere, what was to be seen
// there.
void LayerSink::make_image() {
  GeglBuffer* first = pictures_.front().get();
  const GeglRectangle* extent = gegl_buffer_get_extent(first);
  const Babl* format = gegl_buffer_get_format(first);
  GeglRectangle room{0, 0, extent->width, extent->height};
  Setting own{.frame = setting_.frame, .area = setting_.area, .size = SizeRule::larger};
  if (own.area.width) {
    room = fitting_of(own, extent->width, extent->height).room;
    for (GeglRectangle* each : {&own.frame, &own.area}) {
      each->x -= room.x;
      each->y -= room.y;
    }
  }
  setting_ = own;
  scratch_ = std::make_unique<Scratch>(room.width, room.height, GIMP_RGB, precision_of(format));
  take_profile(scratch_->image(), babl_format_get_space(format));
}

void LayerSink::next() {
  if (layers_.size() == pictures_.size()) {
    const auto done = std::move(done_);
    return done();
  }
  const Ref<GeglBuffer>& picture = pictures_[layers_.size()];
  const GeglRectangle* extent = gegl_buffer_get_extent(picture.get());
  Setting setting = setting_;
  if (setting.area.width == 0)
    setting.frame = setting.area = {0, 0, extent->width, extent->height};
  const Fitting fitting = fitting_of(setting, extent->width, extent->height);
  /* Translators: a layer's name; which of several variants it is */
  const std::string name =
      group_ ? format(_("%s (%zu)"), look_.name.c_str(), layers_.size() + 1) : look_.name;
  GimpImage* image = scratch_->image();
  GimpLayer* layer =
      gimp_layer_new(image, name.c_str(), fitting.room.width, fitting.room.height, type_with_alpha(image),
                     100, group_ ? GIMP_LAYER_MODE_NORMAL : look_.mode);
  gimp_layer_set_offsets(layer, fitting.room.x, fitting.room.y);
  layers_.push_back(layer);
  const Babl* own = gimp_drawable_get_format(GIMP_DRAWABLE(layer));
  work_ = Work::start<Ref<GeglBuffer>>(
      [picture, setting, own] { return fit_pixels(picture.get(), setting, own); },
      [this, fitting](Ref<GeglBuffer> pixels) { fill(fitting, std::move(pixels)); });
}

void LayerSink::fill(Fitting fitting, Ref<GeglBuffer> pixels) {
  auto target = Ref<GeglBuffer>::adopt(gimp_drawable_get_buffer(GIMP_DRAWABLE(layers_.back())));
  const GeglRectangle area = *gegl_buffer_get_extent(pixels.get());
  slices_ = copy_in_slices({.from = pixels, .area = area, .to = target}, [this, fitting, pixels]() mutable {
    let_go(std::pair(std::move(pictures_[layers_.size() - 1]), std::move(pixels)));
    if (setting_.mask)
      fill_mask(fitting);
    else
      finish_layer();
  });
}

void LayerSink::fill_mask(const Fitting& fitting) {
  GimpLayerMask* mask = gimp_layer_create_mask(layers_.back(), GIMP_ADD_MASK_BLACK);
  gimp_layer_add_mask(layers_.back(), mask);
  gimp_layer_set_edit_mask(layers_.back(), FALSE);
  auto target = Ref<GeglBuffer>::adopt(gimp_drawable_get_buffer(GIMP_DRAWABLE(mask)));
  const Babl* own = gimp_drawable_get_format(GIMP_DRAWABLE(mask));
  work_ = Work::start<Ref<GeglBuffer>>(
      [setting = setting_, fitting, own] { return fit_mask(setting, fitting, own); },
      [this, target](Ref<GeglBuffer> values) {
        const GeglRectangle area = *gegl_buffer_get_extent(values.get());
        slices_ = copy_in_slices({.from = std::move(values), .area = area, .to = target},
                                 [this] { finish_layer(); });
      });
}

void LayerSink::finish_layer() {
  GimpLayer* layer = layers_.back();
  if (const std::string& recipe = recipes_[layers_.size() - 1]; !recipe.empty())
    attach_recipe(layer, recipe);
  const int position = int(layers_.size()) - 1;
  gimp_image_insert_layer(scratch_->image(), layer, group_, position);
  gimp_item_set_visible(GIMP_ITEM(layer), position == 0);
  if (group_ && position == 0)
    gimp_layer_set_mode(group_, look_.mode);
  next();
}

void LayerSink::copy_home() {
  GimpLayer* filled = group_ ? group_ : layers_.front();
  made_ = gimp_layer_new_from_drawable(GIMP_DRAWABLE(filled), gimp_image_get_by_id(spot_.image_id));
  is_refused_ = !made_;  // or the image was closed just now
  if (is_refused_)
    return;
  gimp_item_set_name(GIMP_ITEM(made_), look_.name.c_str());
  gimp_item_set_visible(GIMP_ITEM(made_), FALSE);
  layers_ = group_ ? children_of(GIMP_ITEM(made_)) : std::vector{made_};
}

void LayerSink::insert_unseen() {
  GimpImage* image = gimp_image_get_by_id(spot_.image_id);
  const auto [parent, position] = find_place(image, spot_);
  selected_ = taken(gimp_image_get_selected_layers(image));
  is_refused_ = !gimp_image_insert_layer(image, made_, parent, position);
}

void LayerSink::restore_selected() const {
  std::vector<const GimpLayer*> layers(selected_.begin(), selected_.end());
  layers.push_back(nullptr);
  gimp_image_set_selected_layers(gimp_image_get_by_id(spot_.image_id), layers.data());
}

Steps LayerSink::insertion(std::function<void(std::vector<GimpLayer*>)> inserted) {
  if (!spot_.image_id)
    return {[this, inserted] {
      scratch_->release();
      inserted(layers_);
    }};
  Steps steps;
  // GIMP answers when it is through with what the step before has brought. To ask it whether the image is
  // still open waits for that, so it is a step of its own.
  const auto at_home = [this, &steps](auto step) {
    steps.push_back([this] { is_at_home_ = !is_homeless(); });
    steps.push_back([this, step] {
      if (is_at_home_)
        step();
    });
  };
  at_home([this] { copy_home(); });
  steps.emplace_back([this] { scratch_.reset(); });
  at_home([this] { insert_unseen(); });
  at_home([this] { restore_selected(); });
  // GIMP draws as soon as the layer is to be seen in its place, and lets others wait: so that comes last.
  at_home([this, inserted] {
    is_refused_ = !gimp_item_set_visible(GIMP_ITEM(made_), TRUE);
    if (!is_refused_)
      inserted(layers_);
  });
  return steps;
}

}  // namespace seedream::plugin
