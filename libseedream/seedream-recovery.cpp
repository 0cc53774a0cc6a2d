// seedream-recovery.cpp - what programs have left behind when they died: asks for it, fetches it, or says
// honestly what became of it.
#include <glib/gi18n-lib.h>

#include <algorithm>
#include <deque>

#include "jobs/settle.hpp"
#include "keys/keyring.hpp"
#include "seedream-client.h"
#include "seedream-history-private.hpp"
#include "seedream-job-private.hpp"
#include "seedream-worker-private.hpp"

namespace seedream {
namespace {

constexpr unsigned most_at_once = 4;

// One job that this program has taken up.
struct Taken {
  jobs::StoredJob job;
  std::optional<jobs::Claim> claim;
};
using Left = std::vector<std::string>;  // ids
using Take = std::optional<Taken>;      // nothing: it is somebody else's, or there is nothing to do
using Jobs = std::vector<jobs::StoredJob>;

bool is_left_behind(const jobs::StoredJob& job) {
  return !job.attended &&
         (!jobs::is_final(job.standing.state) || jobs::is_worth_asking_for(job, g_get_real_time()));
}

Result<Left> find_what_is_left(const StorePtr& store) {
  auto jobs = store->unsettled();
  if (!jobs)
    return jobs.take_error();
  Left left;
  for (const jobs::StoredJob& job : *jobs)
    if (is_left_behind(job))
      left.push_back(job.id);
  return left;
}

// Who holds it may be quicker than who looked at it, so it is looked at once more.
Result<Take> take(const StorePtr& store, const std::string& id) {
  auto claim = store->claim(id);
  if (!claim)
    return claim.take_error();
  if (!*claim)
    return Take();
  auto job = store->find(id);
  if (!job)
    return job.take_error();
  if (!*job)
    return Take();
  (*job)->attended = false;  // by anybody else
  if (!is_left_behind(**job))
    return Take();
  return Take(Taken{std::move(**job), std::move(*claim)});
}

// Owned by the task's data, so it lives as long as anything answers it.
class Recovery {
 public:
  Recovery(GTask* task, StorePtr store, guint seconds)
      : task_(task), store_(std::move(store)), seconds_(seconds) {}
  void start();
  const std::vector<std::string>& changed() const { return changed_; }

 private:
  // One job on its way.
  struct Visit {
    Recovery* recovery;
    Ref<SeedreamJob> job;
    jobs::StoredJob before;
    Work work;
    Timer let_go;
  };

  GCancellable* cancellable() const { return g_task_get_cancellable(task_); }
  void go_on();
  void visit(Visit* visit, Take taken);
  void ask(Visit* visit);
  void look_for_service(Visit* visit);
  void look_up_key(Visit* visit);
  void run(Visit* visit, const char* key);
  void ran(Visit* visit, const ErrorPtr& error);
  void settle(Visit* visit, jobs::StoredJob settled);
  void end(Visit* visit, bool changed);
  void answer();

  GTask* const task_;
  const StorePtr store_;
  const guint seconds_;
  std::deque<std::string> left_;
  std::vector<std::unique_ptr<Visit>> visits_;
  std::vector<std::string> changed_;
  ErrorPtr error_;
  Work work_;
};

void Recovery::start() {
  work_ = Work::start<Result<Left>>([store = store_] { return find_what_is_left(store); },
                                    [this](Result<Left> left) {
                                      if (left)
                                        left_.assign(left->begin(), left->end());
                                      else
                                        error_ = left.take_error();
                                      go_on();
                                    });
}

void Recovery::go_on() {
  if (g_cancellable_is_cancelled(cancellable()))
    left_.clear();
  while (visits_.size() < most_at_once && !left_.empty()) {
    Visit* next = visits_.emplace_back(new Visit{.recovery = this}).get();
    next->work = Work::start<Result<Take>>(
        [store = store_, id = left_.front()] { return take(store, id); },
        [this, next](Result<Take> taken) { visit(next, taken ? std::move(*taken) : Take()); });
    left_.pop_front();
  }
  if (visits_.empty())
    answer();
}

void Recovery::visit(Visit* visit, Take taken) {
  if (!taken)
    return end(visit, false);
  visit->before = taken->job;
  jobs::StoredJob settled = jobs::settled(taken->job);
  visit->job = Ref<SeedreamJob>::adopt(adopted_job(std::move(taken->job), store_, std::move(*taken->claim)));
  if (settled.standing == visit->before.standing)
    return ask(visit);
  settle(visit, std::move(settled));
}

void Recovery::settle(Visit* visit, jobs::StoredJob settled) {
  visit->work = Work::start<Result<Done>>([store = store_, settled] { return store->update(settled); },
                                          [this, visit](Result<Done> written) { end(visit, bool(written)); });
}

// A service that a program starts for itself ends with that program, and its jobs with it.
void Recovery::look_for_service(Visit* visit) {
  const auto client = Ref<GSocketClient>::adopt(g_socket_client_new());
  g_socket_client_connect_to_uri_async(
      client.get(), visit->before.base_url.c_str(), 0, cancellable(),
      [](GObject* source, GAsyncResult* result, gpointer data) noexcept {
        auto* looked = static_cast<Visit*>(data);
        GError* raw = nullptr;
        const auto connection = Ref<GSocketConnection>::adopt(
            g_socket_client_connect_to_uri_finish(G_SOCKET_CLIENT(source), result, &raw));
        const ErrorPtr error(raw);
        if (g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
          looked->recovery->settle(looked, jobs::lost(looked->before));
        else
          looked->recovery->look_up_key(looked);
      },
      visit);
}

void Recovery::ask(Visit* visit) {
  const Provider* provider = find_provider(visit->before.provider);
  if (!provider)
    return end(visit, false);
  const bool is_own = provider->program && !g_getenv(provider->base_url_variable);
  if (is_own && !jobs::is_final(visit->before.standing.state))
    return look_for_service(visit);
  look_up_key(visit);
}

void Recovery::look_up_key(Visit* visit) {
  SeedreamProvider* provider = seedream_job_get_provider(visit->job.get());
  seedream_provider_lookup_key_async(
      provider, cancellable(),
      [](GObject* source, GAsyncResult* result, gpointer data) noexcept {
        auto* asked = static_cast<Visit*>(data);
        SeedreamKeySource where = SEEDREAM_KEY_SOURCE_NONE;
        const keys::KeyPtr key(
            seedream_provider_lookup_key_finish(SEEDREAM_PROVIDER(source), result, &where, nullptr));
        asked->recovery->run(asked, where == SEEDREAM_KEY_SOURCE_KEYRING ? key.get() : nullptr);
      },
      visit);
}

// The service is asked where the job was sent, whatever the environment says now.
void Recovery::run(Visit* visit, const char* key) {
  const auto client =
      Ref<SeedreamClient>::adopt(seedream_client_new(visit->before.provider.c_str(), nullptr));
  if (key)
    seedream_client_set_api_key(client.get(), key);
  seedream_client_set_timeout(client.get(), std::max(seconds_, 1u));
  if (!seedream_client_resume_job(client.get(), visit->job.get(), nullptr))
    return end(visit, false);
  seedream_job_run_async(
      visit->job.get(), cancellable(),
      [](GObject* job, GAsyncResult* result, gpointer data) noexcept {
        auto* over = static_cast<Visit*>(data);
        GError* raw = nullptr;
        seedream_job_run_finish(SEEDREAM_JOB(job), result, &raw);
        over->recovery->ran(over, ErrorPtr(raw));
      },
      visit);
}

void Recovery::ran(Visit* visit, const ErrorPtr& error) {
  // What was asked for in vain is written down as it was.
  const bool changed =
      jobs::is_final(seedream_job_get_state(visit->job.get())) && (!error || !jobs::is_passing(error.get()));
  // The job's run still holds it while it calls this: whoever is answered shall find it let go.
  visit->let_go = start_timer(std::chrono::milliseconds(0), [this, visit, changed] { end(visit, changed); });
}

void Recovery::end(Visit* visit, bool changed) {
  if (changed)
    changed_.push_back(visit->before.id);
  std::erase_if(visits_, [visit](const auto& each) { return each.get() == visit; });
  go_on();
}

// Who stops it wants to know all the same what has come until then.
void Recovery::answer() {
  if (error_)
    g_task_return_error(task_, error_.release());
  else if (!changed_.empty() || !g_task_return_error_if_cancelled(task_))
    g_task_return_boolean(task_, TRUE);
  g_object_unref(task_);
}

}  // namespace
}  // namespace seedream

/**
 * seedream_history_recover_async:
 * @self: a history
 * @seconds: how long a service may take for each job
 * @cancellable: (nullable): to leave the rest for another time
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Takes up what programs have left behind that died or were ended: jobs that have not come to their end and
 * that nobody runs, and cancelled ones whose pictures may have been paid for. Of those that can be asked for
 * the service is asked, and their pictures are fetched; of the others the record says from then on that
 * nobody knows their fate. No request is sent again. Two programs never take up the same job.
 *
 * The keys come from the environment and the keyring; where a job was sent with another key, to an address of
 * its own, nobody is asked. What still goes on when the time is over, or is
 * cancelled here, is left for the next time.
 *
 * Since: 0.1
 */
void seedream_history_recover_async(SeedreamHistory* self, guint seconds, GCancellable* cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_history_recover_async));
  g_task_set_check_cancellable(task, FALSE);
  auto* recovery = new seedream::Recovery(task, seedream::store_of(self), seconds);
  g_task_set_task_data(task, recovery,
                       [](gpointer p) noexcept { delete static_cast<seedream::Recovery*>(p); });
  recovery->start();
}

/**
 * seedream_history_recover_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_recover_async].
 *
 * Returns: (transfer full) (array zero-terminated=1): the ids of the jobs whose pictures have come, or whose
 *   end is told for the first time, also of those before a cancel; or %NULL with @error set
 *
 * Since: 0.1
 */
char** seedream_history_recover_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  if (!g_task_propagate_boolean(G_TASK(result), error))
    return nullptr;
  const auto* recovery = static_cast<seedream::Recovery*>(g_task_get_task_data(G_TASK(result)));
  return seedream::strv_of(recovery->changed());
}
