// plugin/settings-procedure.cpp - plug-in-seedream-settings.
#include "settings-procedure.hpp"

#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "arguments.hpp"
#include "history.hpp"
#include "settings-dialog.hpp"
#include "settings.hpp"

namespace seedream::plugin {
namespace {

// What holds for all programs that share the record of jobs; likewise.
Result<Done> rule_as_told(GimpProcedureConfig* config) {
  const std::string remembers = text_of(config, "history");
  const int days = number_of(config, "keep-days"), megabytes = number_of(config, "keep-megabytes");
  double budget = -1;
  g_object_get(config, "monthly-budget", &budget, nullptr);
  if (remembers == "unchanged" && days < 0 && megabytes < 0 && budget < 0)
    return Done{};
  auto history = open_history();
  if (!history)
    return history.take_error();
  auto rules = get_rules(history->get());
  if (!rules)
    return rules.take_error();
  if (remembers != "unchanged")
    seedream_rules_set_keeps_history(rules->get(), remembers == "on");
  if (days >= 0)
    seedream_rules_set_keep_days(rules->get(), guint(days));
  if (megabytes >= 0)
    seedream_rules_set_keep_megabytes(rules->get(), guint(megabytes));
  if (budget >= 0)
    seedream_rules_set_monthly_budget(rules->get(), budget == 0 ? -1 : budget);
  if (auto error = set_rules(history->get(), rules->get()))
    return error;
  return Done{};
}

// A script changes what it names; what it leaves empty stays.
Result<Done> change_as_told(GimpProcedureConfig* config) {
  Settings changed = settings();
  const auto take = [config](const char* argument, std::string& to) {
    if (const std::string said = text_of(config, argument); !said.empty())
      to = said;
  };
  take("provider", changed.provider);
  take("model", changed.model);
  take("size", changed.size);
  take("originals", changed.originals);
  SeedreamProvider* provider = seedream_provider_lookup(changed.provider.c_str());
  if (!provider && !changed.provider.empty())
    return make_error(SEEDREAM_ERROR_INVALID, _("There is no service “%s”. Nothing was changed."),
                      changed.provider.c_str());
  if (provider)
    take("base-url", changed.base_urls[changed.provider]);
  if (const std::string finished = text_of(config, "finished"); finished != "unchanged")
    changed.opens_images = finished == "images";
  if (auto ruled = rule_as_told(config); !ruled)
    return ruled;
  return change_settings(std::move(changed));
}

}  // namespace

GimpValueArray* run_settings(GimpProcedure* procedure, GimpRunMode run_mode, GimpImage*, GimpDrawable**,
                             GimpProcedureConfig* config, gpointer) noexcept {
  if (run_mode == GIMP_RUN_NONINTERACTIVE) {
    auto changed = change_as_told(config);
    return changed ? gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr)
                   : gimp_procedure_new_return_values(procedure, GIMP_PDB_EXECUTION_ERROR,
                                                      changed.take_error().release());
  }
  gimp_ui_init("seedream");
  const bool saved = edit_settings(nullptr, nullptr);
  return gimp_procedure_new_return_values(procedure, saved ? GIMP_PDB_SUCCESS : GIMP_PDB_CANCEL, nullptr);
}

void describe_settings(GimpProcedure* procedure) {
  gimp_procedure_set_menu_label(procedure, _("_Settings…"));
  gimp_procedure_set_icon_name(procedure, "preferences-system");
  gimp_procedure_set_documentation(
      procedure, _("Set up Seedream: the service, its key, and what becomes of pictures"),
      _("Keys are kept in the desktop's keyring; no argument of any procedure holds one. "
        "Called from a script it changes what is not left empty."),
      settings_name);
  gimp_procedure_add_menu_path(procedure, "<Image>/Filters/Seedream/");
  const auto add = [procedure](const char* name, const char* label, const char* help) {
    gimp_procedure_add_string_argument(procedure, name, label, help, "", G_PARAM_READWRITE);
  };
  add("provider", _("Service"), _("The id of the service that draws where nobody says another"));
  add("base-url", _("Base URL"), _("Where that service is, if elsewhere than usual"));
  add("model", _("Model"), _("The id of the model that draws where nobody says another"));
  add("size", _("Size"), _("The size where nobody says another, as the procedures' own argument"));
  add("originals", _("Originals"), _("The folder in which pictures are saved as the service sent them"));
  gimp_procedure_add_choice_argument(
      procedure, "finished", _("Finished pictures"), _("What pictures become where nobody says"),
      gimp_choice_new_with_values("unchanged", 0, _("Unchanged"), nullptr, "layers", 1,
                                  _("Layers of the image"), nullptr, "images", 2, _("Images of their own"),
                                  nullptr, nullptr),
      "unchanged", G_PARAM_READWRITE);
  gimp_procedure_add_choice_argument(
      procedure, "history", _("History"), _("Whether finished jobs are remembered"),
      gimp_choice_new_with_values("unchanged", 0, _("Unchanged"), nullptr, "on", 1, _("On"), nullptr, "off",
                                  2, _("Off"), nullptr, nullptr),
      "unchanged", G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "keep-days", _("Keep originals, days"),
                                  _("0: for ever; -1: unchanged"), -1, 3650, -1, G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "keep-megabytes", _("Keep originals, MB"),
                                  _("0: any; -1: unchanged"), -1, 1000000, -1, G_PARAM_READWRITE);
  gimp_procedure_add_double_argument(procedure, "monthly-budget", _("Monthly budget in US dollars"),
                                     _("0: none; -1: unchanged"), -1, 100000, -1, G_PARAM_READWRITE);
}

}  // namespace seedream::plugin
