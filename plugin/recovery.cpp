// plugin/recovery.cpp - what earlier runs have left behind.
#include "recovery.hpp"

#include "answer.hpp"
#include "job-list.hpp"

namespace seedream::plugin {
namespace {

constexpr guint patience = 600;  // seconds for each job: nobody waits for it
constexpr guint most_told = 99;  // more than that is many

}  // namespace

Recovery::Recovery(SeedreamHistory* history, std::function<void(guint)> told)
    : history_(Ref<SeedreamHistory>::share(history)), told_(std::move(told)) {
  count();
  seedream_history_recover_async(history, patience, wanted_.get(), on_answer,
                                 asked(wanted_.get(), [this](GObject*, GAsyncResult* result) {
                                   const std::unique_ptr<char*, Deleter<g_strfreev>> changed(
                                       seedream_history_recover_finish(history_.get(), result, nullptr));
                                   if (changed && *changed)
                                     count();
                                 }));
}

Recovery::~Recovery() {
  g_cancellable_cancel(wanted_.get());
}

void Recovery::count() {
  seedream_history_query_async(
      history_.get(), nullptr, SEEDREAM_HISTORY_FILTER_WAITING, nullptr, most_told, wanted_.get(), on_answer,
      asked(wanted_.get(), [this](GObject*, GAsyncResult* result) {
        const JobsPtr jobs(seedream_history_query_finish(history_.get(), result, nullptr));
        guint waiting = 0;
        for (guint i = 0; jobs && i < jobs->len; ++i)
          waiting += is_waiting(static_cast<SeedreamJob*>(jobs->pdata[i])) ? 1 : 0;
        if (jobs)
          told_(waiting);
      }));
}

}  // namespace seedream::plugin
