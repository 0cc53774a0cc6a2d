/* cli/waiting.c - waits for what is asynchronous: not after a signal, and no longer than it may take. */
#include "command.h"

#include <glib-unix.h>

static gboolean
on_signal (gpointer data)
{
  Waiting *waiting = data;
  waiting->ended = TRUE;
  g_cancellable_cancel (waiting->cancellable);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_deadline (gpointer data)
{
  Waiting *waiting = data;
  waiting->late = TRUE;
  g_cancellable_cancel (waiting->cancellable);
  return G_SOURCE_CONTINUE;
}

void
waiting_begin (Waiting *waiting, int seconds)
{
  waiting->cancellable = g_cancellable_new ();
  waiting->loop = g_main_loop_new (NULL, FALSE);
  waiting->sources[0] = g_unix_signal_add (SIGINT, on_signal, waiting);
  waiting->sources[1] = g_unix_signal_add (SIGTERM, on_signal, waiting);
  waiting->sources[2] = seconds ? g_timeout_add_seconds ((guint) seconds, on_deadline, waiting) : 0;
}

void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;
  (void) source;
  waiting->result = g_object_ref (result);
  g_main_loop_quit (waiting->loop);
}

GAsyncResult *
waiting_end (Waiting *waiting)
{
  if (!waiting->result)
    g_main_loop_run (waiting->loop);
  for (gsize i = 0; i < G_N_ELEMENTS (waiting->sources); i++)
    if (waiting->sources[i])
      g_source_remove (waiting->sources[i]);
  g_main_loop_unref (waiting->loop);
  g_object_unref (waiting->cancellable);
  return waiting->result;
}

void
waiting_explain (const Waiting *waiting, const Options *options, GError **error)
{
  if (!waiting->late || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_error (error);
  g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE, "No answer came within the %d seconds given.",
               options->timeout_seconds);
}

int
seconds_left (const Options *options)
{
  const gint64 passed = (g_get_monotonic_time () - options->begun) / G_USEC_PER_SEC;
  return (int) MAX (1, options->timeout_seconds - passed);
}
