#pragma once

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
const SeedreamProvider *seedream_client_get_provider (SeedreamClient   *self);
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
SeedreamJob            *seedream_client_create_job   (SeedreamClient   *self,
                                                      SeedreamRequest  *request,
                                                      GError          **error);

G_END_DECLS
