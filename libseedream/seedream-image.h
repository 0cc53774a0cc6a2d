#pragma once

#include <gegl.h>

#include "seedream-macros.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_IMAGE (seedream_image_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamImage, seedream_image, SEEDREAM, IMAGE, GObject)

SEEDREAM_API
SeedreamImage *seedream_image_new_from_bytes   (GBytes               *bytes,
                                                GError              **error);
SEEDREAM_API
SeedreamImage *seedream_image_new_from_buffer  (GeglBuffer           *buffer);
SEEDREAM_API
SeedreamImage *seedream_image_new_from_uri     (const char           *uri,
                                                GError              **error);
SEEDREAM_API
const char    *seedream_image_get_uri          (SeedreamImage        *self);
SEEDREAM_API
const char    *seedream_image_get_path         (SeedreamImage        *self);
SEEDREAM_API
GBytes        *seedream_image_get_bytes        (SeedreamImage        *self);
SEEDREAM_API
const char    *seedream_image_get_media_type   (SeedreamImage        *self);
SEEDREAM_API
const char    *seedream_image_get_suffix       (SeedreamImage        *self);
SEEDREAM_API
int            seedream_image_get_width        (SeedreamImage        *self);
SEEDREAM_API
int            seedream_image_get_height       (SeedreamImage        *self);
SEEDREAM_API
gboolean       seedream_image_get_damaged      (SeedreamImage        *self);
SEEDREAM_API
void           seedream_image_load_async       (SeedreamImage        *self,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
SEEDREAM_API
GeglBuffer    *seedream_image_load_finish      (SeedreamImage        *self,
                                                GAsyncResult         *result,
                                                GError              **error);

G_END_DECLS
