/* gimp/preload.h - what is preloaded into GIMP and its plug-ins writes into one file for each process. */
#pragma once

#include <glib.h>

/* Whether this process is one of those that are measured. */
gboolean is_measured (void);

/* Appends "WORD TIME VALUE": the time in microseconds of CLOCK_MONOTONIC. May be called between fork and
   exec. */
void note (const char *word, gint64 time, gint64 value);

/* Reads a file of /proc into data, with a zero byte behind it, and returns how long it is. */
size_t look_up (const char *path, char *data, size_t room);

/* Called in the main thread whenever a main loop is about to run. */
void heart_begin (void);
void watch_dialogs (void);

/* And when it has ended: whatever stood still at last had no beat after it. */
void heart_look (void);
