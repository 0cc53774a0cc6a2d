// seedream-job.cpp - one drawing: run, progress, cancel, pictures.
#include "seedream-job.h"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <optional>

#include "jobs/settle.hpp"
#include "seedream-enum-types.h"
#include "seedream-image-private.hpp"
#include "seedream-job-private.hpp"
#include "seedream-provider-private.hpp"

namespace seedream {

// One run of a job, until all is over.
struct Run {
  std::unique_ptr<jobs::Runner> runner;
  Source cancelled;
  GTask* task = nullptr;  // until the caller is answered
};

struct Job {
  jobs::StoredJob about;  // as it was when the job was made or written down
  bool was_stored = false;
  std::shared_ptr<jobs::Store> store;
  std::optional<jobs::Claim> claim;        // of one that was taken up, until it runs
  std::shared_ptr<jobs::Journal> journal;  // from then on, for as long as its pictures may be delivered
  std::optional<jobs::Plan> plan;          // until the job runs
  std::unique_ptr<Run> run;                // while it does
  bool comes_anew = false;                 // with all of its pictures
  jobs::Record record;
  jobs::Record::Shown shown;  // what the properties last told
  ErrorPtr error;
  std::vector<Ref<SeedreamImage>> images;
  std::vector<const char*> notes;  // nullptr at the end; borrowed from the record

  void take_results() noexcept;
};

void Job::take_results() noexcept {
  if (!record.pictures.empty() && std::exchange(comes_anew, false))
    images.clear();
  for (const jobs::Drawn& drawn : record.pictures)
    images.push_back(Ref<SeedreamImage>::adopt(new_image(drawn)));
  record.pictures.clear();
  notes.clear();
  for (const std::string& note : record.notes)
    notes.push_back(note.c_str());
  notes.push_back(nullptr);
}

}  // namespace seedream

/**
 * SeedreamJob:
 *
 * One drawing: it is sent, watched, waited for or cancelled, and it brings its pictures.
 *
 * Everything is reported in the thread-default main context in which it was started; nothing blocks that.
 * Drop the last reference and it runs on until it ends.
 *
 * Since: 0.1
 */
struct _SeedreamJob {
  GObject parent_instance;
  seedream::Job* impl;  // owned: created in init, deleted in finalize
};

enum { PROP_STATE = 1, PROP_STAGE, PROP_FRACTION, PROP_N_IMAGES, N_PROPS };
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
    case PROP_N_IMAGES:
      g_value_set_uint(value, seedream_job_get_n_images(self));
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
  /**
   * SeedreamJob:state:
   *
   * Where the job stands.
   *
   * Since: 0.1
   */
  properties[PROP_STATE] =
      g_param_spec_enum("state", nullptr, nullptr, SEEDREAM_TYPE_JOB_STATE, SEEDREAM_JOB_STATE_NEW, flags);
  /**
   * SeedreamJob:stage:
   *
   * What it is doing just now.
   *
   * Since: 0.1
   */
  properties[PROP_STAGE] =
      g_param_spec_enum("stage", nullptr, nullptr, SEEDREAM_TYPE_STAGE, SEEDREAM_STAGE_PREPARING, flags);
  /**
   * SeedreamJob:fraction:
   *
   * How much of the stage is done, 0 to 1; below 0 where nobody knows.
   *
   * Since: 0.1
   */
  properties[PROP_FRACTION] = g_param_spec_double("fraction", nullptr, nullptr, -1, 1, -1, flags);
  /**
   * SeedreamJob:n-images:
   *
   * How many pictures are here. More may come after a cancel.
   *
   * Since: 0.1
   */
  properties[PROP_N_IMAGES] = g_param_spec_uint("n-images", nullptr, nullptr, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties(object_class, N_PROPS, properties);
}

static void seedream_job_init(SeedreamJob* self) {
  self->impl = new seedream::Job;
  self->impl->about.id = seedream::CharPtr(g_uuid_string_random()).get();
  self->impl->about.created = g_get_real_time();
}

namespace seedream {
namespace {

SeedreamJob* new_object() {
  return static_cast<SeedreamJob*>(g_object_new(SEEDREAM_TYPE_JOB, nullptr));
}

std::vector<std::string> split_ids(const std::string& ids) {
  std::vector<std::string> all;
  const std::unique_ptr<char*, Deleter<g_strfreev>> parts(g_strsplit(ids.c_str(), ",", -1));
  for (char** part = parts.get(); *part; ++part)
    if (**part)
      all.emplace_back(*part);
  return all;
}

ErrorPtr stored_error(const jobs::StoredJob& stored) {
  if (stored.error_code == jobs::StoredJob::no_error)
    return nullptr;
  if (stored.error_code == jobs::StoredJob::was_cancelled)
    return ErrorPtr(g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, stored.error_message.c_str()));
  return make_error(static_cast<SeedreamError>(stored.error_code), "%s", stored.error_message.c_str());
}

}  // namespace

SeedreamJob* new_job(jobs::Plan plan, const FullRequest& request, std::shared_ptr<jobs::Store> store) {
  SeedreamJob* self = new_object();
  jobs::StoredJob& about = self->impl->about;
  about.provider = plan.provider->id;
  about.base_url = plan.base_url;
  about.model = plan.model->service_id;
  about.prompt = plan.request.prompt;
  about.operation = plan.request.operation;
  about.count = plan.request.count;
  about.size = plan.request.size;
  about.aspect = plan.request.aspect;
  about.quality = plan.request.quality;
  about.format = plan.request.format;
  about.seed = plan.request.seed.value_or(-1);
  about.placement = request.placement;
  if (store)
    plan.journal = std::make_shared<jobs::Journal>(store, about, request.attachments);
  self->impl->store = std::move(store);
  self->impl->plan = std::move(plan);
  return self;
}

SeedreamJob* restored_job(jobs::StoredJob stored, std::shared_ptr<jobs::Store> store) {
  SeedreamJob* self = new_object();
  Job& job = *self->impl;
  job.was_stored = true;
  job.store = std::move(store);
  stored = jobs::settled(std::move(stored));
  job.record.standing = stored.standing;
  job.record.service_id = stored.service_id;
  job.record.cost_usd = stored.cost_usd;
  job.record.cost_is_told = stored.cost_is_told;
  job.record.notes = stored.notes;
  job.shown = job.record.shown();
  const bool completed = stored.standing.state == SEEDREAM_JOB_STATE_COMPLETED;
  (completed ? job.record.missing : job.error) = stored_error(stored);
  for (const jobs::StoredPicture& picture : stored.pictures)
    if (!picture.file.empty())
      job.images.push_back(Ref<SeedreamImage>::adopt(new_image(picture)));
  job.about = std::move(stored);
  job.take_results();
  return self;
}

SeedreamJob* adopted_job(jobs::StoredJob stored, std::shared_ptr<jobs::Store> store, jobs::Claim claim) {
  stored.attended = false;  // by anybody else
  SeedreamJob* self = restored_job(std::move(stored), std::move(store));
  self->impl->claim = std::move(claim);
  return self;
}

const jobs::StoredJob* stored_form(SeedreamJob* job) {
  return job->impl->was_stored ? &job->impl->about : nullptr;
}

Result<Done> resume(SeedreamJob* self, jobs::Plan plan) {
  Job& job = *self->impl;
  const jobs::StoredJob& stored = job.about;
  for (const jobs::StoredPicture& picture : stored.pictures)
    if (picture.file.empty() && !picture.purged && !picture.url.empty())
      plan.resumed_pictures.push_back({picture.number, picture.url, jobs::expiry_of(stored)});
  plan.kept = jobs::kept_pictures(stored);
  plan.known_cost_usd = stored.cost_usd;
  const bool failed = stored.standing.state == SEEDREAM_JOB_STATE_FAILED;
  // A job that the service keeps is asked for as a whole: its addresses may have changed since.
  if (plan.provider->keeps_jobs && !failed) {
    plan.resumed_ids = split_ids(stored.service_id);
    if (!plan.resumed_ids.empty())
      plan.resumed_pictures.clear();
  }
  if (!plan.is_resumed())
    return stored.error_code >= 0
               ? stored_error(stored)
               : make_error(SEEDREAM_ERROR_UNAVAILABLE,
                            _("Nothing of this job can be asked for at %s any more."), plan.provider->name);
  plan.request.operation = stored.operation;
  plan.request.prompt = stored.prompt;
  plan.request.format = stored.format;
  plan.request.count = stored.count;
  job.comes_anew = !plan.resumed_ids.empty();
  plan.journal = std::make_shared<jobs::Journal>(job.store, stored, std::exchange(job.claim, std::nullopt));
  job.record = {};
  job.error.reset();
  job.plan = std::move(plan);
  return Done{};
}

namespace {

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

void take_results(SeedreamJob* self) {
  const std::size_t before = self->impl->images.size();
  self->impl->take_results();
  if (self->impl->images.size() != before)
    g_object_notify_by_pspec(G_OBJECT(self), properties[PROP_N_IMAGES]);
}

void answer(SeedreamJob* self, ErrorPtr error) {
  Run& run = *self->impl->run;
  run.cancelled = {};
  take_results(self);
  GTask* task = std::exchange(run.task, nullptr);
  if (error) {
    self->impl->error = ErrorPtr(g_error_copy(error.get()));
    g_task_return_error(task, error.release());
  } else {
    g_task_return_boolean(task, TRUE);
  }
  g_object_unref(task);
}

// The last thing of a run; the reference that it held on the job goes with it.
void end(SeedreamJob* self) {
  take_results(self);
  self->impl->run.reset();
  g_object_unref(self);
}

gboolean on_cancelled(GCancellable*, gpointer data) noexcept {
  SEEDREAM_JOB(data)->impl->run->runner->cancel();
  return G_SOURCE_REMOVE;
}

Source watch(GCancellable* cancellable, SeedreamJob* self) {
  if (!cancellable)
    return {};
  GSource* source = g_cancellable_source_new(cancellable);
  g_source_set_callback(source, reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(on_cancelled)),
                        self, nullptr);
  g_source_attach(source, g_main_context_get_thread_default());
  return Source(source);
}

void start(SeedreamJob* self, GTask* task, GCancellable* cancellable) {
  // The runner answers a cancel itself, with the truth about the money; a picture that is here stays here.
  g_task_set_check_cancellable(task, FALSE);
  g_object_ref(self);
  self->impl->run = std::make_unique<Run>();
  Run& run = *self->impl->run;
  run.task = task;
  self->impl->journal = self->impl->plan->journal;
  run.runner = std::make_unique<jobs::Runner>(
      *std::exchange(self->impl->plan, std::nullopt), &self->impl->record,
      jobs::Runner::Listener{.changed = [self] { tell(self); },
                             .done = [self](ErrorPtr error) { answer(self, std::move(error)); },
                             .over = [self] { end(self); }});
  run.cancelled = watch(cancellable, self);
  run.runner->start();
}

}  // namespace
}  // namespace seedream

/**
 * seedream_job_run_async:
 * @self: a job that has not run yet; each runs once
 * @cancellable: (nullable): to cancel it. The caller is answered at once; the service may draw on and charge.
 *   If the job has a [class@Seedream.History], what is paid for and comes all the same is kept there.
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Sends the job and brings its pictures. While it runs, the properties [property@Seedream.Job:state],
 * [property@Seedream.Job:stage] and [property@Seedream.Job:fraction] tell how it goes.
 *
 * Since: 0.1
 */
void seedream_job_run_async(SeedreamJob* self, GCancellable* cancellable, GAsyncReadyCallback callback,
                            gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_JOB(self));
  g_return_if_fail(cancellable == nullptr || G_IS_CANCELLABLE(cancellable));
  g_return_if_fail(self->impl->plan.has_value());

  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_job_run_async));
  seedream::start(self, task, cancellable);
}

/**
 * seedream_job_run_finish:
 * @self: a job
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_job_run_async].
 *
 * Returns: %TRUE when at least one picture is here; [id@seedream_job_get_missing] tells whether any is
 *   missing. %FALSE with @error set otherwise; [id@seedream_job_get_charged] tells whether it cost money
 *
 * Since: 0.1
 */
gboolean seedream_job_run_finish(SeedreamJob* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/**
 * seedream_job_submit_async:
 * @self: a job that has not run yet, with a [class@Seedream.History], of a service that keeps jobs; see
 *   [id@seedream_provider_get_keeps_jobs]
 * @cancellable: (nullable): to cancel it
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Sends the job and leaves it to the service. Its pictures are fetched later, by another program if need be:
 * see [id@seedream_client_resume_job].
 *
 * Since: 0.1
 */
void seedream_job_submit_async(SeedreamJob* self, GCancellable* cancellable, GAsyncReadyCallback callback,
                               gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_JOB(self));
  g_return_if_fail(cancellable == nullptr || G_IS_CANCELLABLE(cancellable));
  g_return_if_fail(self->impl->plan.has_value());

  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_job_submit_async));
  const seedream::jobs::Plan& plan = *self->impl->plan;
  const char* why =
      !plan.provider->keeps_jobs ? _("%s keeps no jobs; wait for the picture. Nothing was sent.")
      : !plan.journal            ? _("A job of %s that nobody writes down would be lost. Nothing was sent.")
      : plan.base_url.empty()    ? _("%s would end with this program, and the job with it. Nothing was sent.")
                                 : nullptr;
  if (why) {
    g_task_return_error(task,
                        seedream::make_error(SEEDREAM_ERROR_INVALID, why, plan.provider->name).release());
    return g_object_unref(task);
  }
  self->impl->plan->submit_only = true;
  seedream::start(self, task, cancellable);
}

/**
 * seedream_job_submit_finish:
 * @self: a job
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_job_submit_async].
 *
 * Returns: %TRUE when the service has the job; %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean seedream_job_submit_finish(SeedreamJob* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

/**
 * seedream_job_get_provider:
 * @self: a job
 *
 * Tells which service has the job.
 *
 * Returns: (transfer none) (nullable): the service; %NULL for a job of a service that this library does not
 *   know
 *
 * Since: 0.1
 */
SeedreamProvider* seedream_job_get_provider(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return seedream_provider_lookup(self->impl->about.provider.c_str());
}

/**
 * seedream_job_get_model:
 * @self: a job
 *
 * Tells which model draws.
 *
 * Returns: what the service calls the model
 *
 * Since: 0.1
 */
const char* seedream_job_get_model(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->about.model.c_str();
}

/**
 * seedream_job_get_operation:
 * @self: a job
 *
 * Tells what kind of job it is.
 *
 * Returns: what is asked of the model
 *
 * Since: 0.1
 */
SeedreamOperation seedream_job_get_operation(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), SEEDREAM_OPERATION_GENERATE);

  return self->impl->about.operation;
}

/**
 * seedream_job_get_prompt:
 * @self: a job
 *
 * Tells what was asked for, in words.
 *
 * Returns: what the picture shall show
 *
 * Since: 0.1
 */
const char* seedream_job_get_prompt(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->about.prompt.c_str();
}

/**
 * seedream_job_get_count:
 * @self: a job
 *
 * Tells how many pictures were asked for.
 *
 * Returns: how many pictures are wanted
 *
 * Since: 0.1
 */
guint seedream_job_get_count(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return self->impl->about.count;
}

/**
 * seedream_job_get_base_url:
 * @self: a job
 *
 * Tells where the job was sent.
 *
 * Returns: the root of the service that has it; empty for one that was not started yet
 *
 * Since: 0.1
 */
const char* seedream_job_get_base_url(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->about.base_url.c_str();
}

/**
 * seedream_job_get_created:
 * @self: a job
 *
 * Tells when the job was made.
 *
 * Returns: when it was made, in microseconds since 1970, UTC
 *
 * Since: 0.1
 */
gint64 seedream_job_get_created(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return self->impl->about.created;
}

/**
 * seedream_job_get_id:
 * @self: a job
 *
 * Tells by which id a [class@Seedream.History] finds the job again.
 *
 * Returns: our own id for the job, a UUID
 *
 * Since: 0.1
 */
const char* seedream_job_get_id(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->about.id.c_str();
}

/**
 * seedream_job_get_service_id:
 * @self: a job
 *
 * Tells what to call the job when the service is asked about it.
 *
 * Returns: (nullable): the service's id for the job; %NULL as long as it has given none
 *
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
 * Tells where the job stands.
 *
 * Returns: where the job stands
 *
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
 * Tells what is being done just now.
 *
 * Returns: what the job is doing just now
 *
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
 * Tells how far the stage is.
 *
 * Returns: how much of the stage is done, 0 to 1; below 0 where nobody knows
 *
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
 * Tells whether money was spent, which a failure alone does not tell.
 *
 * Returns: whether the job has cost money
 *
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
 * Tells how much money was spent.
 *
 * Returns: what the job cost, in US dollars: the service's own figure where it gives one, else the price of
 *   what was drawn; 0 as long as nothing was
 *
 * Since: 0.1
 */
double seedream_job_get_cost(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return self->impl->record.cost_usd;
}

/**
 * seedream_job_get_n_images:
 * @self: a job that has ended
 *
 * Tells how many pictures are here.
 *
 * Returns: how many pictures came, damaged ones included
 *
 * Since: 0.1
 */
guint seedream_job_get_n_images(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return static_cast<guint>(self->impl->images.size());
}

/**
 * seedream_job_get_image:
 * @self: a job that has ended
 * @index: less than [id@seedream_job_get_n_images]
 *
 * Gives one of the pictures.
 *
 * Returns: (transfer none): a picture, in the service's order
 *
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
 * Tells what was done to inputs and wishes that the service does not take as they are.
 *
 * Returns: (array zero-terminated=1) (transfer none): what was done otherwise than asked, for people; mostly
 *   empty
 *
 * Since: 0.1
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
 * Tells why some pictures are missing, where others came.
 *
 * Returns: (transfer none) (nullable): why fewer whole pictures came than were asked for; %NULL when all are
 *   here
 *
 * Since: 0.1
 */
const GError* seedream_job_get_missing(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->record.missing.get();
}

/**
 * seedream_job_get_error:
 * @self: a job that has ended
 *
 * Tells why the job failed, also of one that a [class@Seedream.History] remembers.
 *
 * Returns: (transfer none) (nullable): why no picture came; %NULL if one did
 *
 * Since: 0.1
 */
const GError* seedream_job_get_error(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->error.get();
}

/**
 * seedream_job_get_size:
 * @self: a job
 *
 * Tells which size was asked for.
 *
 * Returns: as in [id@seedream_request_set_size]; empty where nobody asked for one
 *
 * Since: 0.1
 */
const char* seedream_job_get_size(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->about.size.c_str();
}

/**
 * seedream_job_get_seed:
 * @self: a job
 *
 * Tells where chance began.
 *
 * Returns: as in [id@seedream_request_set_seed]; -1 where nobody said it
 *
 * Since: 0.1
 */
gint64 seedream_job_get_seed(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), -1);

  return self->impl->about.seed;
}

/**
 * seedream_job_get_placement:
 * @self: a job
 *
 * Tells where its pictures go.
 *
 * Returns: what [id@seedream_request_set_placement] said; empty where it said nothing
 *
 * Since: 0.1
 */
const char* seedream_job_get_placement(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  return self->impl->about.placement.c_str();
}

/**
 * seedream_job_get_cost_is_told:
 * @self: a job
 *
 * Tells who says what [id@seedream_job_get_cost] is.
 *
 * Returns: %TRUE if the service does; %FALSE for an estimate from the model's price
 *
 * Since: 0.1
 */
gboolean seedream_job_get_cost_is_told(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), FALSE);

  return self->impl->record.cost_is_told;
}

/**
 * seedream_job_get_unprotected:
 * @self: a job with a [class@Seedream.History]
 *
 * Tells why the job could not be written down, as on a full disk. It runs all the same.
 *
 * Returns: (nullable): why its pictures would be lost if this program ended too early, a whole sentence;
 * %NULL where they would not
 *
 * Since: 0.1
 */
const char* seedream_job_get_unprotected(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), nullptr);

  const std::string& why = self->impl->record.unprotected;
  return why.empty() ? nullptr : why.c_str();
}

/**
 * seedream_job_get_estimate:
 * @self: a job from a [class@Seedream.History]
 *
 * Tells what it has probably cost, or will: by the model's price as long as nobody knows better.
 *
 * Returns: in US dollars; 0 where it costs nothing, or where nobody knows
 *
 * Since: 0.1
 */
double seedream_job_get_estimate(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return self->impl->about.estimate_usd;
}

/**
 * seedream_job_get_starred:
 * @self: a job from a [class@Seedream.History]
 *
 * Tells whether its user wants to keep it.
 *
 * Returns: whether it has a star, see [id@seedream_history_star_async]
 *
 * Since: 0.1
 */
gboolean seedream_job_get_starred(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), FALSE);

  return self->impl->about.starred;
}

/**
 * seedream_job_get_late:
 * @self: a job from a [class@Seedream.History]
 *
 * Tells whether its pictures came though it had been cancelled: they were paid for.
 *
 * Returns: whether they arrived late
 *
 * Since: 0.1
 */
gboolean seedream_job_get_late(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), FALSE);

  return self->impl->about.late;
}

/**
 * seedream_job_get_delivered:
 * @self: a job from a [class@Seedream.History]
 *
 * Tells when its pictures were put where they belong, see [id@seedream_history_deliver_async].
 *
 * Returns: when it was, in microseconds since 1970, UTC; 0 as long as they wait for that
 *
 * Since: 0.1
 */
gint64 seedream_job_get_delivered(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return self->impl->about.delivered;
}

/**
 * seedream_job_get_attended:
 * @self: a job from a [class@Seedream.History]
 *
 * Tells whether some program runs it, or is about to deliver its pictures. What has not ended and nobody
 * attends to was left behind; [id@seedream_history_recover_async] takes care of it.
 *
 * Returns: whether some program had it in hand when it was read
 *
 * Since: 0.1
 */
gboolean seedream_job_get_attended(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), FALSE);

  return self->impl->about.attended;
}

/**
 * seedream_job_get_expires:
 * @self: a job from a [class@Seedream.History]
 *
 * Tells how long its finished pictures can still be fetched, where the service says.
 *
 * Returns: when the first address of a picture that is not here ends, in microseconds since 1970, UTC; 0
 *   where nobody knows, or all are here
 *
 * Since: 0.1
 */
gint64 seedream_job_get_expires(SeedreamJob* self) {
  g_return_val_if_fail(SEEDREAM_IS_JOB(self), 0);

  return seedream::jobs::expiry_of(self->impl->about);
}
