/* support/files.h - reads the files that lie beside the tests. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @name: relative to tests/, such as "photos/chelsea.png". Ends the test when there is no such file. */
GBytes *read_test_file (const char *name);

G_END_DECLS
