// seedream-job.cpp - one drawing: run, progress, cancel, pictures.
#include "seedream-job.h"

#include <optional>

#include "seedream-enum-types.h"
#include "seedream-image-private.hpp"
#include "seedream-job-private.hpp"

namespace seedream {

struct Job {
  std::string id;
  std::optional<jobs::Plan> plan;  // until the job runs
  jobs::Record record;
  jobs::Record::Shown shown;  // what the properties last told
  std::vector<Ref<SeedreamImage>> images;
  std::vector<const char*> notes;  // nullptr at the end; borrowed from the record

  void take_results() noexcept;
};

void Job::take_results() noexcept {
  for (const jobs::Drawn& drawn : record.pictures)
    images.push_back(Ref<SeedreamImage>::adopt(new_image(drawn)));
  record.pictures.clear();
  for (const std::string& note : record.notes)
    notes.push_back(note.c_str());
  notes.push_back(nullptr);
}

}  // namespace seedream

struct _SeedreamJob {
  GObject parent_instance;
  seedream::Job* impl;  // owned: created in init, deleted in finalize
};

enum { PROP_STATE = 1, PROP_STAGE, PROP_FRACTION, N_PROPS };
static GParamSpec* properties[N_PROPS];

G_DEFINE_FINAL_TYPE(SeedreamJob, seedream_job, G_TYPE_OBJECT)

static void seedream_job_finalize(GObject* object) noexcept {
  delete SEEDREAM_JOB(object)->impl;
  G_OBJECT_CLASS(seedream_job_parent_class)->finalize(object);
}

static void seedream_job_get_property(GObject* object, guint id, GValue* value, GParamSpec* pspec) noexcept {
  auto* self = SEEDREAM_JOB(object);
  switch (id) {
    case PROP_STATE:
      g_value_set_enum(value, seedream_job_get_state(self));
      break;
    case PROP_STAGE:
      g_value_set_enum(value, seedream_job_get_stage(self));
      break;
    case PROP_FRACTION:
      g_value_set_double(value, seedream_job_get_fraction(self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, pspec);
  }
}

static void seedream_job_class_init(SeedreamJobClass* klass) {
  GObjectClass* object_class = G_OBJECT_CLASS(klass);
  object_class->finalize = seedream_job_finalize;
  object_class->get_property = seedream_job_get_property;
  const auto flags =
      static_cast<GParamFlags>(G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  // SeedreamJob:state: where the job stands.
  properties[PROP_STATE] =
      g_param_spec_enum("state", nullptr, nullptr, SEEDREAM_TYPE_JOB_STATE, SEEDREAM_JOB_STATE_NEW, flags);
  // SeedreamJob:stage: what it is doing just now.
  properties[PROP_STAGE] =
      g_param_spec_enum("stage", nullptr, nullptr, SEEDREAM_TYPE_STAGE, SEEDREAM_STAGE_PREPARING, flags);
  // SeedreamJob:fraction: how much of that is done, 0 to 1; below 0 where nobody knows.
  properties[PROP_FRACTION] = g_param_spec_double("fraction", nullptr, nullptr, -1, 1, -1, flags);
  g_object_class_install_properties(object_class, N_PROPS, properties);
}

static void seedream_job_init(SeedreamJob* self) {
  self->impl = new seedream::Job;
  self->impl->id = seedream::CharPtr(g_uuid_string_random()).get();
}

namespace seedream {

SeedreamJob* new_job(jobs::Plan plan) {
  auto* self = static_cast<SeedreamJob*>(g_object_new(SEEDREAM_TYPE_JOB, nullptr));
  self->impl->plan = std::move(plan);
  return self;
}

namespace {

// One run of a job. Owned by its GTask, so it dies when the caller has been answered.
struct Run {
  std::unique_ptr<jobs::Runner> runner;
  Source cancelled;
};

void tell(SeedreamJob* self) {
  Job& job = *self->impl;
  const jobs::Record::Shown now = job.record.shown();
  const jobs::Record::Shown before = std::exchange(job.shown, now);
  if (now.state != before.state)
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_STATE]);
  if (now.stage != before.stage)
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_STAGE]);
  if (now.fraction != before.fraction)
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_FRACTION]);
}

void finish(GTask* task, ErrorPtr error) {
  auto* self = SEEDREAM_JOB(g_task_get_source_object(task));
  self->impl->take_results();
  static_cast<Run*>(g_task_get_task_data(task))->cancelled = {};
  if (error)
    g_task_return_error(task, error.release());
  else
    g_task_return_boolean(task, TRUE);
  g_object_unref(task);
}

gboolean on_cancelled(GCancellable*, gpointer data) noexcept {
  static_cast<Run*>(g_task_get_task_data(G_TASK(data)))->runner->cancel();
  return G_SOURCE_REMOVE;
}

Source watch(GCancellable* cancellable, GTask* task) {
  if (!cancellable)
    return {};
  GSource* source = g_cancellable_source_new(cancellable);
  g_source_set_callback(source, reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(on_cancelled)),
                        task, nullptr);
  g_source_attach(source, g_main_context_get_thread_default());
  return Source(source);
}

}  // namespace
}  // namespace seedream

/**
 * seedream_job_run_async:
 * @self: a job that has not run yet; each runs once
 * @cancellable: (nullable): to cancel it. The caller is answered at once; the service may draw on and charge.
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Sends the job and brings its pictures. While it runs, the properties #SeedreamJob:state, #SeedreamJob:stage
 * and #SeedreamJob:fraction tell how it goes.
 *
 * Since: 0.1
 */
void seedream_job_run_async(SeedreamJob* self, GCancellable* cancellable, GAsyncReadyCallback callback,
                            gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_JOB(self));
  g_return_if_fail(cancellable == nullptr || G_IS_CANCELLABLE(cancellable));
  g_return_if_fail(self->impl->plan.has_value());

  using namespace seedream;
  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_job_run_async));
  // The runner answers a cancel itself, with the truth about the money; a picture that is here stays here.
  g_task_set_check_cancellable(task, FALSE);
  auto* run = new Run;
  g_task_set_task_data(task, run, [](gpointer p) noexcept { delete static_cast<Run*>(p); });
  run->runner = std::make_unique<jobs::Runner>(
      *std::exchange(self->impl->plan, std::nullopt), &self->impl->record, [self] { tell(self); },
      [task](ErrorPtr error) { finish(task, std::move(error)); });
  run->cancelled = watch(cancellable, task);
  run->runner->start();
}

/**
 * seedream_job_run_finish:
 * @self: a job
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Returns: %TRUE when at least one picture is here; seedream_job_get_missing() tells whether any is missing.
 * %FALSE with
 *   @error set otherwise; seedream_job_get_charged() tells whether it cost money
 * Since: 0.1
 */
gboolean seedream_job_run_finish(SeedreamJob* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/**
 * seedream_job_get_id:
 * @self: a job
 *
 * Returns: our own id for the job, a UUID
 * Since: 0.1
 */
const char* seedream_job_get_id(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->id.c_str();
}

/**
 * seedream_job_get_service_id:
 * @self: a job
 *
 * Returns: (nullable): the service's id for the job; %NULL as long as it has given none
 * Since: 0.1
 */
const char* seedream_job_get_service_id(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  const std::string& id = self->impl->record.service_id;
  return id.empty() ? nullptr : id.c_str();
}

/**
 * seedream_job_get_state:
 * @self: a job
 *
 * Returns: where the job stands
 * Since: 0.1
 */
SeedreamJobState seedream_job_get_state(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), SEEDREAM_JOB_STATE_UNKNOWN);

  return self->impl->record.standing.state;
}

/**
 * seedream_job_get_stage:
 * @self: a job
 *
 * Returns: what the job is doing just now
 * Since: 0.1
 */
SeedreamStage seedream_job_get_stage(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), SEEDREAM_STAGE_PREPARING);

  return self->impl->record.stage.stage;
}

/**
 * seedream_job_get_fraction:
 * @self: a job
 *
 * Returns: how much of the stage is done, 0 to 1; below 0 where nobody knows
 * Since: 0.1
 */
double seedream_job_get_fraction(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), -1);

  return self->impl->record.stage.fraction;
}

/**
 * seedream_job_get_charged:
 * @self: a job
 *
 * Returns: whether the job has cost money
 * Since: 0.1
 */
SeedreamCharge seedream_job_get_charged(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), SEEDREAM_CHARGE_UNKNOWN);

  return self->impl->record.standing.charged;
}

/**
 * seedream_job_get_cost:
 * @self: a job
 *
 * Returns: what the job cost, in US dollars: the service's own figure where it gives one, else the price of
 * what was drawn; 0 as long as nothing was Since: 0.1
 */
double seedream_job_get_cost(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return self->impl->record.cost_usd;
}

/**
 * seedream_job_get_n_images:
 * @self: a job that has ended
 *
 * Returns: how many pictures came, damaged ones included
 * Since: 0.1
 */
guint seedream_job_get_n_images(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return static_cast<guint>(self->impl->images.size());
}

/**
 * seedream_job_get_image:
 * @self: a job that has ended
 * @index: less than seedream_job_get_n_images()
 *
 * Returns: (transfer none): a picture, in the service's order
 * Since: 0.1
 */
SeedreamImage* seedream_job_get_image(SeedreamJob* self, guint index) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);
  g_return_val_if_fail(index < self->impl->images.size(), nullptr);

  return self->impl->images[index].get();
}

/**
 * seedream_job_get_notes:
 * @self: a job that has ended
 *
 * Returns: (array zero-terminated=1) (transfer none): what was done otherwise than asked, for people; mostly
 * empty Since: 0.1
 */
const char* const* seedream_job_get_notes(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  static const char* const none[] = {nullptr};
  return self->impl->notes.empty() ? none : self->impl->notes.data();
}

/**
 * seedream_job_get_missing:
 * @self: a job that has ended
 *
 * Returns: (transfer none) (nullable): why fewer whole pictures came than were asked for; %NULL when all are
 * here Since: 0.1
 */
const GError* seedream_job_get_missing(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->record.missing.get();
}
