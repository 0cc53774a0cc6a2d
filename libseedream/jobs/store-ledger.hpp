// jobs/store-ledger.hpp - what the store's jobs have cost, and what they may.
#pragma once
#include "jobs/store-database.hpp"
#include "jobs/store.hpp"

namespace seedream::jobs {

constexpr double a_hair = 1e-9;  // dollars by which sums of prices may be off

// Since the first of the month, in local time. What bears a later date than today counts too: a clock was
// wrong then, or is now, and neither shall make room in a budget.
Result<Spending> month_so_far(const Database& database);

// spent: with what it would cost.
ErrorPtr over_budget(const Spending& spent, double estimate_usd);

Result<Rules> read_rules(const Database& database);

}  // namespace seedream::jobs
