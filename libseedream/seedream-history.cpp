// seedream-history.cpp - stored jobs: list, find, forget.
#include "seedream-history.h"

#include <glib/gi18n-lib.h>

#include "seedream-history-private.hpp"
#include "seedream-job-private.hpp"
#include "seedream-model-private.hpp"
#include "seedream-worker-private.hpp"

using seedream::Done;

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
  GFileMonitor* monitor;                          // owned; nullptr: nobody watches
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE(SeedreamHistory, seedream_history, G_TYPE_OBJECT)

static void seedream_history_finalize(GObject* object) noexcept {
  g_clear_object(&SEEDREAM_HISTORY(object)->monitor);
  delete SEEDREAM_HISTORY(object)->store;
  G_OBJECT_CLASS(seedream_history_parent_class)->finalize(object);
}

static void seedream_history_class_init(SeedreamHistoryClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_history_finalize;
  /**
   * SeedreamHistory::changed:
   * @self: a history
   *
   * Some program has changed something; [id@seedream_history_list_changes_async] tells what. It is told only
   * after [id@seedream_history_watch].
   *
   * Since: 0.1
   */
  signals[CHANGED] = g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, nullptr, nullptr,
                                  nullptr, G_TYPE_NONE, 0);
}

static void seedream_history_init(SeedreamHistory* self) {
  self->store = new std::shared_ptr<seedream::jobs::Store>;
}

namespace seedream {

StorePtr store_of(SeedreamHistory* history) {
  return *history->store;
}

char** strv_of(const std::vector<std::string>& texts) {
  GStrvBuilder* builder = g_strv_builder_new();
  for (const std::string& text : texts)
    g_strv_builder_add(builder, text.c_str());
  char** list = g_strv_builder_end(builder);
  g_strv_builder_unref(builder);
  return list;
}

GPtrArray* restored_jobs(std::vector<jobs::StoredJob> stored, const StorePtr& store) {
  GPtrArray* jobs = g_ptr_array_new_with_free_func(g_object_unref);
  for (auto& each : stored)
    g_ptr_array_add(jobs, restored_job(std::move(each), store));
  return jobs;
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

using Jobs = std::vector<jobs::StoredJob>;
using Texts = std::vector<std::string>;

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
  seedream::ask_in_worker<seedream::StorePtr>(
      {nullptr, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_open_async)},
      [folder = seedream::folder_or_usual(folder)] { return seedream::jobs::Store::open(folder); }, true);
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

  const auto store = seedream::answer_of<seedream::StorePtr>(result, error);
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

  seedream::ask_in_worker<seedream::Jobs>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_list_async)},
      [store = *self->store] { return store->list(); });
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

  const auto stored = seedream::answer_of<seedream::Jobs>(result, error);
  return stored ? seedream::restored_jobs(std::move(*stored), *self->store) : nullptr;
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

  using seedream::jobs::StoredJob;
  seedream::ask_in_worker<StoredJob>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_lookup_async)},
      [store = *self->store, id = std::string(id)]() -> seedream::Result<StoredJob> {
        auto job = store->find(id);
        if (!job)
          return job.take_error();
        if (!*job)
          return seedream::make_error(SEEDREAM_ERROR_INVALID, _("There is no job “%s”."), id.c_str());
        return std::move(**job);
      });
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

  const auto stored = seedream::answer_of<seedream::jobs::StoredJob>(result, error);
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

  seedream::ask_in_worker<seedream::Texts>(
      {self, cancellable, callback, user_data,
       reinterpret_cast<gpointer>(seedream_history_list_prompts_async)},
      [store = *self->store, operation, limit] { return store->prompts(operation, limit); });
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

  const auto prompts = seedream::answer_of<seedream::Texts>(result, error);
  return prompts ? seedream::strv_of(*prompts) : nullptr;
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
  seedream::ask_in_worker<std::optional<double>>(
      {self, cancellable, callback, user_data,
       reinterpret_cast<gpointer>(seedream_history_estimate_duration_async)},
      [store = *self->store, id, models = std::move(models)] { return store->usual_duration(id, models); });
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

  const auto seconds = seedream::answer_of<std::optional<double>>(result, error);
  return seconds ? seconds->value_or(-1) : -1;
}

/**
 * seedream_history_forget_async:
 * @self: a history
 * @id: a job's id, in full
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Removes a job and its kept pictures, in a worker thread. The service is told nothing, and what it has cost
 * stays in the ledger. One that some program runs is not removed: see [id@seedream_history_cancel_async].
 *
 * Since: 0.1
 */
void seedream_history_forget_async(SeedreamHistory* self, const char* id, GCancellable* cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr);

  seedream::ask_in_worker<Done>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_forget_async)},
      [store = *self->store, id = std::string(id)]() -> seedream::Result<Done> {
        auto job = store->find(id);
        if (job && *job && (*job)->attended && !seedream::jobs::is_final((*job)->standing.state))
          return seedream::make_error(SEEDREAM_ERROR_INVALID,
                                      _("A program waits for this job. Cancel it first."));
        return store->forget(id);
      });
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

  return seedream::answer_of<Done>(result, error) != nullptr;
}

/**
 * seedream_history_watch:
 * @self: a history
 * @error: return location for an error
 *
 * From now on [signal@Seedream.History::changed] is told in the thread-default main context of this call, a
 * few times a second at most.
 *
 * Returns: %TRUE when it is watched; %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean seedream_history_watch(SeedreamHistory* self, GError** error) {
  g_return_val_if_fail(SEEDREAM_IS_HISTORY(self), FALSE);

  if (self->monitor)
    return TRUE;
  // Every change goes through the log beside the database.
  const std::string path = (*self->store)->folder() + "/jobs.sqlite-wal";
  const auto log = seedream::Ref<GFile>::adopt(g_file_new_for_path(path.c_str()));
  self->monitor = g_file_monitor_file(log.get(), G_FILE_MONITOR_NONE, nullptr, error);
  if (!self->monitor)
    return FALSE;
  constexpr int pause_ms = 250;
  g_file_monitor_set_rate_limit(self->monitor, pause_ms);
  g_signal_connect_swapped(self->monitor, "changed", G_CALLBACK(+[](SeedreamHistory* history) noexcept {
                             g_signal_emit(history, signals[CHANGED], 0);
                           }),
                           self);
  return TRUE;
}
