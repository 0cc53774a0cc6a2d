/* support/elsewhere.h - runs a function in a second thread with a main context of its own, while this one serves. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void run_elsewhere (void   (*function) (gpointer),
                    gpointer data);

G_END_DECLS
