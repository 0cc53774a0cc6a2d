#pragma once

#include "seedream-macros.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_TOTAL (seedream_total_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamTotal, seedream_total, SEEDREAM, TOTAL, GObject)

SEEDREAM_API
const char *seedream_total_get_period      (SeedreamTotal *self);
SEEDREAM_API
const char *seedream_total_get_provider    (SeedreamTotal *self);
SEEDREAM_API
guint       seedream_total_get_n_images    (SeedreamTotal *self);
SEEDREAM_API
double      seedream_total_get_cost        (SeedreamTotal *self);
SEEDREAM_API
double      seedream_total_get_estimated   (SeedreamTotal *self);
SEEDREAM_API
double      seedream_total_get_uncertain   (SeedreamTotal *self);

G_END_DECLS
