#pragma once

#include "seedream-history.h"
#include "seedream-job.h"
#include "seedream-macros.h"
#include "seedream-provider.h"
#include "seedream-request.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_CLIENT (seedream_client_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamClient, seedream_client, SEEDREAM, CLIENT, GObject)

SEEDREAM_API
SeedreamClient         *seedream_client_new          (const char       *provider_id,
                                                      GError          **error);
SEEDREAM_API
SeedreamProvider       *seedream_client_get_provider (SeedreamClient   *self);
SEEDREAM_API
void                    seedream_client_set_api_key  (SeedreamClient   *self,
                                                      const char       *api_key);
SEEDREAM_API
void                    seedream_client_set_base_url (SeedreamClient   *self,
                                                      const char       *base_url);
SEEDREAM_API
void                    seedream_client_set_timeout  (SeedreamClient   *self,
                                                      guint             seconds);
SEEDREAM_API
void                    seedream_client_set_history  (SeedreamClient   *self,
                                                      SeedreamHistory  *history);
SEEDREAM_API
gboolean                seedream_client_resume_job   (SeedreamClient   *self,
                                                      SeedreamJob      *job,
                                                      GError          **error);
SEEDREAM_API
SeedreamJob            *seedream_client_create_job   (SeedreamClient   *self,
                                                      SeedreamRequest  *request,
                                                      GError          **error);
SEEDREAM_API
void                    seedream_client_query_balance_async
                                                     (SeedreamClient       *self,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
SEEDREAM_API
gboolean                seedream_client_query_balance_finish
                                                     (SeedreamClient       *self,
                                                      GAsyncResult         *result,
                                                      double               *balance,
                                                      GError              **error);
SEEDREAM_API
void                    seedream_client_discover_model_async
                                                     (SeedreamClient       *self,
                                                      const char           *model,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
SEEDREAM_API
SeedreamModel          *seedream_client_discover_model_finish
                                                     (SeedreamClient       *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);

G_END_DECLS
