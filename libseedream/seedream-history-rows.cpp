// seedream-history-rows.cpp - one job or some of a history: search, pictures, and what people do with them.
#include <glib/gi18n-lib.h>

#include "image/picture.hpp"
#include "jobs/settle.hpp"
#include "jobs/thumbnail.hpp"
#include "seedream-history-private.hpp"
#include "seedream-job-private.hpp"
#include "seedream-worker-private.hpp"

using seedream::Bytes;
using seedream::Done;

namespace seedream {
namespace {

using Jobs = std::vector<jobs::StoredJob>;

// Of a job that was written down before there were thumbnails; once made it is kept.
Result<Bytes> make_thumbnail(const StorePtr& store, const std::string& id) {
  auto job = store->find(id);
  if (!job)
    return job.take_error();
  for (const jobs::StoredPicture& picture : *job ? (*job)->pictures : std::vector<jobs::StoredPicture>()) {
    const std::unique_ptr<GMappedFile, Deleter<g_mapped_file_unref>> file(
        picture.file.empty() ? nullptr : g_mapped_file_new(picture.file.c_str(), FALSE, nullptr));
    auto pixels = file ? image::decode(Bytes::adopt(g_mapped_file_get_bytes(file.get())))
                       : Result<Ref<GeglBuffer>>(Ref<GeglBuffer>());
    auto small = pixels && *pixels ? jobs::make_thumbnail(pixels->get()) : Result<Bytes>(Bytes());
    if (!small || !*small)
      continue;
    if (auto kept = store->keep_thumbnail(id, picture.number, *small); !kept)
      return kept.take_error();
    return small;
  }
  return Bytes();
}

Result<Bytes> thumbnail_of(const StorePtr& store, const std::string& id) {
  auto small = store->thumbnail(id);
  return small && !*small ? make_thumbnail(store, id) : std::move(small);
}

// What nobody runs is cancelled here and now; whoever runs it looks for our wish.
Result<Done> cancel(const StorePtr& store, const std::string& id) {
  auto claim = store->claim(id);
  if (!claim)
    return claim.take_error();
  if (!*claim)
    return store->want_cancel(id, true);
  auto job = store->find(id);
  if (!job)
    return job.take_error();
  if (!*job || jobs::is_final((*job)->standing.state))
    return Done{};
  (*job)->standing = jobs::advance((*job)->standing, jobs::Event::cancelled);
  (*job)->error_code = jobs::StoredJob::was_cancelled;
  (*job)->error_message = _("Cancelled.");
  return store->update(**job);
}

GBytes* bytes_of(std::unique_ptr<Bytes> found) {
  return found && *found ? g_bytes_ref(found->get()) : nullptr;
}

}  // namespace
}  // namespace seedream

/**
 * seedream_history_query_async:
 * @self: a history
 * @words: (nullable): each must be found in the prompt, the model, the service or the id, in any case; %NULL
 * for all jobs
 * @filter: which jobs
 * @before: (nullable): the last job that is known already; %NULL to begin with the last one begun
 * @limit: how many at most
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads some jobs, in a worker thread. With the last of them as @before the next call reads on from there, so
 * that a long history is read as far as somebody looks.
 *
 * Since: 0.1
 */
void seedream_history_query_async(SeedreamHistory* self, const char* words, SeedreamHistoryFilter filter,
                                  SeedreamJob* before, guint limit, GCancellable* cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(before == nullptr || SEEDREAM_IS_JOB(before));

  seedream::ask_in_worker<seedream::Jobs>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_query_async)},
      [store = seedream::store_of(self),
       search = seedream::jobs::Search{
           .words = words ? words : "",
           .filter = filter,
           .before = before && seedream::stored_form(before) ? seedream::stored_form(before)->sequence : 0,
           .limit = limit}] { return store->query(search); });
}

/**
 * seedream_history_query_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_query_async].
 *
 * Returns: (transfer container) (element-type SeedreamJob): the jobs as they were written down, the last
 * begun first; or %NULL with @error set
 *
 * Since: 0.1
 */
GPtrArray* seedream_history_query_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  auto found = seedream::answer_of<seedream::Jobs>(result, error);
  return found ? seedream::restored_jobs(std::move(*found), seedream::store_of(self)) : nullptr;
}

/**
 * seedream_history_list_changes_async:
 * @self: a history
 * @revision: what the last call told; %G_MAXINT64 at first, which lists nothing
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads the jobs that were begun or changed since, by whichever program, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_list_changes_async(SeedreamHistory* self, gint64 revision, GCancellable* cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  seedream::ask_in_worker<seedream::jobs::Changes>(
      {self, cancellable, callback, user_data,
       reinterpret_cast<gpointer>(seedream_history_list_changes_async)},
      [store = seedream::store_of(self), revision] { return store->changes(revision); });
}

/**
 * seedream_history_list_changes_finish:
 * @self: a history
 * @result: what the callback was given
 * @revision: (out): for the next call
 * @n_jobs: (out): how many jobs there are now
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_list_changes_async].
 *
 * Returns: (transfer container) (element-type SeedreamJob): the jobs as they were written down, the last
 * changed last; or %NULL with @error set
 *
 * Since: 0.1
 */
GPtrArray* seedream_history_list_changes_finish(SeedreamHistory* self, GAsyncResult* result, gint64* revision,
                                                guint* n_jobs, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  auto changes = seedream::answer_of<seedream::jobs::Changes>(result, error);
  if (!changes)
    return nullptr;
  *revision = changes->revision;
  *n_jobs = static_cast<guint>(changes->total);
  return seedream::restored_jobs(std::move(changes->jobs), seedream::store_of(self));
}

/**
 * seedream_history_load_thumbnail_async:
 * @self: a history
 * @id: a job's id, in full
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads a small likeness of a job's first picture, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_load_thumbnail_async(SeedreamHistory* self, const char* id, GCancellable* cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr);

  seedream::ask_in_worker<Bytes>(
      {self, cancellable, callback, user_data,
       reinterpret_cast<gpointer>(seedream_history_load_thumbnail_async)},
      [store = seedream::store_of(self), id = std::string(id)] { return seedream::thumbnail_of(store, id); });
}

/**
 * seedream_history_load_thumbnail_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_load_thumbnail_async].
 *
 * Returns: (transfer full) (nullable): a JPEG or PNG file whose longer side has at most 192 pixels; %NULL
 * where the job has no picture, or with @error set
 *
 * Since: 0.1
 */
GBytes* seedream_history_load_thumbnail_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  return seedream::bytes_of(seedream::answer_of<Bytes>(result, error));
}

/**
 * seedream_history_lookup_attachment_async:
 * @self: a history
 * @id: a job's id, in full
 * @name: as in [id@seedream_request_attach]
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads what was given to a job by that name, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_lookup_attachment_async(SeedreamHistory* self, const char* id, const char* name,
                                              GCancellable* cancellable, GAsyncReadyCallback callback,
                                              gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr && name != nullptr);

  seedream::ask_in_worker<Bytes>({self, cancellable, callback, user_data,
                                  reinterpret_cast<gpointer>(seedream_history_lookup_attachment_async)},
                                 [store = seedream::store_of(self), id = std::string(id),
                                  name = std::string(name)] { return store->attachment(id, name); });
}

/**
 * seedream_history_lookup_attachment_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_lookup_attachment_async].
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL where there are none of that name, or with @error set
 *
 * Since: 0.1
 */
GBytes* seedream_history_lookup_attachment_finish(SeedreamHistory* self, GAsyncResult* result,
                                                  GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  return seedream::bytes_of(seedream::answer_of<Bytes>(result, error));
}

/**
 * seedream_history_deliver_async:
 * @self: a history
 * @id: a job's id, in full
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Writes down that the job's pictures are where they belong, so that nobody offers them any more. Where the
 * rules say so the record is forgotten.
 *
 * Since: 0.1
 */
void seedream_history_deliver_async(SeedreamHistory* self, const char* id, GCancellable* cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr);

  seedream::ask_in_worker<Done>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_deliver_async)},
      [store = seedream::store_of(self), id = std::string(id)] {
        return store->deliver(id, g_get_real_time());
      });
}

/**
 * seedream_history_deliver_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_deliver_async].
 *
 * Returns: %TRUE when it is written down; %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean seedream_history_deliver_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return seedream::answer_of<Done>(result, error) != nullptr;
}

/**
 * seedream_history_star_async:
 * @self: a history
 * @id: a job's id, in full
 * @starred: whether it shall have a star
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Gives a job a star or takes it away. What has one is never purged.
 *
 * Since: 0.1
 */
void seedream_history_star_async(SeedreamHistory* self, const char* id, gboolean starred,
                                 GCancellable* cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr);

  seedream::ask_in_worker<Done>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_star_async)},
      [store = seedream::store_of(self), id = std::string(id), starred] {
        return store->star(id, starred != FALSE);
      });
}

/**
 * seedream_history_star_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_star_async].
 *
 * Returns: %TRUE when it is written down; %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean seedream_history_star_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return seedream::answer_of<Done>(result, error) != nullptr;
}

/**
 * seedream_history_cancel_async:
 * @self: a history
 * @id: a job's id, in full
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Cancels a job, whichever program runs it: that one is told and lets go of it within about a second. The
 * service may draw on and charge; what comes all the same is kept.
 *
 * Since: 0.1
 */
void seedream_history_cancel_async(SeedreamHistory* self, const char* id, GCancellable* cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(id != nullptr);

  seedream::ask_in_worker<Done>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_cancel_async)},
      [store = seedream::store_of(self), id = std::string(id)] { return seedream::cancel(store, id); });
}

/**
 * seedream_history_cancel_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_cancel_async].
 *
 * Returns: %TRUE when it is cancelled, or will be; %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean seedream_history_cancel_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return seedream::answer_of<Done>(result, error) != nullptr;
}
