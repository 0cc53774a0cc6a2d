/* support/record.c - a history's record as anybody could change it, past the library. */
#include "support/record.h"

#include <sqlite3.h>

void
change_record (const char *folder, const char *sql)
{
  char *file = g_build_filename (folder, "jobs.sqlite", NULL);
  sqlite3 *record = NULL;
  if (sqlite3_open (file, &record) != SQLITE_OK || sqlite3_exec (record, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (record));
  sqlite3_close (record);
  g_free (file);
}
