// plugin/history.hpp - the record of jobs, opened without making anybody wait.
#pragma once
#include <seedream.h>

#include <functional>

#include "base/result.hpp"

namespace seedream::plugin {

// Cancelling wanted keeps told from being called.
void open_history(GCancellable* wanted, std::function<void(Result<Ref<SeedreamHistory>>)> told);

// Likewise, waiting for it.
Result<Ref<SeedreamHistory>> open_history();

// What the user rules for all programs: read and written, waiting for it.
Result<Ref<SeedreamRules>> get_rules(SeedreamHistory* history);
ErrorPtr set_rules(SeedreamHistory* history, SeedreamRules* rules);

}  // namespace seedream::plugin
