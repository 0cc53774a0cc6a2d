// seedream-history.cpp - stored jobs: list, find, forget.
#include "seedream-history.h"

#include <glib/gi18n-lib.h>

#include "seedream-history-private.hpp"
#include "seedream-job-private.hpp"
#include "seedream-model-private.hpp"

/**
 * SeedreamHistory:
 *
 * The record of all jobs, on disk, so that a picture that was paid for is not lost with the program that
 * asked for it.
 *
 * A job is written down before its request leaves, its pictures before anybody is told of them. Given to a
 * client with [id@seedream_client_set_history], it is kept by itself; [id@seedream_client_resume_job] takes
 * up again what another run has left.
 *
 * Since: 0.1
 */
struct _SeedreamHistory {
  GObject parent_instance;
  std::shared_ptr<seedream::jobs::Store>* store;  // owned: created in init, deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamHistory, seedream_history, G_TYPE_OBJECT)

static void seedream_history_finalize(GObject* object) noexcept {
  delete SEEDREAM_HISTORY(object)->store;
  G_OBJECT_CLASS(seedream_history_parent_class)->finalize(object);
}

static void seedream_history_class_init(SeedreamHistoryClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_history_finalize;
}

static void seedream_history_init(SeedreamHistory* self) {
  self->store = new std::shared_ptr<seedream::jobs::Store>;
}

namespace seedream {

std::shared_ptr<jobs::Store> store_of(SeedreamHistory* history) {
  return *history->store;
}

namespace {

std::string folder_or_usual(const char* folder) {
  return folder ? folder : CharPtr(g_build_filename(g_get_user_data_dir(), "seedream", nullptr)).get();
}

SeedreamHistory* new_history(std::shared_ptr<jobs::Store> store) {
  auto* self = static_cast<SeedreamHistory*>(g_object_new(SEEDREAM_TYPE_HISTORY, nullptr));
  *self->store = std::move(store);
  return self;
}

// What a GTask's worker is told.
struct JobQuestion {
  std::shared_ptr<jobs::Store> store;
  std::string id;
};
struct PromptsQuestion {
  std::shared_ptr<jobs::Store> store;
  SeedreamOperation operation;
  guint limit;
};
struct DurationQuestion {
  std::shared_ptr<jobs::Store> store;
  std::string provider;
  std::vector<std::string> models;  // none: any
};

template <typename Value>
void give(GTask* task, Value* value) {
  g_task_return_pointer(task, value, [](gpointer p) noexcept { delete static_cast<Value*>(p); });
}

template <typename Question>
void ask(SeedreamHistory* self, Question question, GCancellable* cancellable, GAsyncReadyCallback callback,
         gpointer user_data, gpointer tag, GTaskThreadFunc work) {
  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, tag);
  g_task_set_task_data(task, new Question(std::move(question)),
                       [](gpointer p) noexcept { delete static_cast<Question*>(p); });
  g_task_run_in_thread(task, work);
  g_object_unref(task);
}

void work_open(GTask* task, gpointer, gpointer folder, GCancellable*) noexcept {
  if (g_task_return_error_if_cancelled(task))  // a worker runs even then
    return;
  auto store = jobs::Store::open(*static_cast<std::string*>(folder));
  if (store)
    give(task, new std::shared_ptr<jobs::Store>(std::move(*store)));
  else
    g_task_return_error(task, store.take_error().release());
}

void work_list(GTask* task, gpointer, gpointer data, GCancellable*) noexcept {
  auto jobs = static_cast<JobQuestion*>(data)->store->list();
  if (jobs)
    give(task, new std::vector<jobs::StoredJob>(std::move(*jobs)));
  else
    g_task_return_error(task, jobs.take_error().release());
}

void work_lookup(GTask* task, gpointer, gpointer data, GCancellable*) noexcept {
  const auto* question = static_cast<JobQuestion*>(data);
  auto job = question->store->find(question->id);
  if (!job)
    g_task_return_error(task, job.take_error().release());
  else if (!*job)
    g_task_return_error(
        task, make_error(SEEDREAM_ERROR_INVALID, _("There is no job “%s”."), question->id.c_str()).release());
  else
    give(task, new jobs::StoredJob(std::move(**job)));
}

void work_prompts(GTask* task, gpointer, gpointer data, GCancellable*) noexcept {
  const auto* question = static_cast<PromptsQuestion*>(data);
  auto prompts = question->store->prompts(question->operation, question->limit);
  if (!prompts)
    return g_task_return_error(task, prompts.take_error().release());
  GStrvBuilder* texts = g_strv_builder_new();
  for (const std::string& prompt : *prompts)
    g_strv_builder_add(texts, prompt.c_str());
  g_task_return_pointer(task, g_strv_builder_end(texts),
                        [](gpointer p) noexcept { g_strfreev(static_cast<char**>(p)); });
  g_strv_builder_unref(texts);
}

void work_duration(GTask* task, gpointer, gpointer data, GCancellable*) noexcept {
  const auto* question = static_cast<DurationQuestion*>(data);
  auto duration = question->store->usual_duration(question->provider, question->models);
  if (duration)
    give(task, new double(duration->value_or(-1)));
  else
    g_task_return_error(task, duration.take_error().release());
}

void work_forget(GTask* task, gpointer, gpointer data, GCancellable*) noexcept {
  const auto* question = static_cast<JobQuestion*>(data);
  auto done = question->store->forget(question->id);
  if (done)
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, done.take_error().release());
}

}  // namespace
}  // namespace seedream

/**
 * seedream_history_new:
 * @folder: (nullable) (type filename): where the jobs are kept; %NULL for the user's own place, `seedream`
 *   below the user's data folder
 * @error: return location for an error
 *
 * Opens the record of all jobs; it is made if there is none. Several programs may use it at the same time.
 *
 * This waits for the disk: a program with a main loop calls [func@Seedream.History.open_async].
 *
 * Returns: (transfer full): a history, or %NULL with @error set
 *
 * Since: 0.1
 */
SeedreamHistory* seedream_history_new(const char* folder, GError** error) {
  auto store = seedream::jobs::Store::open(seedream::folder_or_usual(folder));
  if (!store) {
    g_propagate_error(error, store.take_error().release());
    return nullptr;
  }
  return seedream::new_history(std::move(*store));
}

/**
 * seedream_history_open_async:
 * @folder: (nullable) (type filename): as in [ctor@Seedream.History.new]
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Opens the record of all jobs, in a worker thread: a slow disk takes a while, and another program that is
 * writing is waited for, up to 10 seconds.
 *
 * Since: 0.1
 */
void seedream_history_open_async(const char* folder, GCancellable* cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data) {
  GTask* task = g_task_new(nullptr, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_history_open_async));
  g_task_set_task_data(task, new std::string(seedream::folder_or_usual(folder)),
                       [](gpointer p) noexcept { delete static_cast<std::string*>(p); });
  g_task_set_return_on_cancel(task, TRUE);
  g_task_run_in_thread(task, seedream::work_open);
  g_object_unref(task);
}

/**
 * seedream_history_open_finish:
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [func@Seedream.History.open_async].
 *
 * Returns: (transfer full): a history, or %NULL with @error set
 *
 * Since: 0.1
 */
SeedreamHistory* seedream_history_open_finish(GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, nullptr), nullptr);

  using Store = std::shared_ptr<seedream::jobs::Store>;
  const std::unique_ptr<Store> store(static_cast<Store*>(g_task_propagate_pointer(G_TASK(result), error)));
  return store ? seedream::new_history(std::move(*store)) : nullptr;
}

/**
 * seedream_history_list_async:
 * @self: a history
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads all jobs, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_list_async(SeedreamHistory* self, GCancellable* cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  seedream::ask(self, seedream::JobQuestion{*self->store, {}}, cancellable, callback, user_data,
                reinterpret_cast<gpointer>(seedream_history_list_async), seedream::work_list);
}

/**
 * seedream_history_list_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_list_async].
 *
 * Returns: (transfer container) (element-type SeedreamJob): all jobs as they were written down, the newest
 *   first; or %NULL with @error set
 *
 * Since: 0.1
 */
GPtrArray* seedream_history_list_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  using Jobs = std::vector<seedream::jobs::StoredJob>;
  const std::unique_ptr<Jobs> stored(static_cast<Jobs*>(g_task_propagate_pointer(G_TASK(result), error)));
  if (!stored)
    return nullptr;
  GPtrArray* jobs = g_ptr_array_new_with_free_func(g_object_unref);
  for (auto& each : *stored)
    g_ptr_array_add(jobs, seedream::restored_job(std::move(each), *self->store));
  return jobs;
}

/**
 * seedream_history_lookup_async:
 * @self: a history
 * @id: a job's id, or its first characters, four or more
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads one job, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_lookup_async(SeedreamHistory* self, const char* id, GCancellable* cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr);

  seedream::ask(self, seedream::JobQuestion{*self->store, id}, cancellable, callback, user_data,
                reinterpret_cast<gpointer>(seedream_history_lookup_async), seedream::work_lookup);
}

/**
 * seedream_history_lookup_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_lookup_async].
 *
 * Returns: (transfer full): the job as it was written down, or %NULL with @error set, to
 *   %SEEDREAM_ERROR_INVALID if there is none or the characters may mean several
 *
 * Since: 0.1
 */
SeedreamJob* seedream_history_lookup_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  using Stored = seedream::jobs::StoredJob;
  const std::unique_ptr<Stored> stored(static_cast<Stored*>(g_task_propagate_pointer(G_TASK(result), error)));
  return stored ? seedream::restored_job(std::move(*stored), *self->store) : nullptr;
}

/**
 * seedream_history_list_prompts_async:
 * @self: a history
 * @operation: whose prompts
 * @limit: how many at most
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads what was asked for earlier, in a worker thread: enough to offer it again, and quicker than all jobs.
 *
 * Since: 0.1
 */
void seedream_history_list_prompts_async(SeedreamHistory* self, SeedreamOperation operation, guint limit,
                                         GCancellable* cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  seedream::ask(self, seedream::PromptsQuestion{*self->store, operation, limit}, cancellable, callback,
                user_data, reinterpret_cast<gpointer>(seedream_history_list_prompts_async),
                seedream::work_prompts);
}

/**
 * seedream_history_list_prompts_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_list_prompts_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): the prompts of that operation's jobs, whatever became
 * of them, each once, the last used first; none where there are no such jobs; or %NULL with @error set
 *
 * Since: 0.1
 */
char** seedream_history_list_prompts_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  return static_cast<char**>(g_task_propagate_pointer(G_TASK(result), error));
}

/**
 * seedream_history_estimate_duration_async:
 * @self: a history
 * @provider: a service
 * @model: (nullable): one of its models, by our id or by the service's; %NULL for any
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads in a worker thread how long jobs took, from being made to being completed.
 *
 * Only those are looked at that were completed by the run that sent them: how long one took that was
 * submitted, broke off or ran out of time and was fetched later nobody knows, and fetching a completed one
 * again changes nothing. What lies more than an hour after its beginning is left out, for then the computer
 * was asleep or its clock was set.
 *
 * Since: 0.1
 */
void seedream_history_estimate_duration_async(SeedreamHistory* self, SeedreamProvider* provider,
                                              const char* model, GCancellable* cancellable,
                                              GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(SEEDREAM_IS_PROVIDER(provider));

  const std::string id = seedream_provider_get_id(provider);
  auto models = model ? seedream::names_of_model(id, model) : std::vector<std::string>();
  seedream::ask(self, seedream::DurationQuestion{*self->store, id, std::move(models)}, cancellable, callback,
                user_data, reinterpret_cast<gpointer>(seedream_history_estimate_duration_async),
                seedream::work_duration);
}

/**
 * seedream_history_estimate_duration_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_estimate_duration_async].
 *
 * Returns: how long a job there usually takes, in seconds: the median of the last nine, or of as many as
 * there are; -1 where there is none yet, and -1 with @error set where the record could not be read
 *
 * Since: 0.1
 */
double seedream_history_estimate_duration_finish(SeedreamHistory* self, GAsyncResult* result,
                                                 GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), -1);

  const std::unique_ptr<double> seconds(
      static_cast<double*>(g_task_propagate_pointer(G_TASK(result), error)));
  return seconds ? *seconds : -1;
}

/**
 * seedream_history_forget_async:
 * @self: a history
 * @id: a job's id, in full
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Removes a job and its kept pictures, in a worker thread. The service is told nothing.
 *
 * Since: 0.1
 */
void seedream_history_forget_async(SeedreamHistory* self, const char* id, GCancellable* cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr);

  seedream::ask(self, seedream::JobQuestion{*self->store, id}, cancellable, callback, user_data,
                reinterpret_cast<gpointer>(seedream_history_forget_async), seedream::work_forget);
}

/**
 * seedream_history_forget_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_forget_async].
 *
 * Returns: %TRUE when the job is gone; %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean seedream_history_forget_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}
