// plugin/placement.cpp - where a job's pictures go, as text.
#include "placement.hpp"

#include <algorithm>

namespace seedream::plugin {
namespace {

constexpr int version = 1;
constexpr int gone = -1;  // no item has this id: what the answer went above was deleted

unsigned tattoo_of(int item_id) {
  return item_id && gimp_item_id_is_valid(item_id) ? gimp_item_get_tattoo(gimp_item_get_by_id(item_id)) : 0;
}

int id_of(GimpImage* image, unsigned tattoo) {
  GimpLayer* layer = tattoo ? gimp_image_get_layer_by_tattoo(image, tattoo) : nullptr;
  return layer ? gimp_item_get_id(GIMP_ITEM(layer)) : 0;
}

}  // namespace

Placement placement_of(const Spot& spot, const Setting& setting, const Look& look, const Recipe& recipe) {
  const bool has_home = spot.image_id && gimp_image_id_is_valid(spot.image_id);
  return {.home = has_home ? home_of(gimp_image_get_by_id(spot.image_id)) : Home{},
          .above = tattoo_of(spot.above_id),
          .parent = tattoo_of(spot.parent_id),
          .position = spot.position,
          .frame = setting.frame,
          .area = setting.area,
          .size = setting.size,
          .look = look,
          .recipe = recipe};
}

std::string write_placement(const Placement& placement) {
  JsonText out;
  out.number("version", version);
  write_home(out, placement.home);
  out.number("above", placement.above);
  out.number("parent", placement.parent);
  out.number("position", placement.position);
  out.rectangle("frame", placement.frame);
  out.rectangle("area", placement.area);
  out.number("size", static_cast<int>(placement.size));
  out.text("name", placement.look.name.c_str());
  out.number("mode", placement.look.mode);
  out.text("recipe", write_recipe(placement.recipe).c_str());
  return out.finish();
}

std::optional<Placement> read_placement(const std::string& text) {
  const JsonObjectPtr held = text.empty() ? nullptr : parse_object(text);
  JsonObject* object = held.get();
  auto recipe = read_recipe(object ? text_in(object, "recipe") : "");
  if (!object || !recipe || number_in(object, "version") != version)
    return std::nullopt;
  const auto size = number_in(object, "size");
  return Placement{.home = read_home(object),
                   .above = static_cast<unsigned>(number_in(object, "above")),
                   .parent = static_cast<unsigned>(number_in(object, "parent")),
                   .position = int(number_in(object, "position")),
                   .frame = rectangle_in(object, "frame"),
                   .area = rectangle_in(object, "area"),
                   .size = size >= 0 && size <= static_cast<int>(SizeRule::own) ? static_cast<SizeRule>(size)
                                                                                : SizeRule::place,
                   .look = {.name = text_in(object, "name"),
                            .mode = static_cast<GimpLayerMode>(number_in(object, "mode"))},
                   .recipe = std::move(*recipe)};
}

Spot find_spot(const Placement& placement) {
  GimpImage* image = find_home(placement.home);
  if (!image)
    return {};
  if (const int above_id = id_of(image, placement.above))
    return above(gimp_item_get_by_id(above_id));
  return {.image_id = gimp_image_get_id(image),
          .above_id = placement.above ? gone : 0,
          .parent_id = id_of(image, placement.parent),
          .position = std::max(placement.position, 0)};
}

}  // namespace seedream::plugin
