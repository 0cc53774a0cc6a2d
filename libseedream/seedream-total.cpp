// seedream-total.cpp - what jobs have cost altogether.
#include "seedream-total.h"

#include "seedream-total-private.hpp"

/**
 * SeedreamTotal:
 *
 * What the jobs of some time, or of some service, have cost altogether. What forgotten jobs have cost counts
 * too.
 *
 * Since: 0.1
 */
struct _SeedreamTotal {
  GObject parent_instance;
  seedream::jobs::Total* impl;  // owned: created in init, deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamTotal, seedream_total, G_TYPE_OBJECT)

static void seedream_total_finalize(GObject* object) noexcept {
  delete SEEDREAM_TOTAL(object)->impl;
  G_OBJECT_CLASS(seedream_total_parent_class)->finalize(object);
}

static void seedream_total_class_init(SeedreamTotalClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_total_finalize;
}

static void seedream_total_init(SeedreamTotal* self) {
  self->impl = new seedream::jobs::Total;
}

namespace seedream {

SeedreamTotal* new_total(jobs::Total total) {
  auto* self = static_cast<SeedreamTotal*>(g_object_new(SEEDREAM_TYPE_TOTAL, nullptr));
  *self->impl = std::move(total);
  return self;
}

}  // namespace seedream

/**
 * seedream_total_get_period:
 * @self: a total
 *
 * Tells of when the jobs are.
 *
 * Returns: "2026-11" for a month, "2026-11-21" for a day, in local time; empty for all of them
 *
 * Since: 0.1
 */
const char* seedream_total_get_period(SeedreamTotal* self) {
  g_return_val_if_fail(SEEDREAM_IS_TOTAL(self), nullptr);

  return self->impl->period.c_str();
}

/**
 * seedream_total_get_provider:
 * @self: a total
 *
 * Tells of which service the jobs are.
 *
 * Returns: its id; empty for all of them
 *
 * Since: 0.1
 */
const char* seedream_total_get_provider(SeedreamTotal* self) {
  g_return_val_if_fail(SEEDREAM_IS_TOTAL(self), nullptr);

  return self->impl->provider.c_str();
}

/**
 * seedream_total_get_n_images:
 * @self: a total
 *
 * Tells how many pictures were charged.
 *
 * Returns: how many
 *
 * Since: 0.1
 */
guint seedream_total_get_n_images(SeedreamTotal* self) {
  g_return_val_if_fail(SEEDREAM_IS_TOTAL(self), 0);

  return static_cast<guint>(self->impl->pictures);
}

/**
 * seedream_total_get_cost:
 * @self: a total
 *
 * Tells what was charged.
 *
 * Returns: in US dollars
 *
 * Since: 0.1
 */
double seedream_total_get_cost(SeedreamTotal* self) {
  g_return_val_if_fail(SEEDREAM_IS_TOTAL(self), 0);

  return self->impl->usd;
}

/**
 * seedream_total_get_estimated:
 * @self: a total
 *
 * Tells how much of [id@seedream_total_get_cost] no service has told: it is the model's price.
 *
 * Returns: in US dollars
 *
 * Since: 0.1
 */
double seedream_total_get_estimated(SeedreamTotal* self) {
  g_return_val_if_fail(SEEDREAM_IS_TOTAL(self), 0);

  return self->impl->estimated_usd;
}

/**
 * seedream_total_get_uncertain:
 * @self: a total
 *
 * Tells what may have been charged besides, or may be yet: of requests whose fate is unknown, and of those
 * under way.
 *
 * Returns: in US dollars, by the models' prices
 *
 * Since: 0.1
 */
double seedream_total_get_uncertain(SeedreamTotal* self) {
  g_return_val_if_fail(SEEDREAM_IS_TOTAL(self), 0);

  return self->impl->uncertain_usd;
}
