#pragma once

#include "seedream-enums.h"
#include "seedream-image.h"
#include "seedream-macros.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_REQUEST (seedream_request_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamRequest, seedream_request, SEEDREAM, REQUEST, GObject)

SEEDREAM_API
SeedreamRequest   *seedream_request_new           (SeedreamOperation  operation,
                                                   const char        *prompt);
SEEDREAM_API
SeedreamOperation  seedream_request_get_operation (SeedreamRequest   *self);
SEEDREAM_API
const char        *seedream_request_get_prompt    (SeedreamRequest   *self);
SEEDREAM_API
void               seedream_request_add_image     (SeedreamRequest   *self,
                                                   SeedreamImage     *image);
SEEDREAM_API
void               seedream_request_set_model     (SeedreamRequest   *self,
                                                   const char        *model);
SEEDREAM_API
void               seedream_request_set_count     (SeedreamRequest   *self,
                                                   guint              count);
SEEDREAM_API
guint              seedream_request_get_count     (SeedreamRequest   *self);
SEEDREAM_API
void               seedream_request_set_group     (SeedreamRequest   *self,
                                                   gboolean           group);
SEEDREAM_API
void               seedream_request_set_stream    (SeedreamRequest   *self,
                                                   SeedreamStreaming  streaming);
SEEDREAM_API
void               seedream_request_set_size      (SeedreamRequest   *self,
                                                   const char        *size);
SEEDREAM_API
void               seedream_request_set_aspect    (SeedreamRequest   *self,
                                                   const char        *aspect);
SEEDREAM_API
void               seedream_request_set_quality   (SeedreamRequest   *self,
                                                   const char        *quality);
SEEDREAM_API
void               seedream_request_set_format    (SeedreamRequest   *self,
                                                   const char        *format);
SEEDREAM_API
void               seedream_request_set_seed      (SeedreamRequest   *self,
                                                   gint64             seed);
SEEDREAM_API
void               seedream_request_set_placement (SeedreamRequest   *self,
                                                   const char        *placement);
SEEDREAM_API
void               seedream_request_attach        (SeedreamRequest   *self,
                                                   const char        *name,
                                                   GBytes            *bytes);

G_END_DECLS
