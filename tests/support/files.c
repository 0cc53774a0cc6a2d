/* support/files.c - the files that lie beside the tests, and those that tests make. */
#include "support/files.h"

#include <glib/gstdio.h>

char *
test_file_path (const char *name)
{
  return g_build_filename (TESTS_DIR, name, NULL);
}

GBytes *
read_test_file (const char *name)
{
  char *path = test_file_path (name), *contents = NULL;
  gsize size = 0;
  GError *error = NULL;
  if (!g_file_get_contents (path, &contents, &size, &error))
    g_error ("%s", error->message);
  g_free (path);
  return g_bytes_new_take (contents, size);
}

void
remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  for (const char *name = dir ? g_dir_read_name (dir) : NULL; name; name = g_dir_read_name (dir))
    {
      char *inside = g_build_filename (path, name, NULL);
      remove_tree (inside);
      g_free (inside);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}
