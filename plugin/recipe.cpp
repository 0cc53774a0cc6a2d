// plugin/recipe.cpp - how a layer was made, as text.
#include "recipe.hpp"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

#include <algorithm>

namespace seedream::plugin {
namespace {

constexpr int version = 1;

class Writer {
 public:
  Writer() { json_builder_begin_object(builder_.get()); }
  void text(const char* name, const char* value) {
    key(name);
    if (value)
      json_builder_add_string_value(builder_.get(), value);
    else
      json_builder_add_null_value(builder_.get());
  }
  void number(const char* name, gint64 value) {
    key(name);
    json_builder_add_int_value(builder_.get(), value);
  }
  void amount(const char* name, double value) {
    key(name);
    json_builder_add_double_value(builder_.get(), value);
  }
  void truth(const char* name, bool value) {
    key(name);
    json_builder_add_boolean_value(builder_.get(), value);
  }
  void rectangle(const char* name, const GeglRectangle& r) {
    key(name);
    json_builder_begin_array(builder_.get());
    for (int value : {r.x, r.y, r.width, r.height})
      json_builder_add_int_value(builder_.get(), value);
    json_builder_end_array(builder_.get());
  }
  template <typename Items, typename Each>
  void list(const char* name, const Items& items, Each each) {
    key(name);
    json_builder_begin_array(builder_.get());
    for (const auto& item : items) {
      json_builder_begin_object(builder_.get());
      each(item);
      json_builder_end_object(builder_.get());
    }
    json_builder_end_array(builder_.get());
  }
  template <typename Fill>
  void object(const char* name, Fill fill) {
    key(name);
    json_builder_begin_object(builder_.get());
    fill();
    json_builder_end_object(builder_.get());
  }
  std::string finish() {
    json_builder_end_object(builder_.get());
    const std::unique_ptr<JsonNode, Deleter<json_node_unref>> root(json_builder_get_root(builder_.get()));
    return CharPtr(json_to_string(root.get(), TRUE)).get();
  }

 private:
  void key(const char* name) { json_builder_set_member_name(builder_.get(), name); }
  const Ref<JsonBuilder> builder_ = Ref<JsonBuilder>::adopt(json_builder_new());
};

std::string moment(gint64 microseconds) {
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> time(
      g_date_time_new_from_unix_utc(microseconds / G_USEC_PER_SEC));
  return CharPtr(g_date_time_format_iso8601(time.get())).get();
}

// Only text of ours is read, but anybody may have changed the file: what is missing reads as nothing.
std::string text_in(JsonObject* object, const char* name) {
  const char* text = json_object_get_string_member_with_default(object, name, "");
  return text ? text : "";
}

GeglRectangle rectangle_in(JsonObject* object, const char* name) {
  JsonNode* node = json_object_get_member(object, name);
  JsonArray* array = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : nullptr;
  if (!array || json_array_get_length(array) != 4)
    return {};
  int values[4];
  for (guint i = 0; i < 4; ++i)
    values[i] = int(CLAMP(json_node_get_int(json_array_get_element(array, i)), -GIMP_MAX_IMAGE_SIZE,
                          GIMP_MAX_IMAGE_SIZE));
  return {values[0], values[1], values[2], values[3]};
}

Origin read_origin(JsonObject* object) {
  return {.kind = text_in(object, "kind"),
          .name = text_in(object, "name"),
          .tattoo = static_cast<unsigned>(json_object_get_int_member_with_default(object, "tattoo", 0)),
          .uri = text_in(object, "uri"),
          .image_id = int(json_object_get_int_member_with_default(object, "image", 0)),
          .gimp_pid = json_object_get_int_member_with_default(object, "gimp", 0),
          .is_here = json_object_get_boolean_member_with_default(object, "here", FALSE) != FALSE};
}

template <typename Each>
void for_objects(JsonObject* parent, const char* name, Each each) {
  JsonNode* node = json_object_get_member(parent, name);
  JsonArray* array = node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : nullptr;
  for (guint i = 0; array && i < json_array_get_length(array); ++i)
    if (JsonNode* item = json_array_get_element(array, i); JSON_NODE_HOLDS_OBJECT(item))
      each(json_node_get_object(item));
}

std::vector<std::pair<std::string, std::string>> read_arguments(JsonObject* root) {
  std::vector<std::pair<std::string, std::string>> arguments;
  JsonNode* node = json_object_get_member(root, "arguments");
  if (!node || !JSON_NODE_HOLDS_OBJECT(node))
    return arguments;
  JsonObject* object = json_node_get_object(node);
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
  GFile* own = gimp_image_get_xcf_file(image);
  const auto file = Ref<GFile>::adopt(own ? own : gimp_image_get_imported_file(image));
  return {.kind = "visible",
          .name = CharPtr(gimp_image_get_name(image)).get(),
          .uri = file ? CharPtr(g_file_get_uri(file.get())).get() : "",
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

std::string write_recipe(const Recipe& recipe, SeedreamJob* job, guint index) {
  Writer out;
  SeedreamImage* image = seedream_job_get_image(job, index);
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
  out.text("provider", seedream_provider_get_id(seedream_job_get_provider(job)));
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
  const auto parser = Ref<JsonParser>::adopt(json_parser_new());
  JsonNode* root = json_parser_load_from_data(parser.get(), text.data(), gssize(text.size()), nullptr)
                       ? json_parser_get_root(parser.get())
                       : nullptr;
  if (!root || !JSON_NODE_HOLDS_OBJECT(root))
    return make_error(SEEDREAM_ERROR_INVALID, _("How this layer was made cannot be read. Nothing was sent."));
  JsonObject* object = json_node_get_object(root);
  Recipe recipe{.procedure = text_in(object, "procedure"),
                .arguments = read_arguments(object),
                .origins = {},
                .frame = rectangle_in(object, "frame"),
                .area = rectangle_in(object, "area"),
                .masked = json_object_get_boolean_member_with_default(object, "masked", FALSE) != FALSE};
  for_objects(object, "sources", [&](JsonObject* each) { recipe.origins.push_back(read_origin(each)); });
  return recipe;
}

}  // namespace seedream::plugin
