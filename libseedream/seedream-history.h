#pragma once

#include "seedream-enums.h"
#include "seedream-job.h"
#include "seedream-macros.h"
#include "seedream-provider.h"
#include "seedream-rules.h"
#include "seedream-total.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_HISTORY (seedream_history_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamHistory, seedream_history, SEEDREAM, HISTORY, GObject)

SEEDREAM_API
SeedreamHistory  *seedream_history_new                      (const char           *folder,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_open_async               (const char           *folder,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
SeedreamHistory  *seedream_history_open_finish              (GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_list_async               (SeedreamHistory      *self,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
GPtrArray        *seedream_history_list_finish              (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_lookup_async             (SeedreamHistory      *self,
                                                             const char           *id,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
SeedreamJob      *seedream_history_lookup_finish            (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_list_prompts_async       (SeedreamHistory      *self,
                                                             SeedreamOperation     operation,
                                                             guint                 limit,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
char           ** seedream_history_list_prompts_finish      (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_estimate_duration_async  (SeedreamHistory      *self,
                                                             SeedreamProvider     *provider,
                                                             const char           *model,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
double            seedream_history_estimate_duration_finish (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_forget_async             (SeedreamHistory      *self,
                                                             const char           *id,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
gboolean          seedream_history_forget_finish            (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_query_async              (SeedreamHistory      *self,
                                                             const char           *words,
                                                             SeedreamHistoryFilter filter,
                                                             SeedreamJob          *before,
                                                             guint                 limit,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
GPtrArray        *seedream_history_query_finish             (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_list_changes_async       (SeedreamHistory      *self,
                                                             gint64                revision,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
GPtrArray        *seedream_history_list_changes_finish      (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             gint64               *revision,
                                                             guint                *n_jobs,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_load_thumbnail_async     (SeedreamHistory      *self,
                                                             const char           *id,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
GBytes           *seedream_history_load_thumbnail_finish    (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_lookup_attachment_async  (SeedreamHistory      *self,
                                                             const char           *id,
                                                             const char           *name,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
GBytes           *seedream_history_lookup_attachment_finish (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_deliver_async            (SeedreamHistory      *self,
                                                             const char           *id,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
gboolean          seedream_history_deliver_finish           (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_star_async               (SeedreamHistory      *self,
                                                             const char           *id,
                                                             gboolean              starred,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
gboolean          seedream_history_star_finish              (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_cancel_async             (SeedreamHistory      *self,
                                                             const char           *id,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
gboolean          seedream_history_cancel_finish            (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_recover_async            (SeedreamHistory      *self,
                                                             guint                 seconds,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
char            **seedream_history_recover_finish           (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_get_rules_async          (SeedreamHistory      *self,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
SeedreamRules    *seedream_history_get_rules_finish         (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_set_rules_async          (SeedreamHistory      *self,
                                                             SeedreamRules        *rules,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
gboolean          seedream_history_set_rules_finish         (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_sum_up_async             (SeedreamHistory      *self,
                                                             SeedreamPeriod        period,
                                                             gboolean              by_provider,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
GPtrArray        *seedream_history_sum_up_finish            (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_get_spending_async       (SeedreamHistory      *self,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
double            seedream_history_get_spending_finish      (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             double               *budget,
                                                             GError              **error);
SEEDREAM_API
void              seedream_history_purge_async              (SeedreamHistory      *self,
                                                             gboolean              rehearse,
                                                             GCancellable         *cancellable,
                                                             GAsyncReadyCallback   callback,
                                                             gpointer              user_data);
SEEDREAM_API
guint             seedream_history_purge_finish             (SeedreamHistory      *self,
                                                             GAsyncResult         *result,
                                                             guint64              *n_bytes,
                                                             GError              **error);
SEEDREAM_API
gboolean          seedream_history_watch                    (SeedreamHistory      *self,
                                                             GError              **error);

G_END_DECLS
