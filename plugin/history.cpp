// plugin/history.cpp - the record of jobs, opened without making anybody wait.
#include "history.hpp"

#include "answer.hpp"
#include "wait.hpp"

namespace seedream::plugin {

namespace {

Result<Ref<SeedreamHistory>> opened(GAsyncResult* result) {
  GError* raw = nullptr;
  auto history = Ref<SeedreamHistory>::adopt(seedream_history_open_finish(result, &raw));
  if (!history)
    return ErrorPtr(raw);
  return history;
}

}  // namespace

void open_history(GCancellable* wanted, std::function<void(Result<Ref<SeedreamHistory>>)> told) {
  seedream_history_open_async(
      nullptr, wanted, on_answer,
      asked(wanted, [told = std::move(told)](GObject*, GAsyncResult* result) { told(opened(result)); }));
}

Result<Ref<SeedreamHistory>> open_history() {
  return opened(wait_for_result([](GAsyncReadyCallback done, gpointer data) {
                  seedream_history_open_async(nullptr, nullptr, done, data);
                }).get());
}

Result<Ref<SeedreamRules>> get_rules(SeedreamHistory* history) {
  const auto result = wait_for_result([&](GAsyncReadyCallback done, gpointer data) {
    seedream_history_get_rules_async(history, nullptr, done, data);
  });
  GError* raw = nullptr;
  auto rules = Ref<SeedreamRules>::adopt(seedream_history_get_rules_finish(history, result.get(), &raw));
  if (!rules)
    return ErrorPtr(raw);
  return rules;
}

ErrorPtr set_rules(SeedreamHistory* history, SeedreamRules* rules) {
  const auto result = wait_for_result([&](GAsyncReadyCallback done, gpointer data) {
    seedream_history_set_rules_async(history, rules, nullptr, done, data);
  });
  GError* raw = nullptr;
  seedream_history_set_rules_finish(history, result.get(), &raw);
  return ErrorPtr(raw);
}

}  // namespace seedream::plugin
