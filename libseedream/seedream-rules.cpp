// seedream-rules.cpp - what the user rules for all programs that share a history.
#include "seedream-rules.h"

#include "seedream-rules-private.hpp"

/**
 * SeedreamRules:
 *
 * What the user rules for all programs that share a [class@Seedream.History]: whether it is kept at all, for
 * how long originals are kept, and what a month may cost.
 *
 * A value: get it with [id@seedream_history_get_rules_async], change it, give it back with
 * [id@seedream_history_set_rules_async].
 *
 * Since: 0.1
 */
struct _SeedreamRules {
  GObject parent_instance;
  seedream::jobs::Rules* impl;  // owned: created in init, deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamRules, seedream_rules, G_TYPE_OBJECT)

static void seedream_rules_finalize(GObject* object) noexcept {
  delete SEEDREAM_RULES(object)->impl;
  G_OBJECT_CLASS(seedream_rules_parent_class)->finalize(object);
}

static void seedream_rules_class_init(SeedreamRulesClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_rules_finalize;
}

static void seedream_rules_init(SeedreamRules* self) {
  self->impl = new seedream::jobs::Rules;
}

namespace seedream {

SeedreamRules* new_rules(const jobs::Rules& rules) {
  SeedreamRules* self = seedream_rules_new();
  *self->impl = rules;
  return self;
}

const jobs::Rules& contents_of(SeedreamRules* rules) {
  return *rules->impl;
}

}  // namespace seedream

/**
 * seedream_rules_new:
 *
 * Makes the rules that hold until somebody changes them: all is kept, for ever, and a month may cost
 * anything.
 *
 * Returns: (transfer full): new rules
 *
 * Since: 0.1
 */
SeedreamRules* seedream_rules_new(void) {
  return static_cast<SeedreamRules*>(g_object_new(SEEDREAM_TYPE_RULES, nullptr));
}

/**
 * seedream_rules_get_keeps_history:
 * @self: rules
 *
 * Tells whether jobs are remembered.
 *
 * Returns: %TRUE at first; %FALSE if a job's record is forgotten as soon as its pictures are delivered, or as
 *   it has failed at no cost
 *
 * Since: 0.1
 */
gboolean seedream_rules_get_keeps_history(SeedreamRules* self) {
  g_return_val_if_fail(SEEDREAM_IS_RULES(self), FALSE);

  return self->impl->keeps_history;
}

/**
 * seedream_rules_set_keeps_history:
 * @self: rules
 * @keeps_history: whether jobs are remembered
 *
 * Sets whether jobs are remembered. What is remembered already stays until it is forgotten; until its
 * pictures are delivered each job is written down all the same.
 *
 * Since: 0.1
 */
void seedream_rules_set_keeps_history(SeedreamRules* self, gboolean keeps_history) {
  g_return_if_fail(SEEDREAM_IS_RULES(self));

  self->impl->keeps_history = keeps_history != FALSE;
}

/**
 * seedream_rules_get_keep_days:
 * @self: rules
 *
 * Tells for how long the pictures are kept as the services sent them.
 *
 * Returns: in days; 0 at first: for ever
 *
 * Since: 0.1
 */
guint seedream_rules_get_keep_days(SeedreamRules* self) {
  g_return_val_if_fail(SEEDREAM_IS_RULES(self), 0);

  return static_cast<guint>(self->impl->keep_days);
}

/**
 * seedream_rules_set_keep_days:
 * @self: rules
 * @days: how many days; 0 for ever
 *
 * Sets for how long the pictures are kept. [id@seedream_history_purge_async] removes them.
 *
 * Since: 0.1
 */
void seedream_rules_set_keep_days(SeedreamRules* self, guint days) {
  g_return_if_fail(SEEDREAM_IS_RULES(self));

  self->impl->keep_days = days;
}

/**
 * seedream_rules_get_keep_megabytes:
 * @self: rules
 *
 * Tells how much room the pictures may take as the services sent them.
 *
 * Returns: in MiB; 0 at first: any
 *
 * Since: 0.1
 */
guint seedream_rules_get_keep_megabytes(SeedreamRules* self) {
  g_return_val_if_fail(SEEDREAM_IS_RULES(self), 0);

  return static_cast<guint>(self->impl->keep_megabytes);
}

/**
 * seedream_rules_set_keep_megabytes:
 * @self: rules
 * @megabytes: how much, in MiB; 0 for any
 *
 * Sets how much room the pictures may take. [id@seedream_history_purge_async] removes them.
 *
 * Since: 0.1
 */
void seedream_rules_set_keep_megabytes(SeedreamRules* self, guint megabytes) {
  g_return_if_fail(SEEDREAM_IS_RULES(self));

  self->impl->keep_megabytes = megabytes;
}

/**
 * seedream_rules_get_monthly_budget:
 * @self: rules
 *
 * Tells what the jobs of a calendar month may cost.
 *
 * Returns: in US dollars; below 0, as at first: anything
 *
 * Since: 0.1
 */
double seedream_rules_get_monthly_budget(SeedreamRules* self) {
  g_return_val_if_fail(SEEDREAM_IS_RULES(self), -1);

  return self->impl->budget_usd;
}

/**
 * seedream_rules_set_monthly_budget:
 * @self: rules
 * @budget: in US dollars; below 0 for anything
 *
 * Sets what the jobs of a calendar month may cost. From four fifths on each job bears a note; one that would
 * go over it fails with %SEEDREAM_ERROR_PAY before it is sent. What may have been charged and what is still
 * on its way count.
 *
 * Since: 0.1
 */
void seedream_rules_set_monthly_budget(SeedreamRules* self, double budget) {
  g_return_if_fail(SEEDREAM_IS_RULES(self));

  self->impl->budget_usd = budget;
}
