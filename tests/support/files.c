/* support/files.c - reads the files that lie beside the tests. */
#include "support/files.h"

GBytes *
read_test_file (const char *name)
{
  char *path = g_build_filename (TESTS_DIR, name, NULL), *contents = NULL;
  gsize size = 0;
  GError *error = NULL;
  if (!g_file_get_contents (path, &contents, &size, &error))
    g_error ("%s", error->message);
  g_free (path);
  return g_bytes_new_take (contents, size);
}
