// plugin/edit.cpp - editing layers: what is sent of them, where the answers go.
#include <glib/gi18n.h>

#include <algorithm>

#include "arguments.hpp"
#include "kind.hpp"
#include "lists.hpp"

namespace seedream::plugin {
namespace {

constexpr const char* menus[] = {"<Image>/Filters/Seedream/", "<Layers>/Layers Menu/"};
constexpr const char* usual[] = {"sources", "context", "count", "size", "provider"};
constexpr const char* rare[] = {"grow",        "feather", "exact-clip", "destination",
                                "native-size", "model",   "seed"};

void add_arguments(GimpProcedure* procedure) {
  gimp_procedure_add_choice_argument(
      procedure, "sources", _("So_urce"), _("What is sent"),
      gimp_choice_new_with_values(
          "each", 0, _("Each selected layer for itself"), _("Each result goes right above its layer"),  //
          "merged", 1, _("The selected layers as one"), _("The result goes above the topmost of them"),
          "visible", 2, _("The image as it is seen"), _("The result goes on top"), nullptr, nullptr),
      "each", G_PARAM_READWRITE);
  gimp_procedure_add_choice_argument(
      procedure, "context", _("_Context"),
      _("How much is sent around the selection, for the picture to fit in"),
      gimp_choice_new_with_values(
          "automatic", 0, _("Automatic"), _("A third of the selection all around, or more"), "none", 1,
          _("None"), _("As little as the model's shapes allow"),  //
          "whole", 2, _("Everything"), _("The whole layer or image"), nullptr, nullptr),
      "automatic", G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "grow", _("_Grow"),
                                  _("By how many pixels the edit reaches beyond the selection"), 0, 400, 0,
                                  G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "feather", _("_Feather"),
                                  _("Over how many pixels the edit's edge becomes soft"), 0, 400, 0,
                                  G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument(
      procedure, "exact-clip", _("Clip e_xactly at the selection"),
      _("Nothing changes outside the selection, whatever is grown or feathered"), FALSE, G_PARAM_READWRITE);
  add_destination(procedure);
}

Edge edge_of(GimpProcedureConfig* config) {
  return {.grow = number_of(config, "grow"),
          .feather = number_of(config, "feather"),
          .clip = is_on(config, "exact-clip")};
}

Context context_of(GimpProcedureConfig* config) {
  const std::string word = text_of(config, "context");
  return word == "none" ? Context::none : word == "whole" ? Context::whole : Context::automatic;
}

// The selection and what its edge adds; nothing where nothing is selected, or where a layer is made again,
// whose place is known.
std::optional<GeglRectangle> selected_region(const Call& call) {
  const auto selection = call.again ? std::nullopt : selection_of(call.image);
  if (!selection)
    return {};
  const Edge edge = edge_of(call.config);
  const int reach = edge.clip ? 0 : edge.reach();
  return GeglRectangle{selection->x - reach, selection->y - reach, selection->width + 2 * reach,
                       selection->height + 2 * reach};
}

struct Region {
  Planned planned;
  GeglRectangle frame{}, area{};
};

// What is sent of a source, and what of the answer is shown; nothing where the selection does not touch it.
std::optional<Region> plan_region(const Call& call, const GeglRectangle& source) {
  const auto selected = selected_region(call);
  GeglRectangle wanted = call.again && call.again->area.width ? call.again->area : source;
  if (selected) {
    if (!gegl_rectangle_intersect(nullptr, &*selected, &source))
      return {};
    wanted = with_context(*selected, source, context_of(call.config));
  }
  Region region{.planned = plan(call.config, wanted.width, wanted.height)};
  region.frame = frame_around(wanted, region.planned.width, region.planned.height, source);
  region.area = wanted;
  if (selected)
    gegl_rectangle_intersect(&region.area, &region.frame, &source);
  return region;
}

enum class Sources { each, merged, visible };

Sources sources_of(GimpProcedureConfig* config) {
  const std::string word = text_of(config, "sources");
  return word == "merged" ? Sources::merged : word == "visible" ? Sources::visible : Sources::each;
}

bool is_inside(GimpItem* item, GimpItem* group) {
  for (GimpItem* parent = gimp_item_get_parent(item); parent; parent = gimp_item_get_parent(parent))
    if (parent == group)
      return true;
  return false;
}

// The layers from the topmost down, as the stack has them.
void collect(GimpItem** items, const std::vector<GimpLayer*>& wanted, std::vector<GimpLayer*>& found) {
  for (GimpItem* item : taken(items)) {
    if (std::find(wanted.begin(), wanted.end(), GIMP_LAYER(item)) != wanted.end())
      found.push_back(GIMP_LAYER(item));
    if (gimp_item_is_group(item))
      collect(gimp_item_get_children(item), wanted, found);
  }
}

// What is to be merged: in the stack's order, and nothing that is shown by a selected group anyway.
std::vector<GimpLayer*> in_stack_order(GimpImage* image, const std::vector<GimpLayer*>& layers) {
  std::vector<GimpLayer*> outer, ordered;
  for (GimpLayer* layer : layers)
    if (std::none_of(layers.begin(), layers.end(),
                     [&](GimpLayer* group) { return is_inside(GIMP_ITEM(layer), GIMP_ITEM(group)); }))
      outer.push_back(layer);
  collect(reinterpret_cast<GimpItem**>(gimp_image_get_layers(image)), outer, ordered);
  return ordered;
}

// A group's own mode may say that it is not there at all.
GimpLayerMode mode_of(GimpLayer* layer) {
  const GimpLayerMode mode = gimp_layer_get_mode(layer);
  return mode == GIMP_LAYER_MODE_PASS_THROUGH ? GIMP_LAYER_MODE_NORMAL : mode;
}

// A pasted piece that still floats is no place in the stack; what it floats over is.
GimpItem* anchored(GimpImage* image, GimpLayer* layer) {
  if (!gimp_layer_is_floating_sel(layer))
    return GIMP_ITEM(layer);
  GimpDrawable* below =
      gimp_image_get_floating_sel(image) ? gimp_image_floating_sel_attached_to(image) : nullptr;
  return below && GIMP_IS_LAYER(below) ? GIMP_ITEM(below) : GIMP_ITEM(layer);
}

// One picture to edit.
struct Unit {
  std::vector<GimpLayer*> layers;  // empty: the image as it is seen
  GeglRectangle bounds{};
};

GeglRectangle box_around(const std::vector<GimpLayer*>& layers) {
  GeglRectangle all{};
  for (GimpLayer* layer : layers) {
    const GeglRectangle one = bounds_of(GIMP_DRAWABLE(layer));
    gegl_rectangle_bounding_box(&all, &all, &one);
  }
  return all;
}

Result<std::vector<Unit>> units_of(const Call& call) {
  const Sources sources = sources_of(call.config);
  std::vector<Unit> units;
  if (sources == Sources::visible) {
    units.push_back({{}, canvas_of(call.image)});
    return units;
  }
  if (call.drawables.empty())
    return make_error(SEEDREAM_ERROR_INVALID,
                      _("No layer is selected. Select the layer to edit, then try again."));
  std::vector<GimpLayer*> layers;
  for (GimpDrawable* drawable : call.drawables) {
    if (!GIMP_IS_LAYER(drawable))
      return make_error(SEEDREAM_ERROR_INVALID,
                        _("Only layers can be edited. Select a layer, then try again."));
    layers.push_back(GIMP_LAYER(drawable));
  }
  if (sources == Sources::merged) {
    const auto ordered = in_stack_order(call.image, layers);
    units.push_back({ordered, box_around(ordered)});
    return units;
  }
  for (GimpLayer* layer : layers)
    units.push_back({{layer}, bounds_of(GIMP_DRAWABLE(layer))});
  return units;
}

// What is edited, in a sentence of its own.
std::string subject_of(const std::vector<Unit>& units) {
  const Unit& first = units.front();
  if (first.layers.empty())
    return _("The visible image is edited.");
  if (first.layers.size() > 1)
    return format(
        ngettext("%zu layer is edited as one.", "%zu layers are edited as one.", first.layers.size()),
        first.layers.size());
  if (units.size() > 1)
    return format(ngettext("%zu layer is edited.", "%zu layers are edited, each for itself.", units.size()),
                  units.size());
  /* Translators: a layer's name */
  return format(_("“%s” is edited."), CharPtr(gimp_item_get_name(GIMP_ITEM(first.layers.front()))).get());
}

std::string describe(const Call& call) {
  auto units = units_of(call);
  if (!units)
    return "";
  const char* outcome =
      selected_region(call)
          ? _("Only what is selected changes: the result gets the selection as its layer mask.")
          : _("The result becomes a new layer above it.");
  return subject_of(*units) + " " + outcome;
}

int count_jobs(const Call& call) {
  auto units = units_of(call);
  return units ? int(std::count_if(
                     units->begin(), units->end(),
                     [&](const Unit& unit) { return plan_region(call, unit.bounds).has_value(); }))
               : 1;
}

std::string objection(const Call& call) {
  auto units = units_of(call);
  if (!units)
    return units.take_error()->message;
  const bool touched = std::any_of(units->begin(), units->end(), [&](const Unit& unit) {
    return plan_region(call, unit.bounds).has_value();
  });
  return touched ? "" : _("The selection touches none of the selected layers.");
}

// What restricts the edit; nullptr: nothing does.
GimpChannel* mask_of(const Call& call) {
  if (call.again && call.again->mask)
    return GIMP_CHANNEL(call.again->mask);
  return selected_region(call) ? GIMP_CHANNEL(gimp_image_get_selection(call.image)) : nullptr;
}

std::optional<Restriction> restriction_of(const Call& call) {
  GimpChannel* mask = mask_of(call);
  if (!mask)
    return {};
  const bool as_it_was = call.again && call.again->mask;
  return Restriction{take_channel(call.image, mask), as_it_was ? Edge{} : edge_of(call.config)};
}

// As it is seen just now.
Snapshot take(const Call& call, const Unit& unit) {
  return unit.layers.empty() ? take_visible(call.image) : take_layers(call.image, unit.layers);
}

Assignment assign_unit(const Call& call, const Unit& unit, const Region& region) {
  Assignment assignment{
      .request = request_of(call.config, SEEDREAM_OPERATION_EDIT, region.planned.size),
      .inputs = {},
      .spot = spot_for(call, unit.layers.empty() ? nullptr : anchored(call.image, unit.layers.front())),
      .setting = {.frame = region.frame,
                  .area = region.area,
                  .size = size_rule_of(call.config),
                  .colours = Colours(call.image)},
      .keep_alpha = true,
      .restriction = restriction_of(call),
      .look = {.name = layer_name(text_of(call.config, "prompt")),
               .mode = unit.layers.size() == 1 ? mode_of(unit.layers.front()) : GIMP_LAYER_MODE_NORMAL},
      .recipe = {.procedure = edit_kind.name,
                 .arguments = arguments_of(call.config),
                 .origins = {},
                 .frame = region.frame,
                 .area = region.area}};
  for (GimpLayer* layer : unit.layers)
    assignment.recipe.origins.push_back(origin_of(GIMP_ITEM(layer), call.image));
  if (unit.layers.empty())
    assignment.recipe.origins.push_back(origin_of(call.image, call.image));
  assignment.recipe.masked = assignment.restriction.has_value();
  assignment.inputs.emplace_back(Drawn{take(call, unit), region.frame});
  if (wants_new_image(call.config))
    assignment.spot = {};
  return assignment;
}

View look(const Call& call) {
  auto units = units_of(call);
  if (!units)
    return {.sight = {.frame = canvas_of(call.image),
                      .place = {},
                      .take = {},
                      .take_selection = {},
                      .backdrop = call.image},
            .size = {},
            .n_inputs = 0};
  const Unit first = units->front();
  const auto region = plan_region(call, first.bounds);
  if (!region)
    return {
        .sight = {.frame = first.bounds, .place = {}, .take = {}, .take_selection = {}, .backdrop = nullptr},
        .size = {},
        .n_inputs = 0};
  const bool has_margin = !gegl_rectangle_contains(&first.bounds, &region->frame);
  View view{.sight = {.frame = region->frame,
                      .place = has_margin ? std::optional(region->area) : std::nullopt,
                      .take = [call, first] { return take(call, first); },
                      .take_selection = {},
                      .backdrop = nullptr},
            .size = region->planned.size,
            .n_inputs = 1};
  if (const auto mask = mask_of(call))
    view.sight.take_selection = [call, mask] { return take_channel(call.image, mask); };
  return view;
}

Result<std::vector<Assignment>> assign(const Call& call) {
  auto units = units_of(call);
  if (!units)
    return units.take_error();
  std::vector<Assignment> assignments;
  for (const Unit& unit : *units)
    if (const auto region = plan_region(call, unit.bounds))
      assignments.push_back(assign_unit(call, unit, *region));
  return assignments;
}

}  // namespace

constinit const Kind edit_kind = {
    .name = "plug-in-seedream-edit",
    .word = "edit",
    .operation = SEEDREAM_OPERATION_EDIT,
    .verb = N_("_Edit"),
    .title = N_("Edit Layers with Seedream"),
    .menu_label = N_("_Edit Layers…"),
    .blurb = N_("Edit the selected layers with a Seedream model"),
    .help = N_(
        "Sends each selected layer as it is seen, or all of them as one, or the visible image, with a "
        "prompt; "
        "the answer becomes a new layer right above its source, of the same place, size and transparency, in "
        "one undo step. A selection restricts it: its surroundings are sent too, and the answer gets the "
        "selection as its mask."),
    .menu_paths = menus,
    .needs_image = true,
    .usual = usual,
    .rare = rare,
    .add_arguments = add_arguments,
    .describe = describe,
    .propose = nullptr,
    .count_jobs = count_jobs,
    .objection = objection,
    .look = look,
    .make_list = nullptr,
    .assign = assign,
};

}  // namespace seedream::plugin
