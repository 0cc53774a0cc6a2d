#pragma once

#include "seedream-enums.h"
#include "seedream-job.h"
#include "seedream-macros.h"
#include "seedream-provider.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_HISTORY (seedream_history_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamHistory, seedream_history, SEEDREAM, HISTORY, GObject)

SEEDREAM_API
SeedreamHistory *seedream_history_new                      (const char           *folder,
                                                            GError              **error);
SEEDREAM_API
void             seedream_history_open_async                (const char           *folder,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
SEEDREAM_API
SeedreamHistory *seedream_history_open_finish               (GAsyncResult         *result,
                                                            GError              **error);
SEEDREAM_API
void             seedream_history_list_async               (SeedreamHistory      *self,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
SEEDREAM_API
GPtrArray       *seedream_history_list_finish              (SeedreamHistory      *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);
SEEDREAM_API
void             seedream_history_lookup_async             (SeedreamHistory      *self,
                                                            const char           *id,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
SEEDREAM_API
SeedreamJob     *seedream_history_lookup_finish            (SeedreamHistory      *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);
SEEDREAM_API
void             seedream_history_list_prompts_async       (SeedreamHistory      *self,
                                                            SeedreamOperation     operation,
                                                            guint                 limit,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
SEEDREAM_API
char           **seedream_history_list_prompts_finish      (SeedreamHistory      *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);
SEEDREAM_API
void             seedream_history_estimate_duration_async  (SeedreamHistory      *self,
                                                            SeedreamProvider     *provider,
                                                            const char           *model,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
SEEDREAM_API
double           seedream_history_estimate_duration_finish (SeedreamHistory      *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);
SEEDREAM_API
void             seedream_history_forget_async             (SeedreamHistory      *self,
                                                            const char           *id,
                                                            GCancellable         *cancellable,
                                                            GAsyncReadyCallback   callback,
                                                            gpointer              user_data);
SEEDREAM_API
gboolean         seedream_history_forget_finish            (SeedreamHistory      *self,
                                                            GAsyncResult         *result,
                                                            GError              **error);

G_END_DECLS
