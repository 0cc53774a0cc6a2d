// plugin/jobs-procedure.cpp - plug-in-seedream-jobs.
#include "jobs-procedure.hpp"

#include <gegl.h>
#include <glib/gi18n.h>
#include <libgimp/gimpui.h>

#include "arguments.hpp"
#include "history.hpp"
#include "insertion.hpp"
#include "jobs-window.hpp"
#include "wait.hpp"

namespace seedream::plugin {
namespace {

struct Outcome {
  std::vector<GimpLayer*> layers;
  std::string job_ids;  // with commas between several
};

Result<Ref<SeedreamJob>> look_up(SeedreamHistory* history, const std::string& id) {
  const auto result = wait_for_result([&](GAsyncReadyCallback done, gpointer data) {
    seedream_history_lookup_async(history, id.c_str(), nullptr, done, data);
  });
  GError* raw = nullptr;
  auto job = Ref<SeedreamJob>::adopt(seedream_history_lookup_finish(history, result.get(), &raw));
  if (!job)
    return ErrorPtr(raw);
  return job;
}

Result<Outcome> insert(SeedreamHistory* history, const std::string& id) {
  auto job = look_up(history, id);
  if (!job)
    return job.take_error();
  std::unique_ptr<Insertion> insertion;
  auto outcome = wait_for<std::shared_ptr<Result<std::vector<GimpLayer*>>>>([&](auto told) {
    insertion = std::make_unique<Insertion>(
        history, job->get(), Insertion::Where::its_place, [told](Result<std::vector<GimpLayer*>> layers) {
          told(std::make_shared<Result<std::vector<GimpLayer*>>>(std::move(layers)));
        });
    insertion->start();
  });
  if (!*outcome)
    return outcome->take_error();
  return Outcome{std::move(**outcome), seedream_job_get_id(job->get())};
}

// Takes up what was left behind, and tells which jobs' pictures are here and were not inserted yet.
Result<Outcome> recover(SeedreamHistory* history, int seconds) {
  const auto recovered = wait_for_result([&](GAsyncReadyCallback done, gpointer data) {
    seedream_history_recover_async(history, guint(seconds), nullptr, done, data);
  });
  GError* raw = nullptr;
  g_strfreev(seedream_history_recover_finish(history, recovered.get(), &raw));
  if (raw)
    return ErrorPtr(raw);
  const auto found = wait_for_result([&](GAsyncReadyCallback done, gpointer data) {
    seedream_history_query_async(history, nullptr, SEEDREAM_HISTORY_FILTER_WAITING, nullptr, G_MAXUINT,
                                 nullptr, done, data);
  });
  const std::unique_ptr<GPtrArray, Deleter<g_ptr_array_unref>> jobs(
      seedream_history_query_finish(history, found.get(), &raw));
  if (!jobs)
    return ErrorPtr(raw);
  Outcome outcome;
  for (guint i = 0; i < jobs->len; ++i)
    outcome.job_ids +=
        (outcome.job_ids.empty() ? "" : ",") + std::string(seedream_job_get_id(SEEDREAM_JOB(jobs->pdata[i])));
  return outcome;
}

GimpValueArray* answer(GimpProcedure* procedure, Result<Outcome> outcome) {
  if (!outcome)
    return gimp_procedure_new_return_values(procedure, GIMP_PDB_EXECUTION_ERROR,
                                            outcome.take_error().release());
  GimpValueArray* values = gimp_procedure_new_return_values(procedure, GIMP_PDB_SUCCESS, nullptr);
  return_layers(values, outcome->layers, outcome->job_ids);
  return values;
}

}  // namespace

GimpValueArray* run_jobs_window(GimpProcedure* procedure, GimpRunMode run_mode, GimpImage*, GimpDrawable**,
                                GimpProcedureConfig* config, gpointer) noexcept {
  gegl_init(nullptr, nullptr);
  auto history = open_history();
  if (!history)
    return answer(procedure, history.take_error());
  if (run_mode == GIMP_RUN_NONINTERACTIVE) {
    const std::string id = text_of(config, "job");
    return answer(procedure, id.empty() ? recover(history->get(), number_of(config, "timeout"))
                                        : insert(history->get(), id));
  }
  gimp_ui_init("seedream");
  show_jobs(gimp_procedure_get_plug_in(procedure), history->get(), nullptr);
  return answer(procedure, Outcome{});
}

void describe_jobs(GimpProcedure* procedure) {
  gimp_procedure_set_menu_label(procedure, _("_Jobs and History…"));
  gimp_procedure_set_icon_name(procedure, "document-open-recent");
  gimp_procedure_set_documentation(procedure,
                                   _("All Seedream jobs: what runs, what was drawn, and what it cost"),
                                   _("A picture that was paid for is kept here, whatever became of the "
                                     "program that asked for it. Called from "
                                     "a script with a job's id it inserts that job's pictures where they "
                                     "belong, or as a new image where that "
                                     "is not open; without one it takes up what was left behind, and returns "
                                     "the ids of the jobs whose pictures "
                                     "were not inserted yet, with commas between."),
                                   jobs_name);
  gimp_procedure_add_menu_path(procedure, "<Image>/Filters/Seedream/");
  gimp_procedure_add_string_argument(procedure, "job", _("Job"), _("A job's id; empty: what was left behind"),
                                     "", G_PARAM_READWRITE);
  gimp_procedure_add_int_argument(procedure, "timeout", _("Timeout"),
                                  _("How many seconds each of what was left behind may take"), 1, 86400, 60,
                                  G_PARAM_READWRITE);
}

}  // namespace seedream::plugin
