// plugin/arguments.cpp - the arguments that all procedures have.
#include "arguments.hpp"

#include <glib/gi18n.h>

#include "settings.hpp"

namespace seedream::plugin {

std::string text_of(GimpProcedureConfig* config, const char* property) {
  char* text = nullptr;
  g_object_get(config, property, &text, nullptr);
  const CharPtr held(text);
  return held ? held.get() : "";
}

int number_of(GimpProcedureConfig* config, const char* property) {
  int number = 0;
  g_object_get(config, property, &number, nullptr);
  return number;
}

bool is_on(GimpProcedureConfig* config, const char* property) {
  gboolean on = FALSE;
  g_object_get(config, property, &on, nullptr);
  return on != FALSE;
}

void add_common_arguments(GimpProcedure* procedure) {
  gimp_procedure_add_string_argument(procedure, "prompt", _("_Prompt"), _("What to draw, in any language"),
                                     "", G_PARAM_READWRITE);
  GimpChoice* providers = gimp_choice_new_with_values(
      "default", 0, _("As set up"), _("What SEEDREAM_PROVIDER says, else the settings"), nullptr);
  gsize n = 0;
  SeedreamProvider* const* all = seedream_provider_list(&n);
  for (gsize i = 0; i < n; ++i)
    gimp_choice_add(providers, seedream_provider_get_id(all[i]), static_cast<int>(i) + 1,
                    seedream_provider_get_name(all[i]), nullptr);
  gimp_procedure_add_choice_argument(procedure, "provider", _("Ser_vice"), _("Which service draws"),
                                     providers, "default", G_PARAM_READWRITE);
  gimp_procedure_add_string_argument(procedure, "model", _("_Model"),
                                     _("The model's id; empty: as set up, else the service's first"), "",
                                     G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "count", _("V_ariants"),
                                  _("How many pictures; each is paid for"), 1, 15, 1, G_PARAM_READWRITE);
  gimp_procedure_add_string_argument(
      procedure, "size", _("Si_ze"),
      _("auto, 2K, 4K, width x height in pixels such as 2304x1728, or a name of the "
        "service's; auto goes by what is sent or by where the picture goes; empty: as set up"),
      "", G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "seed", _("See_d"),
                                  _("Where chance begins, for services that take one; -1: chance decides"),
                                  -1, G_MAXINT, -1, G_PARAM_READWRITE);
  gimp_procedure_add_boolean_argument(
      procedure, "native-size", _("Keep the picture's o_wn size"),
      _("A picture with more pixels than its place keeps them: the layer becomes "
        "larger than the place instead of being scaled down to it"),
      FALSE, G_PARAM_READWRITE);
}

void add_destination(GimpProcedure* procedure) {
  gimp_procedure_add_choice_argument(
      procedure, "destination", _("Resul_t"), _("What the picture becomes"),
      gimp_choice_new_with_values(
          "default", 0, settings().opens_images ? _("As set up: new image") : _("As set up: new layer"),
          nullptr, "layer", 1, _("New layer"), _("A layer of the image; without one a new image"), "image", 2,
          _("New image"), nullptr, nullptr),
      "default", G_PARAM_READWRITE);
}

bool wants_new_image(GimpProcedureConfig* config) {
  const std::string word = text_of(config, "destination");
  return word == "image" || (word == "default" && settings().opens_images);
}

SizeRule size_rule_of(GimpProcedureConfig* config) {
  return is_on(config, "native-size") ? SizeRule::larger : SizeRule::place;
}

SeedreamProvider* provider_of(GimpProcedureConfig* config) {
  SeedreamProvider* provider = seedream_provider_lookup(text_of(config, "provider").c_str());
  return provider ? provider : usual_provider();
}

namespace {

std::string model_id_of(GimpProcedureConfig* config) {
  const std::string said = text_of(config, "model");
  if (!said.empty() || settings().model.empty())
    return said;
  const bool known = seedream_provider_lookup_model(provider_of(config), settings().model.c_str()) != nullptr;
  return known ? settings().model : "";
}

}  // namespace

Ref<SeedreamModel> model_of(GimpProcedureConfig* config) {
  const std::string id = model_id_of(config);
  SeedreamProvider* provider = provider_of(config);
  SeedreamModel* known = id.empty() ? nullptr : seedream_provider_lookup_model(provider, id.c_str());
  return Ref<SeedreamModel>::share(known ? known : seedream_provider_lookup_model(provider, nullptr));
}

std::string size_of(GimpProcedureConfig* config) {
  const std::string said = text_of(config, "size");
  return said.empty() ? settings().size : said;
}

Planned plan(GimpProcedureConfig* config, int width, int height) {
  Planned planned;
  planned.size = CharPtr(seedream_model_plan_frame(model_of(config).get(), size_of(config).c_str(), width,
                                                   height, &planned.width, &planned.height))
                     .get();
  return planned;
}

Ref<SeedreamRequest> request_of(GimpProcedureConfig* config, SeedreamOperation operation,
                                const std::string& size) {
  auto request =
      Ref<SeedreamRequest>::adopt(seedream_request_new(operation, text_of(config, "prompt").c_str()));
  const std::string model = model_id_of(config);
  seedream_request_set_count(request.get(), static_cast<guint>(number_of(config, "count")));
  seedream_request_set_seed(request.get(), number_of(config, "seed"));
  seedream_request_set_model(request.get(), model.empty() ? nullptr : model.c_str());
  seedream_request_set_size(request.get(), size.c_str());
  return request;
}

void add_return_values(GimpProcedure* procedure) {
  gimp_procedure_add_core_object_array_return_value(procedure, "layers", _("Layers"), _("The new layers"),
                                                    GIMP_TYPE_LAYER, G_PARAM_READWRITE);
  gimp_procedure_add_string_return_value(procedure, "job-id", _("Job"),
                                         _("The job's id; with several jobs their ids, with commas between"),
                                         "", G_PARAM_READWRITE);
}

void return_layers(GimpValueArray* values, const std::vector<GimpLayer*>& layers,
                   const std::string& job_ids) {
  auto** list = g_new0(GObject*, layers.size() + 1);
  for (std::size_t i = 0; i < layers.size(); ++i)
    list[i] = G_OBJECT(layers[i]);
  g_value_take_boxed(gimp_value_array_index(values, 1), list);
  g_value_set_string(gimp_value_array_index(values, 2), job_ids.c_str());
}

std::string on_one_line(const std::string& text) {
  return CharPtr(g_strstrip(g_strdelimit(g_strdup(text.c_str()), "\n\r\t", ' '))).get();
}

std::string layer_name(const std::string& prompt) {
  constexpr glong longest = 48;  // characters; a longer name only makes the list of layers wide
  const std::string line = on_one_line(prompt);
  if (g_utf8_strlen(line.c_str(), -1) <= longest)
    return line;
  return std::string(CharPtr(g_utf8_substring(line.c_str(), 0, longest - 1)).get()) + "…";
}

}  // namespace seedream::plugin
