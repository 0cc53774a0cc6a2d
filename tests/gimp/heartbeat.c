/* gimp/heartbeat.c - how long the main loop stands still, and how much memory there is in use.

   Notes "gap END LENGTH" for each time that a beat came late, and "peak TIME KIB" whenever the highest use of
   memory (VmHWM) has changed. Before a main loop runs for the first time there is no beat, and nothing
   counts. */
#include <stdlib.h>
#include <string.h>

#include "preload.h"

enum
{
  period = 1,           /* milliseconds */
  worth_noting = 3000,  /* microseconds */
  look_every = 10000    /* microseconds */
};

static gint64 last_beat;

void
heart_look (void)
{
  const gint64 now = g_get_monotonic_time ();
  if (now - last_beat >= worth_noting)
    note ("gap", now, now - last_beat);
  last_beat = g_get_monotonic_time (); /* writing it down is nobody's fault */
}

static gboolean
beat (gpointer nothing)
{
  (void) nothing;
  heart_look ();
  return G_SOURCE_CONTINUE;
}

static gint64
peak (void)
{
  char data[4096];
  look_up ("/proc/self/status", data, sizeof data);
  const char *line = strstr (data, "VmHWM:");
  return line ? atoll (line + strlen ("VmHWM:")) : 0;
}

static void
look_at_memory (void)
{
  static gint64 told;
  const gint64 now = peak ();
  if (now != told)
    note ("peak", g_get_monotonic_time (), now);
  told = now;
}

static gpointer
keep_looking (gpointer nothing)
{
  for (;;)
    {
      look_at_memory ();
      g_usleep (look_every);
    }
  return nothing;
}

/* A blocking program runs no main loop, but has its memory all the same. */
__attribute__ ((constructor (65000))) static void
begin (void)
{
  if (is_measured ())
    g_thread_unref (g_thread_new ("memory", keep_looking, NULL));
}

__attribute__ ((destructor)) static void
end (void)
{
  if (!is_measured ())
    return;
  note ("peak", g_get_monotonic_time (), peak ());
  note ("end", g_get_monotonic_time (), 0);
}

void
heart_begin (void)
{
  if (last_beat)
    return;
  last_beat = g_get_monotonic_time ();
  note ("loop", last_beat, 0);
  g_timeout_add_full (G_PRIORITY_HIGH, period, beat, NULL, NULL);
}
