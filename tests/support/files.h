/* support/files.h - the files that lie beside the tests, and those that tests make. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @name: relative to tests/, such as "photos/chelsea.png". Ends the test when there is no such file. */
GBytes *read_test_file (const char *name);
/* Where it is. */
char   *test_file_path (const char *name);

/* Removes a folder with all that is in it. */
void    remove_tree    (const char *path);

G_END_DECLS
