// jobs/store-ledger.cpp - what the store's jobs have cost, and what they may.
#include "jobs/store-ledger.hpp"

#include <glib/gi18n-lib.h>

namespace seedream::jobs {
namespace {

constexpr const char* history_rule = "history";
constexpr const char* days_rule = "keep-days";
constexpr const char* megabytes_rule = "keep-megabytes";
constexpr const char* budget_rule = "monthly-budget-usd";

using TimePtr = std::unique_ptr<GDateTime, Deleter<g_date_time_unref>>;

gint64 beginning_of_month() {
  const TimePtr now(g_date_time_new_now_local());
  const TimePtr first(
      g_date_time_new_local(g_date_time_get_year(now.get()), g_date_time_get_month(now.get()), 1, 0, 0, 0));
  return g_date_time_to_unix(first.get()) * G_USEC_PER_SEC;
}

const char* pattern_of(SeedreamPeriod period) {
  return period == SEEDREAM_PERIOD_DAY ? "%Y-%m-%d" : period == SEEDREAM_PERIOD_MONTH ? "%Y-%m" : "";
}

}  // namespace

Result<Rules> read_rules(const Database& database) {
  Statement rows(database, "SELECT name, value FROM rule");
  Rules rules;
  std::string name;
  double value;
  while (rows.next()) {
    rows.read(&name, &value);
    if (name == history_rule)
      rules.keeps_history = value != 0;
    else if (name == days_rule)
      rules.keep_days = value;
    else if (name == megabytes_rule)
      rules.keep_megabytes = value;
    else if (name == budget_rule)
      rules.budget_usd = value;
  }
  if (rows.failed())
    return rows.take_error();
  return rules;
}

Result<Spending> month_so_far(const Database& database) {
  auto rules = read_rules(database);
  if (!rules)
    return rules.take_error();
  Spending spending{.budget_usd = rules->budget_usd};
  Statement row(database, "SELECT coalesce(sum(usd), 0.0) FROM charge WHERE moment >= ?",
                beginning_of_month());
  if (row.next())
    row.read(&spending.usd);
  if (row.failed())
    return row.take_error();
  return spending;
}

ErrorPtr over_budget(const Spending& spent, double estimate_usd) {
  return make_error(SEEDREAM_ERROR_PAY,
                    _("This month's budget is $%.2f; $%.2f of it are spent or on their way, and this costs "
                      "about $%.2f. Change the budget, or wait for the next month."),
                    spent.budget_usd, spent.usd - estimate_usd, estimate_usd);
}

Result<Rules> Store::rules() noexcept {
  const std::lock_guard lock(mutex_);
  return read_rules(database_);
}

Result<Done> Store::set_rules(const Rules& rules) noexcept {
  const std::pair<const char*, double> values[] = {{history_rule, rules.keeps_history ? 1.0 : 0.0},
                                                   {days_rule, rules.keep_days},
                                                   {megabytes_rule, rules.keep_megabytes},
                                                   {budget_rule, rules.budget_usd}};
  const std::lock_guard lock(mutex_);
  Change change(database_);
  for (const auto& [name, value] : values)
    change.run("INSERT OR REPLACE INTO rule (name, value) VALUES (?, ?)", name, value);
  return change.commit();
}

Result<Spending> Store::spending() noexcept {
  const std::lock_guard lock(mutex_);
  return month_so_far(database_);
}

Result<std::vector<Total>> Store::totals(SeedreamPeriod period, bool by_provider) noexcept {
  const std::lock_guard lock(mutex_);
  Statement rows(database_,
                 "SELECT strftime(?1, moment / 1000000, 'unixepoch', 'localtime') AS period,"
                 " CASE WHEN ?2 THEN provider ELSE '' END AS whose,"
                 " sum(CASE charged WHEN ?3 THEN pictures ELSE 0 END),"
                 " total(CASE charged WHEN ?3 THEN usd END),"
                 " total(CASE WHEN charged = ?3 AND NOT told THEN usd END),"
                 " total(CASE charged WHEN ?3 THEN 0 ELSE usd END)"
                 " FROM charge GROUP BY period, whose ORDER BY period DESC, whose",
                 pattern_of(period), by_provider, SEEDREAM_CHARGE_YES);
  std::vector<Total> totals;
  while (rows.next()) {
    Total& total = totals.emplace_back();
    rows.read(&total.period, &total.provider, &total.pictures, &total.usd, &total.estimated_usd,
              &total.uncertain_usd);
  }
  if (rows.failed())
    return rows.take_error();
  return totals;
}

}  // namespace seedream::jobs
