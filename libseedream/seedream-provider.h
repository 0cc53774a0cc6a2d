#pragma once

#include "seedream-macros.h"

G_BEGIN_DECLS

typedef struct _SeedreamProvider SeedreamProvider;

SEEDREAM_API
const SeedreamProvider *const *seedream_provider_list             (gsize                  *n_providers);
SEEDREAM_API
const SeedreamProvider        *seedream_provider_lookup           (const char             *id);
SEEDREAM_API
const char                    *seedream_provider_get_id           (const SeedreamProvider *self);
SEEDREAM_API
const char                    *seedream_provider_get_name         (const SeedreamProvider *self);
SEEDREAM_API
const char                    *seedream_provider_get_base_url     (const SeedreamProvider *self);
SEEDREAM_API
const char                    *seedream_provider_get_key_variable (const SeedreamProvider *self);
SEEDREAM_API
const char                    *seedream_provider_get_model        (const SeedreamProvider *self);
SEEDREAM_API
double                         seedream_provider_get_price        (const SeedreamProvider *self);
SEEDREAM_API
guint                          seedream_provider_get_max_count    (const SeedreamProvider *self);
SEEDREAM_API
guint                          seedream_provider_get_max_images   (const SeedreamProvider *self);
SEEDREAM_API
const char                    *seedream_provider_plan_frame       (const SeedreamProvider *self,
                                                                   int                     width,
                                                                   int                     height,
                                                                   int                    *frame_width,
                                                                   int                    *frame_height);

G_END_DECLS
