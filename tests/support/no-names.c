/* support/no-names.c - a resolver that knows no name but those it is told, and remembers who was looked for. */
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
static GHashTable *known; /* names to addresses */

static gboolean
is_asked_for (GInetAddress *address, GResolverNameLookupFlags flags)
{
  const GSocketFamily family = g_inet_address_get_family (address);
  return !(flags & (family == G_SOCKET_FAMILY_IPV6 ? G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY
                                                   : G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY));
}

static GList *
addresses_of (const char *name, GResolverNameLookupFlags flags)
{
  const char *text = known ? g_hash_table_lookup (known, name) : NULL;
  char **words = g_strsplit (text ? text : "", " ", -1);
  GList *addresses = NULL;
  for (char **word = words; *word; word++)
    {
      GInetAddress *address = g_inet_address_new_from_string (*word);
      if (address && is_asked_for (address, flags))
        addresses = g_list_append (addresses, g_object_ref (address));
      g_clear_object (&address);
    }
  g_strfreev (words);
  return addresses;
}

static void
free_addresses (gpointer addresses)
{
  g_resolver_free_addresses (addresses);
}

static void
lookup_async (GResolver *self, const char *name, GResolverNameLookupFlags flags, GCancellable *cancellable,
              GAsyncReadyCallback callback, gpointer data)
{
  g_free (wanted);
  wanted = g_strdup (name);
  GTask *task = g_task_new (self, cancellable, callback, data);
  GList *addresses = addresses_of (name, flags);
  if (addresses)
    g_task_return_pointer (task, addresses, free_addresses);
  else
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
  g_clear_pointer (&wanted, g_free);
}

void
know_name (const char *name, const char *addresses)
{
  if (!known)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (known, g_strdup (name), g_strdup (addresses));
}

const char *
last_wanted_name (void)
{
  return wanted;
}
