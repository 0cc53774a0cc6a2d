#pragma once

#include "seedream-image.h"
#include "seedream-macros.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_MODEL (seedream_model_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamModel, seedream_model, SEEDREAM, MODEL, GObject)

SEEDREAM_API
const char        *seedream_model_get_id                (SeedreamModel        *self);
SEEDREAM_API
const char        *seedream_model_get_service_id        (SeedreamModel        *self);
SEEDREAM_API
const char        *seedream_model_get_name              (SeedreamModel        *self);
SEEDREAM_API
double             seedream_model_get_price             (SeedreamModel        *self);
SEEDREAM_API
double             seedream_model_estimate              (SeedreamModel        *self,
                                                         guint                 count,
                                                         int                   width,
                                                         int                   height,
                                                         guint                 n_images);
SEEDREAM_API
guint              seedream_model_get_max_count         (SeedreamModel        *self);
SEEDREAM_API
guint              seedream_model_get_max_images        (SeedreamModel        *self);
SEEDREAM_API
guint              seedream_model_get_recommended_words (SeedreamModel        *self);
SEEDREAM_API
const char *const *seedream_model_get_sizes             (SeedreamModel        *self);
SEEDREAM_API
const char *const *seedream_model_get_aspects           (SeedreamModel        *self);
SEEDREAM_API
const char *const *seedream_model_get_qualities         (SeedreamModel        *self);
SEEDREAM_API
const char *const *seedream_model_get_formats           (SeedreamModel        *self);
SEEDREAM_API
gboolean           seedream_model_get_takes_seed        (SeedreamModel        *self);
SEEDREAM_API
gboolean           seedream_model_get_streams           (SeedreamModel        *self);
SEEDREAM_API
gboolean           seedream_model_get_draws_groups      (SeedreamModel        *self);
SEEDREAM_API
char              *seedream_model_plan_frame            (SeedreamModel        *self,
                                                         const char           *size,
                                                         int                   width,
                                                         int                   height,
                                                         int                  *frame_width,
                                                         int                  *frame_height);
SEEDREAM_API
void               seedream_model_prepare_image_async   (SeedreamModel        *self,
                                                         SeedreamImage        *image,
                                                         GCancellable         *cancellable,
                                                         GAsyncReadyCallback   callback,
                                                         gpointer              user_data);
SEEDREAM_API
SeedreamImage     *seedream_model_prepare_image_finish  (SeedreamModel        *self,
                                                         GAsyncResult         *result,
                                                         GError              **error);
SEEDREAM_API
gboolean           seedream_model_get_pixels            (SeedreamModel *self,
                                                         const char    *size,
                                                         int           *width,
                                                         int           *height);
SEEDREAM_API
const char *const *seedream_model_get_problems          (void);

G_END_DECLS
