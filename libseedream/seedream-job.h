#pragma once

#include "seedream-enums.h"
#include "seedream-image.h"
#include "seedream-macros.h"
#include "seedream-provider.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_JOB (seedream_job_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamJob, seedream_job, SEEDREAM, JOB, GObject)

SEEDREAM_API
void                  seedream_job_run_async        (SeedreamJob          *self,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
SEEDREAM_API
gboolean              seedream_job_run_finish       (SeedreamJob          *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);
SEEDREAM_API
void                  seedream_job_submit_async     (SeedreamJob          *self,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
SEEDREAM_API
gboolean              seedream_job_submit_finish    (SeedreamJob          *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);
SEEDREAM_API
SeedreamProvider     *seedream_job_get_provider     (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_model        (SeedreamJob          *self);
SEEDREAM_API
SeedreamOperation     seedream_job_get_operation    (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_prompt       (SeedreamJob          *self);
SEEDREAM_API
guint                 seedream_job_get_count        (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_base_url     (SeedreamJob          *self);
SEEDREAM_API
gint64                seedream_job_get_created      (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_id           (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_service_id   (SeedreamJob          *self);
SEEDREAM_API
SeedreamJobState      seedream_job_get_state        (SeedreamJob          *self);
SEEDREAM_API
SeedreamStage         seedream_job_get_stage        (SeedreamJob          *self);
SEEDREAM_API
double                seedream_job_get_fraction     (SeedreamJob          *self);
SEEDREAM_API
SeedreamCharge        seedream_job_get_charged      (SeedreamJob          *self);
SEEDREAM_API
double                seedream_job_get_cost         (SeedreamJob          *self);
SEEDREAM_API
guint                 seedream_job_get_n_images     (SeedreamJob          *self);
SEEDREAM_API
SeedreamImage        *seedream_job_get_image        (SeedreamJob          *self,
                                                     guint                 index);
SEEDREAM_API
const char *const    *seedream_job_get_notes        (SeedreamJob          *self);
SEEDREAM_API
const GError         *seedream_job_get_missing      (SeedreamJob          *self);
SEEDREAM_API
const GError         *seedream_job_get_error        (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_size         (SeedreamJob          *self);
SEEDREAM_API
gint64                seedream_job_get_seed         (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_placement    (SeedreamJob          *self);
SEEDREAM_API
gboolean              seedream_job_get_cost_is_told (SeedreamJob          *self);
SEEDREAM_API
const char           *seedream_job_get_unprotected  (SeedreamJob          *self);
SEEDREAM_API
double                seedream_job_get_estimate     (SeedreamJob          *self);
SEEDREAM_API
gboolean              seedream_job_get_starred      (SeedreamJob          *self);
SEEDREAM_API
gboolean              seedream_job_get_late         (SeedreamJob          *self);
SEEDREAM_API
gint64                seedream_job_get_delivered    (SeedreamJob          *self);
SEEDREAM_API
gboolean              seedream_job_get_attended     (SeedreamJob          *self);
SEEDREAM_API
gint64                seedream_job_get_expires      (SeedreamJob          *self);

G_END_DECLS
