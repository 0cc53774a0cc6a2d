/* support/record.h - a history's record as anybody could change it, past the library. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @folder: the history's. Ends the test when the SQL fails. */
void change_record (const char *folder,
                    const char *sql);

/* Looks until the query has a row. */
void wait_for_record (const char *folder,
                      const char *sql);

G_END_DECLS
