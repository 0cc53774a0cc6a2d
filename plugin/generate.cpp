// plugin/generate.cpp - drawing from words alone.
#include <glib/gi18n.h>

#include "arguments.hpp"
#include "kind.hpp"

namespace seedream::plugin {
namespace {

constexpr const char* menus[] = {"<Image>/Filters/Seedream/", "<Image>/File/Create/"};
constexpr const char* usual[] = {"destination", "area", "count", "size", "provider"};
constexpr const char* rare[] = {"native-size", "model", "seed"};

void add_arguments(GimpProcedure* procedure) {
  add_destination(procedure);
  gimp_procedure_add_choice_argument(
      procedure, "area", _("_Place"), _("What the picture fills, and whose shape it is given"),
      gimp_choice_new_with_values(
          "automatic", 0, _("Automatic"), _("The selection if there is one, else the canvas"), "canvas", 1,
          _("Canvas"), nullptr, "selection", 2, _("Selection"), _("The rectangle around it"), "model", 3,
          _("The model's own size"), _("In the middle of the canvas, as large as it is drawn"), nullptr),
      "automatic", G_PARAM_READWRITE);
}

// Where the picture goes; nothing where the model's own size decides.
std::optional<GeglRectangle> area_of(const Call& call) {
  const std::string word = text_of(call.config, "area");
  if (!call.image || word == "model")
    return {};
  const GeglRectangle canvas = canvas_of(call.image);
  if (call.again)
    return call.again->area.width ? call.again->area : canvas;
  const auto selection = word == "canvas" ? std::nullopt : selection_of(call.image);
  return selection.value_or(canvas);
}

bool makes_image(const Call& call) {
  return !call.image || wants_new_image(call.config);
}

std::string describe(const Call& call) {
  const auto area = area_of(call);
  if (makes_image(call))
    return area ? format(_("The picture becomes a new image, in the shape of %d×%d pixels."), area->width,
                         area->height)
                : _("The picture becomes a new image.");
  const std::string name = name_of(call.image);
  /* Translators: the image's name; width and height */
  return area ? format(_("The picture becomes a new layer of “%s”, %d×%d pixels."), name.c_str(), area->width,
                       area->height)
              : format(_("The picture becomes a new layer of “%s”, as large as it is drawn."), name.c_str());
}

std::string objection(const Call& call) {
  const bool unmet = call.image && !call.again && text_of(call.config, "area") == "selection" &&
                     gimp_selection_is_empty(call.image);
  return unmet ? _("Nothing is selected.") : "";
}

// As large as it is drawn, in the middle of the canvas.
void show_whole(Assignment& assignment) {
  assignment.setting.frame = assignment.recipe.frame = assignment.setting.area;
  assignment.setting.size = SizeRule::own;
  assignment.recipe.area = {};
}

Planned planned_for(const Call& call, const std::optional<GeglRectangle>& area) {
  return area ? plan(call.config, area->width, area->height) : Planned{.size = size_of(call.config)};
}

// The canvas, and where on it the picture goes. A new image is shown as what it will be: a blank of its
// shape.
View look(const Call& call) {
  const auto area = area_of(call);
  View view{.sight = {}, .size = planned_for(call, area).size, .n_inputs = 0};
  int width = 1, height = 1;
  seedream_model_get_pixels(model_of(call.config).get(), view.size.c_str(), &width, &height);
  view.sight.frame = {0, 0, std::max(width, 1), std::max(height, 1)};
  if (makes_image(call))
    return view;
  if (area) {
    view.sight.place = *area;
  } else {
    const GeglRectangle canvas = canvas_of(call.image);
    view.sight.place = GeglRectangle{(canvas.width - width) / 2, (canvas.height - height) / 2, width, height};
  }
  view.sight.frame = canvas_of(call.image);
  view.sight.backdrop = call.image;
  return view;
}

Result<std::vector<Assignment>> assign(const Call& call) {
  const auto area = area_of(call);
  const Planned planned = planned_for(call, area);
  Assignment assignment{.request = request_of(call.config, SEEDREAM_OPERATION_GENERATE, planned.size),
                        .inputs = {},
                        .look = {.name = layer_name(text_of(call.config, "prompt"))},
                        .recipe = {.procedure = generate_kind.name, .arguments = arguments_of(call.config)}};
  if (!makes_image(call))
    put_over(area.value_or(canvas_of(call.image)), planned, call, assignment);
  if (!makes_image(call) && !area)
    show_whole(assignment);
  return alone(std::move(assignment));
}

}  // namespace

constinit const Kind generate_kind = {
    .name = "plug-in-seedream-generate",
    .word = "generate",
    .operation = SEEDREAM_OPERATION_GENERATE,
    .verb = N_("_Draw"),
    .title = N_("Draw a Seedream Image"),
    .menu_label = N_("Seedream _Image…"),
    .blurb = N_("Draw a new picture with a Seedream model"),
    .help = N_(
        "With an image the picture becomes a layer that fits its canvas or its selection, without one a new "
        "image."),
    .menu_paths = menus,
    .needs_image = false,
    .usual = usual,
    .rare = rare,
    .add_arguments = add_arguments,
    .describe = describe,
    .propose = nullptr,
    .count_jobs = nullptr,
    .objection = objection,
    .look = look,
    .make_list = nullptr,
    .assign = assign,
};

}  // namespace seedream::plugin
