/* support/elsewhere.c - runs a function in a second thread with a main context of its own, while this one serves. */
#include "support/elsewhere.h"

typedef struct
{
  void (*function) (gpointer);
  gpointer data;
  gboolean done;
} Errand;

static gboolean
be_done (gpointer errand)
{
  ((Errand *) errand)->done = TRUE;
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  Errand *errand = data;
  GMainContext *context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  errand->function (errand->data);
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
  g_idle_add (be_done, errand);
  return NULL;
}

void
run_elsewhere (void (*function) (gpointer), gpointer data)
{
  Errand errand = { function, data, FALSE };
  GThread *thread = g_thread_new ("elsewhere", run, &errand);
  while (!errand.done)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
}
