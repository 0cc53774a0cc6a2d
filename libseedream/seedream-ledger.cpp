// seedream-ledger.cpp - a history's rules, what its jobs have cost, and how room is made.
#include "seedream-history-private.hpp"
#include "seedream-rules-private.hpp"
#include "seedream-total-private.hpp"
#include "seedream-worker-private.hpp"

using seedream::Done;

namespace seedream {
namespace {

using Totals = std::vector<jobs::Total>;

}  // namespace
}  // namespace seedream

/**
 * seedream_history_get_rules_async:
 * @self: a history
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads what the user rules for all programs that share the history, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_get_rules_async(SeedreamHistory* self, GCancellable* cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  seedream::ask_in_worker<seedream::jobs::Rules>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_get_rules_async)},
      [store = seedream::store_of(self)] { return store->rules(); });
}

/**
 * seedream_history_get_rules_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_get_rules_async].
 *
 * Returns: (transfer full): the rules, or %NULL with @error set
 *
 * Since: 0.1
 */
SeedreamRules* seedream_history_get_rules_finish(SeedreamHistory* self, GAsyncResult* result,
                                                 GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  const auto rules = seedream::answer_of<seedream::jobs::Rules>(result, error);
  return rules ? seedream::new_rules(*rules) : nullptr;
}

/**
 * seedream_history_set_rules_async:
 * @self: a history
 * @rules: the rules; they may be changed or freed afterwards
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Writes down what the user rules, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_set_rules_async(SeedreamHistory* self, SeedreamRules* rules, GCancellable* cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));
  g_return_if_fail(SEEDREAM_IS_RULES(rules));

  seedream::ask_in_worker<Done>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_set_rules_async)},
      [store = seedream::store_of(self), rules = seedream::contents_of(rules)] {
        return store->set_rules(rules);
      });
}

/**
 * seedream_history_set_rules_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_set_rules_async].
 *
 * Returns: %TRUE when they are written down; %FALSE with @error set otherwise
 *
 * Since: 0.1
 */
gboolean seedream_history_set_rules_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return seedream::answer_of<Done>(result, error) != nullptr;
}

/**
 * seedream_history_sum_up_async:
 * @self: a history
 * @period: of what there is one total each
 * @by_provider: whether each service has its own
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Sums up what the jobs have cost, in a worker thread.
 *
 * Since: 0.1
 */
void seedream_history_sum_up_async(SeedreamHistory* self, SeedreamPeriod period, gboolean by_provider,
                                   GCancellable* cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  seedream::ask_in_worker<seedream::Totals>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_sum_up_async)},
      [store = seedream::store_of(self), period, by_provider] {
        return store->totals(period, by_provider != FALSE);
      });
}

/**
 * seedream_history_sum_up_finish:
 * @self: a history
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_sum_up_async].
 *
 * Returns: (transfer container) (element-type SeedreamTotal): the totals, the latest first; or %NULL with
 * @error set
 *
 * Since: 0.1
 */
GPtrArray* seedream_history_sum_up_finish(SeedreamHistory* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  const auto totals = seedream::answer_of<seedream::Totals>(result, error);
  if (!totals)
    return nullptr;
  GPtrArray* list = g_ptr_array_new_with_free_func(g_object_unref);
  for (auto& each : *totals)
    g_ptr_array_add(list, seedream::new_total(std::move(each)));
  return list;
}

/**
 * seedream_history_get_spending_async:
 * @self: a history
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Reads what this calendar month has cost, in a worker thread, with what may have been charged and what is
 * still on its way: what the budget is held against.
 *
 * Since: 0.1
 */
void seedream_history_get_spending_async(SeedreamHistory* self, GCancellable* cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  seedream::ask_in_worker<seedream::jobs::Spending>(
      {self, cancellable, callback, user_data,
       reinterpret_cast<gpointer>(seedream_history_get_spending_async)},
      [store = seedream::store_of(self)] { return store->spending(); });
}

/**
 * seedream_history_get_spending_finish:
 * @self: a history
 * @result: what the callback was given
 * @budget: (out): the budget, in US dollars; below 0: there is none
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_get_spending_async].
 *
 * Returns: in US dollars; below 0 with @error set
 *
 * Since: 0.1
 */
double seedream_history_get_spending_finish(SeedreamHistory* self, GAsyncResult* result, double* budget,
                                            GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), -1);

  const auto spending = seedream::answer_of<seedream::jobs::Spending>(result, error);
  *budget = spending ? spending->budget_usd : -1;
  return spending ? spending->usd : -1;
}

/**
 * seedream_history_purge_async:
 * @self: a history
 * @rehearse: %TRUE to learn only what would be removed
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Removes the originals that the rules keep no longer, the oldest first, in a worker thread. What was not
 * delivered yet, what is under way and what has a star stays; so do all records, thumbnails and costs.
 *
 * Since: 0.1
 */
void seedream_history_purge_async(SeedreamHistory* self, gboolean rehearse, GCancellable* cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_HISTORY(self));

  seedream::ask_in_worker<seedream::jobs::Purged>(
      {self, cancellable, callback, user_data, reinterpret_cast<gpointer>(seedream_history_purge_async)},
      [store = seedream::store_of(self), rehearse] {
        return store->purge(g_get_real_time(), rehearse != FALSE);
      });
}

/**
 * seedream_history_purge_finish:
 * @self: a history
 * @result: what the callback was given
 * @n_bytes: (out): how much room they take
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_history_purge_async].
 *
 * Returns: how many pictures went, or would go; 0 with @error set where it failed
 *
 * Since: 0.1
 */
guint seedream_history_purge_finish(SeedreamHistory* self, GAsyncResult* result, guint64* n_bytes,
                                    GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), 0);

  const auto purged = seedream::answer_of<seedream::jobs::Purged>(result, error);
  *n_bytes = purged ? purged->bytes : 0;
  return purged ? purged->pictures : 0;
}
