// plugin/procedures.cpp - the procedures: their entries in GIMP's database, and how a call runs.
#include "procedures.hpp"

#include <glib/gi18n.h>

#include <algorithm>
#include <cstring>

#include "arguments.hpp"
#include "dialog.hpp"
#include "history.hpp"
#include "jobs-procedure.hpp"
#include "keys.hpp"
#include "lists.hpp"
#include "recovery.hpp"
#include "rerun.hpp"
#include "settings-procedure.hpp"
#include "settings.hpp"
#include "wait.hpp"

namespace seedream::plugin {
namespace {

constexpr const Kind* kinds[] = {&edit_kind, &compose_kind, &generate_kind};

}  // namespace

const Kind* find_kind(const char* name) {
  for (const Kind* kind : kinds)
    if (strcmp(kind->name, name) == 0)
      return kind;
  return nullptr;
}

bool is_there(const Kind& kind, const Call& call) {
  if (kind.needs_image && !call.image)
    return false;
  return (!call.image || gimp_image_is_valid(call.image)) &&
         std::all_of(call.drawables.begin(), call.drawables.end(),
                     [](GimpDrawable* drawable) { return gimp_item_is_valid(GIMP_ITEM(drawable)); });
}

std::string objection_to(const Kind& kind, const Call& call) {
  if (kind.needs_image && !call.image)
    return _("No image is open. Open one, then try again.");
  if (!is_there(kind, call))
    return _("The image or the layer is not there any more.");
  const auto model = model_of(call.config);
  const unsigned most = seedream_model_get_max_count(model.get());
  if (unsigned(number_of(call.config, "count")) > most)
    /* Translators: the service's name; how many pictures; the model's name */
    return format(ngettext("%s draws at most %u picture at once with %s.",
                           "%s draws at most %u pictures at once with %s.", most),
                  seedream_provider_get_name(provider_of(call.config)), most,
                  seedream_model_get_name(model.get()));
  return kind.objection(call);
}

Spot spot_for(const Call& call, GimpItem* item) {
  if (call.again)
    return above(GIMP_ITEM(call.again->layer));
  return item ? above(item) : top_of(call.image);
}

void put_over(const GeglRectangle& area, const Planned& planned, const Call& call, Assignment& assignment) {
  assignment.spot = spot_for(call, call.drawables.empty() ? nullptr : GIMP_ITEM(call.drawables.front()));
  assignment.setting = {.frame = frame_around(area, planned.width, planned.height, area),
                        .area = area,
                        .size = size_rule_of(call.config),
                        .colours = Colours(call.image)};
  assignment.recipe.area = area;
  assignment.recipe.frame = assignment.setting.frame;
}

std::vector<Assignment> alone(Assignment assignment) {
  std::vector<Assignment> assignments;
  assignments.push_back(std::move(assignment));
  return assignments;
}

namespace {

constexpr const char* rerun_name = "plug-in-seedream-rerun";
constexpr const char* rerun_menus[] = {"<Image>/Filters/Seedream/", "<Layers>/Layers Menu/"};

GimpValueArray* fail(GimpProcedure* procedure, ErrorPtr error) {
  return gimp_procedure_new_return_values(procedure, GIMP_PDB_EXECUTION_ERROR, error.release());
}

GimpValueArray* succeed(GimpProcedure* procedure, const Outcome& outcome) {
  GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
  return_layers(values, outcome.layers, outcome.job_ids);
  return values;
}

// A picture that found no image to go into has one of its own now.
void show_new_images(const Call& call, const Outcome& outcome) {
  if (!call.interactive())
    return;
  for (GimpLayer* layer : outcome.layers) {
    GimpImage* image = gimp_item_get_image(GIMP_ITEM(layer));
    if (image != call.image && gimp_image_get_item_position(image, GIMP_ITEM(layer)) == 0)
      gimp_display_new(image);
  }
}

std::vector<GimpLayer*> selected_layers(GimpImage* image) {
  return image ? taken(gimp_image_get_selected_layers(image)) : std::vector<GimpLayer*>();
}

// The results are selected as any new layer is, unless the user went on to another layer meanwhile.
void select_results(const Call& call, const std::vector<GimpLayer*>& before, const Outcome& outcome) {
  if (!call.image || !gimp_image_is_valid(call.image) || selected_layers(call.image) != before)
    return;
  std::vector<const GimpLayer*> results;
  for (GimpLayer* layer : outcome.layers)
    if (gimp_item_get_image(GIMP_ITEM(layer)) == call.image && gimp_item_get_visible(GIMP_ITEM(layer)))
      results.push_back(layer);
  if (results.empty())
    return;
  results.push_back(nullptr);
  gimp_image_set_selected_layers(call.image, results.data());
}

// SEEDREAM_TIMEOUT, in seconds; 0: the library's own.
unsigned timeout_of_environment() {
  const char* text = g_getenv("SEEDREAM_TIMEOUT");
  guint64 seconds = 0;
  return text && g_ascii_string_to_unsigned(text, 10, 1, 86400, &seconds, nullptr)
             ? static_cast<unsigned>(seconds)
             : 0;
}

// What was paid for outlives this process. Where nothing can be kept, the job runs all the same.
Ref<SeedreamHistory> history_for_job() {
  auto history = open_history();
  if (history)
    return std::move(*history);
  tell_that_it_is_unprotected(history.take_error()->message);
  return {};
}

Result<Ref<SeedreamClient>> client_for(GimpProcedureConfig* config, SeedreamHistory* history) {
  SeedreamProvider* provider = provider_of(config);
  auto client = new_client(provider);
  if (!client)
    return client.take_error();
  if (const unsigned seconds = timeout_of_environment())
    seedream_client_set_timeout(client->get(), seconds);
  const Key key = wait_for<Key>([provider](auto told) { find_key(provider, nullptr, std::move(told)); });
  if (key.source == SEEDREAM_KEY_SOURCE_KEYRING)
    seedream_client_set_api_key(client->get(), key.text.text().c_str());
  seedream_client_set_history(client->get(), history);
  return client;
}

Result<Outcome> run_jobs(const Kind& kind, const Call& call) {
  if (const std::string why = objection_to(kind, call); !why.empty())
    /* Translators: a whole sentence: what is missing */
    return make_error(SEEDREAM_ERROR_INVALID, _("%s Nothing was sent."), why.c_str());
  const auto before = selected_layers(call.image);
  auto assignments = kind.assign(call);
  if (!assignments)
    return assignments.take_error();
  const Ref<SeedreamHistory> history = history_for_job();
  auto client = client_for(call.config, history.get());
  if (!client)
    return client.take_error();
  // What earlier runs have left behind is taken up while this one waits.
  std::unique_ptr<Recovery> recovery;
  if (history)
    recovery = std::make_unique<Recovery>(history.get(), [](guint) {});
  Outcome outcome = JobDriver(client->get(), history.get(), std::move(*assignments)).run();
  select_results(call, before, outcome);
  show_new_images(call, outcome);
  if (outcome.layers.empty())
    return std::move(outcome.error);
  return outcome;
}

// Somebody who saw it in the list of jobs has cancelled it there.
bool was_cancelled(const GError* error) {
  return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

// What the service will not draw is asked for once more, in other words; all else is for GIMP to show.
bool may_be_reworded(const Kind& kind, const Call& call, const GError* error) {
  return call.interactive() && is_there(kind, call) &&
         g_error_matches(error, SEEDREAM_ERROR, SEEDREAM_ERROR_REFUSED);
}

GimpValueArray* carry_out(const Kind& kind, Call call) {
  Lent lent;
  call.lent = &lent;
  ErrorPtr trouble;
  for (;;) {
    if (call.interactive() && !ask(kind, call, trouble.get()))
      return gimp_procedure_new_return_values(call.procedure, GIMP_PDB_CANCEL, nullptr);
    auto outcome = run_jobs(kind, call);
    if (!outcome) {
      trouble = outcome.take_error();
      if (may_be_reworded(kind, call, trouble.get()))
        continue;
      if (was_cancelled(trouble.get()))
        return gimp_procedure_new_return_values(call.procedure, GIMP_PDB_CANCEL, nullptr);
      return fail(call.procedure, std::move(trouble));
    }
    // After a success libgimp writes the settings on the image; where it was closed GIMP would complain of
    // that.
    if (call.interactive() && call.image && !gimp_image_is_valid(call.image))
      return gimp_procedure_new_return_values(call.procedure, GIMP_PDB_CANCEL, nullptr);
    if (outcome->error)
      g_message("%s", outcome->error->message);
    return succeed(call.procedure, *outcome);
  }
}

std::span<GimpDrawable* const> counted(GimpDrawable** drawables) {
  std::size_t n = 0;
  while (drawables && drawables[n])
    ++n;
  return {drawables, n};
}

GimpValueArray* run(GimpProcedure* procedure, GimpRunMode run_mode, GimpImage* image,
                    GimpDrawable** drawables, GimpProcedureConfig* config, gpointer data) noexcept {
  const auto& kind = *static_cast<const Kind*>(data);
  gegl_init(nullptr, nullptr);
  const Call call{procedure, run_mode, image, counted(drawables), config};
  if (run_mode != GIMP_RUN_NONINTERACTIVE && kind.propose)
    kind.propose(call);
  return carry_out(kind, call);
}

GimpValueArray* rerun(GimpProcedure* procedure, GimpRunMode run_mode, GimpImage* image,
                      GimpDrawable** drawables, GimpProcedureConfig* config, gpointer) noexcept {
  gegl_init(nullptr, nullptr);
  auto found = find_rerun(image, counted(drawables));
  if (!found)
    return fail(procedure, found.take_error());
  const auto original =
      Ref<GimpProcedure>::adopt(create_procedure(gimp_procedure_get_plug_in(procedure), found->kind->name));
  const auto filled = Ref<GimpProcedureConfig>::adopt(gimp_procedure_create_config(original.get()));
  fill_config(*found, image, filled.get());
  if (const std::string prompt = text_of(config, "prompt"); !prompt.empty())
    g_object_set(filled.get(), "prompt", prompt.c_str(), nullptr);
  return carry_out(*found->kind,
                   {original.get(), run_mode, image, found->drawables, filled.get(), &found->again});
}

GimpProcedure* new_procedure(GimpPlugIn* plug_in, const char* name, GimpRunImageFunc run_it,
                             const Kind* kind) {
  GimpProcedure* procedure = gimp_image_procedure_new(plug_in, name, GIMP_PDB_PROC_TYPE_PLUGIN, run_it,
                                                      const_cast<Kind*>(kind), nullptr);
  gimp_procedure_set_image_types(procedure, "*");
  // A menu entry that is greyed out says nobody why; the dialog does.
  gimp_procedure_set_sensitivity_mask(procedure, GIMP_PROCEDURE_SENSITIVE_ALWAYS);
  gimp_procedure_set_icon_name(procedure, "seedream");
  gimp_procedure_set_attribution(procedure, "Seedream for GIMP", "Seedream for GIMP", "2026");
  return procedure;
}

GimpProcedure* create_rerun(GimpPlugIn* plug_in) {
  GimpProcedure* procedure = new_procedure(plug_in, rerun_name, rerun, nullptr);
  gimp_procedure_set_menu_label(procedure, _("_Re-run…"));
  gimp_procedure_set_documentation(procedure, _("Make a Seedream layer once more"),
                                   _("Every layer that Seedream makes remembers how: its sources, its "
                                     "selection and all settings. This makes it "
                                     "again from them, and puts the new one right above it."),
                                   rerun_name);
  for (const char* path : rerun_menus)
    gimp_procedure_add_menu_path(procedure, path);
  gimp_procedure_add_string_argument(procedure, "prompt", _("_Prompt"),
                                     _("Other words; empty: the same as before"), "", G_PARAM_READWRITE);
  add_return_values(procedure);
  return procedure;
}

GimpProcedure* create_jobs(GimpPlugIn* plug_in) {
  GimpProcedure* procedure = new_procedure(plug_in, jobs_name, run_jobs_window, nullptr);
  describe_jobs(procedure);
  add_return_values(procedure);
  return procedure;
}

GimpProcedure* create_settings(GimpPlugIn* plug_in) {
  GimpProcedure* procedure = new_procedure(plug_in, settings_name, run_settings, nullptr);
  describe_settings(procedure);
  return procedure;
}

}  // namespace

GList* procedure_names() {
  GList* names = g_list_append(nullptr, g_strdup(rerun_name));
  names = g_list_append(names, g_strdup(jobs_name));
  names = g_list_append(names, g_strdup(settings_name));
  for (const Kind* kind : kinds)
    names = g_list_append(names, g_strdup(kind->name));
  return names;
}

GimpProcedure* create_procedure(GimpPlugIn* plug_in, const char* name) {
  if (strcmp(name, rerun_name) == 0)
    return create_rerun(plug_in);
  if (strcmp(name, jobs_name) == 0)
    return create_jobs(plug_in);
  if (strcmp(name, settings_name) == 0)
    return create_settings(plug_in);
  const Kind* kind = find_kind(name);
  if (!kind)
    return nullptr;
  GimpProcedure* procedure = new_procedure(plug_in, name, run, kind);
  gimp_procedure_set_menu_label(procedure, _(kind->menu_label));
  gimp_procedure_set_documentation(procedure, _(kind->blurb), _(kind->help), name);
  for (const char* path : kind->menu_paths)
    gimp_procedure_add_menu_path(procedure, path);
  add_common_arguments(procedure);
  kind->add_arguments(procedure);
  add_return_values(procedure);
  return procedure;
}

ErrorPtr run_again(GimpPlugIn* plug_in, const Rerun& rerun, GimpImage* home) {
  const auto procedure = Ref<GimpProcedure>::adopt(create_procedure(plug_in, rerun.kind->name));
  const auto config = Ref<GimpProcedureConfig>::adopt(gimp_procedure_create_config(procedure.get()));
  fill_config(rerun, home, config.get());
  GimpValueArray* values =
      carry_out(*rerun.kind, {procedure.get(), GIMP_RUN_INTERACTIVE, home, rerun.drawables, config.get()});
  const bool failed = GIMP_VALUES_GET_ENUM(values, 0) == GIMP_PDB_EXECUTION_ERROR;
  ErrorPtr error(failed && gimp_value_array_length(values) > 1
                     ? make_error(SEEDREAM_ERROR_FAILED, "%s", GIMP_VALUES_GET_STRING(values, 1)).release()
                     : nullptr);
  gimp_value_array_unref(values);
  return error;
}

}  // namespace seedream::plugin
