#pragma once

#include "seedream-enums.h"
#include "seedream-macros.h"
#include "seedream-model.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_PROVIDER (seedream_provider_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamProvider, seedream_provider, SEEDREAM, PROVIDER, GObject)

SEEDREAM_API
SeedreamProvider *const *seedream_provider_list             (gsize            *n_providers);
SEEDREAM_API
SeedreamProvider        *seedream_provider_lookup           (const char       *id);
SEEDREAM_API
const char              *seedream_provider_get_id           (SeedreamProvider *self);
SEEDREAM_API
const char              *seedream_provider_get_name         (SeedreamProvider *self);
SEEDREAM_API
const char              *seedream_provider_get_base_url     (SeedreamProvider *self);
SEEDREAM_API
const char *const       *seedream_provider_get_regions      (SeedreamProvider *self);
SEEDREAM_API
const char              *seedream_provider_get_key_variable (SeedreamProvider *self);
SEEDREAM_API
const char              *seedream_provider_get_key_page     (SeedreamProvider *self);
SEEDREAM_API
const char              *seedream_provider_get_base_url_variable
                                                            (SeedreamProvider *self);
SEEDREAM_API
gboolean                 seedream_provider_get_keeps_jobs   (SeedreamProvider *self);
SEEDREAM_API
gboolean                 seedream_provider_get_tells_balance
                                                            (SeedreamProvider *self);
SEEDREAM_API
gboolean                 seedream_provider_get_tells_models (SeedreamProvider *self);
SEEDREAM_API
SeedreamModel *const    *seedream_provider_list_models      (SeedreamProvider *self,
                                                             gsize            *n_models);
SEEDREAM_API
SeedreamModel           *seedream_provider_lookup_model     (SeedreamProvider *self,
                                                             const char       *id);
SEEDREAM_API
void                     seedream_provider_lookup_key_async (SeedreamProvider     *self,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
char                    *seedream_provider_lookup_key_finish
                                                            (SeedreamProvider     *self,
                                                             GAsyncResult         *result,
                                                             SeedreamKeySource    *source,
                                                             GError              **error);
SEEDREAM_API
void                     seedream_provider_store_key_async  (SeedreamProvider     *self,
                                                             const char           *key,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
gboolean                 seedream_provider_store_key_finish (SeedreamProvider     *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);

G_END_DECLS
