/* support/no-names.c - a resolver that knows no name but remembers who was looked for. */
#include "support/no-names.h"

#include <gio/gio.h>

#define NO_TYPE_NAMES (no_names_get_type ())
G_DECLARE_FINAL_TYPE (NoNames, no_names, NO, NAMES, GResolver)

struct _NoNames
{
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (NoNames, no_names, G_TYPE_RESOLVER)

static char *wanted;

static void
lookup_async (GResolver *self, const char *name, GResolverNameLookupFlags flags, GCancellable *cancellable,
              GAsyncReadyCallback callback, gpointer data)
{
  (void) flags;
  g_free (wanted);
  wanted = g_strdup (name);
  GTask *task = g_task_new (self, cancellable, callback, data);
  g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "nobody knows %s", name);
  g_object_unref (task);
}

static GList *
lookup_finish (GResolver *self, GAsyncResult *result, GError **error)
{
  (void) self;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
no_names_class_init (NoNamesClass *klass)
{
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags_async = lookup_async;
  G_RESOLVER_CLASS (klass)->lookup_by_name_with_flags_finish = lookup_finish;
}

static void
no_names_init (NoNames *self)
{
  (void) self;
}

void
know_no_names (void)
{
  GResolver *resolver = g_object_new (NO_TYPE_NAMES, NULL);
  g_resolver_set_default (resolver);
  g_object_unref (resolver);
}

const char *
last_wanted_name (void)
{
  return wanted;
}
