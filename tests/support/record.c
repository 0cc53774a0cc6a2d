/* support/record.c - a history's record as anybody could change it, past the library. */
#include "support/record.h"

#include <sqlite3.h>

static sqlite3 *
open_record (const char *folder)
{
  char *file = g_build_filename (folder, "jobs.sqlite", NULL);
  sqlite3 *record = NULL;
  if (sqlite3_open (file, &record) != SQLITE_OK || sqlite3_busy_timeout (record, 20000) != SQLITE_OK)
    g_error ("%s: %s", file, sqlite3_errmsg (record));
  g_free (file);
  return record;
}

static int
has_row (void *seen, int n, char **values, char **names)
{
  (void) n, (void) values, (void) names;
  *(gboolean *) seen = TRUE;
  return 0;
}

static gboolean
run (sqlite3 *record, const char *sql)
{
  gboolean seen = FALSE;
  if (sqlite3_exec (record, sql, has_row, &seen, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (record));
  return seen;
}

void
change_record (const char *folder, const char *sql)
{
  sqlite3 *record = open_record (folder);
  run (record, sql);
  sqlite3_close (record);
}

void
wait_for_record (const char *folder, const char *sql)
{
  sqlite3 *record = open_record (folder);
  while (!run (record, sql))
    g_usleep (G_USEC_PER_SEC / 1000);
  sqlite3_close (record);
}
