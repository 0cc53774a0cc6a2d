// plugin/recipe.cpp - how a layer was made, as text.
#include "recipe.hpp"

#include <glib/gi18n.h>

#include <algorithm>

#include "json-text.hpp"
#include "scratch.hpp"

namespace seedream::plugin {
namespace {

constexpr int version = 1;

std::string moment(gint64 microseconds) {
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> time(
      g_date_time_new_from_unix_utc(microseconds / G_USEC_PER_SEC));
  return CharPtr(g_date_time_format_iso8601(time.get())).get();
}

Origin read_origin(JsonObject* object) {
  return {.kind = text_in(object, "kind"),
          .name = text_in(object, "name"),
          .tattoo = static_cast<unsigned>(number_in(object, "tattoo")),
          .uri = text_in(object, "uri"),
          .image_id = int(number_in(object, "image")),
          .gimp_pid = number_in(object, "gimp"),
          .is_here = truth_in(object, "here")};
}

std::vector<std::pair<std::string, std::string>> read_arguments(JsonObject* root) {
  std::vector<std::pair<std::string, std::string>> arguments;
  JsonObject* object = object_in(root, "arguments");
  if (!object)
    return arguments;
  const std::unique_ptr<GList, Deleter<g_list_free>> names(json_object_get_members(object));
  for (GList* name = names.get(); name; name = name->next) {
    const auto* text = static_cast<const char*>(name->data);
    arguments.emplace_back(text, text_in(object, text));
  }
  return arguments;
}

const char* word_for(SeedreamCharge charge) {
  return charge == SEEDREAM_CHARGE_YES ? "yes" : charge == SEEDREAM_CHARGE_NO ? "no" : "unknown";
}

}  // namespace

Origin origin_of(GimpItem* layer, GimpImage* home) {
  GimpImage* image = gimp_item_get_image(layer);
  Origin origin = origin_of(image, home);
  origin.kind = "layer";
  origin.name = CharPtr(gimp_item_get_name(layer)).get();
  origin.tattoo = gimp_item_get_tattoo(layer);
  return origin;
}

Origin origin_of(GimpImage* image, GimpImage* home) {
  return {.kind = "visible",
          .name = CharPtr(gimp_image_get_name(image)).get(),
          .uri = uri_of(image),
          .image_id = gimp_image_get_id(image),
          .gimp_pid = gimp_getpid(),
          .is_here = image == home};
}

std::vector<std::pair<std::string, std::string>> arguments_of(GimpProcedureConfig* config) {
  std::vector<std::pair<std::string, std::string>> arguments;
  guint n = 0;
  const std::unique_ptr<GParamSpec*, Deleter<g_free>> specs(
      g_object_class_list_properties(G_OBJECT_GET_CLASS(config), &n));
  for (guint i = 0; i < n; ++i) {
    GParamSpec* spec = specs.get()[i];
    const GType type = G_PARAM_SPEC_VALUE_TYPE(spec);
    const bool is_ours = spec->owner_type == G_OBJECT_TYPE(config);
    if (!is_ours || (type != G_TYPE_STRING && type != G_TYPE_INT && type != G_TYPE_BOOLEAN))
      continue;
    GValue value = G_VALUE_INIT, text = G_VALUE_INIT;
    g_object_get_property(G_OBJECT(config), spec->name, &value);
    g_value_init(&text, G_TYPE_STRING);
    g_value_transform(&value, &text);
    arguments.emplace_back(spec->name, g_value_get_string(&text) ? g_value_get_string(&text) : "");
    g_value_unset(&value);
    g_value_unset(&text);
  }
  return arguments;
}

void set_arguments(GimpProcedureConfig* config,
                   const std::vector<std::pair<std::string, std::string>>& arguments) {
  for (const auto& [name, text] : arguments) {
    GParamSpec* spec = g_object_class_find_property(G_OBJECT_GET_CLASS(config), name.c_str());
    if (!spec)
      continue;
    switch (G_PARAM_SPEC_VALUE_TYPE(spec)) {
      case G_TYPE_STRING:
        g_object_set(config, name.c_str(), text.c_str(), nullptr);
        break;
      case G_TYPE_INT: {
        const auto* range = G_PARAM_SPEC_INT(spec);
        const gint64 number = g_ascii_strtoll(text.c_str(), nullptr, 10);
        g_object_set(config, name.c_str(), int(std::clamp<gint64>(number, range->minimum, range->maximum)),
                     nullptr);
        break;
      }
      case G_TYPE_BOOLEAN:
        g_object_set(config, name.c_str(), text == "TRUE", nullptr);
        break;
      default:
        break;
    }
  }
}

namespace {

void write_wish(JsonText& out, const Recipe& recipe) {
  out.number("version", version);
  out.text("program", "Seedream for GIMP " SEEDREAM_VERSION);
  out.text("procedure", recipe.procedure.c_str());
  out.object("arguments", [&] {
    for (const auto& [name, value] : recipe.arguments)
      out.text(name.c_str(), value.c_str());
  });
  out.list("sources", recipe.origins, [&](const Origin& origin) {
    out.text("kind", origin.kind.c_str());
    out.text("name", origin.name.c_str());
    if (origin.tattoo)
      out.number("tattoo", origin.tattoo);
    if (!origin.uri.empty())
      out.text("uri", origin.uri.c_str());
    if (origin.image_id) {
      out.number("image", origin.image_id);
      out.number("gimp", origin.gimp_pid);
    }
    out.truth("here", origin.is_here);
  });
  out.rectangle("frame", recipe.frame);
  out.rectangle("area", recipe.area);
  out.truth("masked", recipe.masked);
}

}  // namespace

std::string write_recipe(const Recipe& recipe) {
  JsonText out;
  write_wish(out, recipe);
  return out.finish();
}

std::string write_recipe(const Recipe& recipe, SeedreamJob* job, guint index) {
  JsonText out;
  SeedreamImage* image = seedream_job_get_image(job, index);
  write_wish(out, recipe);
  SeedreamProvider* provider = seedream_job_get_provider(job);
  out.text("provider", provider ? seedream_provider_get_id(provider) : nullptr);
  out.text("model", seedream_job_get_model(job));
  out.text("prompt", seedream_job_get_prompt(job));
  out.text("job", seedream_job_get_id(job));
  out.text("service_id", seedream_job_get_service_id(job));
  out.text("charged", word_for(seedream_job_get_charged(job)));
  if (const double cost = seedream_job_get_cost(job); cost >= 0)
    out.amount("job_cost_usd", cost);
  out.text("created", moment(seedream_job_get_created(job)).c_str());
  out.text("finished", moment(g_get_real_time()).c_str());
  out.number("picture", index + 1);
  out.number("pictures", seedream_job_get_n_images(job));
  out.text("type", seedream_image_get_media_type(image));
  out.number("width", seedream_image_get_width(image));
  out.number("height", seedream_image_get_height(image));
  return out.finish();
}

Result<Recipe> read_recipe(const std::string& text) {
  const JsonObjectPtr object_held = parse_object(text);
  JsonObject* object = object_held.get();
  if (!object)
    return make_error(SEEDREAM_ERROR_INVALID, _("How this layer was made cannot be read. Nothing was sent."));
  Recipe recipe{.procedure = text_in(object, "procedure"),
                .arguments = read_arguments(object),
                .origins = {},
                .frame = rectangle_in(object, "frame"),
                .area = rectangle_in(object, "area"),
                .masked = truth_in(object, "masked")};
  for_objects(object, "sources", [&](JsonObject* each) { recipe.origins.push_back(read_origin(each)); });
  return recipe;
}

}  // namespace seedream::plugin
