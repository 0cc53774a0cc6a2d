/* gimp/dialog-clock.c - when a plug-in's window is there; it is closed again, as if somebody had pressed
   Cancel.

   Only with SEEDREAM_BENCH_CLOSE, which says after how many milliseconds. Nothing of GTK is linked: GIMP's
   plug-ins without a window do without it too. */
#include <glib-object.h>
#include <stdlib.h>

#include "preload.h"

enum
{
  cancel = -6 /* GTK_RESPONSE_CANCEL */
};

static gboolean
close_now (gpointer window)
{
  if (g_signal_lookup ("response", G_OBJECT_TYPE (window)))
    g_signal_emit_by_name (window, "response", cancel);
  g_object_unref (window);
  return G_SOURCE_REMOVE;
}

static gboolean
on_mapped (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer nothing)
{
  (void) hint, (void) n, (void) nothing;
  note ("mapped", g_get_monotonic_time (), 0);
  const char *wait = getenv ("SEEDREAM_BENCH_CLOSE");
  g_timeout_add ((guint) atoi (wait), close_now, g_object_ref (g_value_get_object (values)));
  return FALSE;
}

void
watch_dialogs (void)
{
  static gboolean watches;
  const GType widget = g_type_from_name ("GtkWidget");
  const guint mapped = widget ? g_signal_lookup ("map-event", widget) : 0;
  if (watches || !mapped || !getenv ("SEEDREAM_BENCH_CLOSE"))
    return;
  watches = TRUE;
  g_signal_add_emission_hook (mapped, 0, on_mapped, NULL, NULL);
}
