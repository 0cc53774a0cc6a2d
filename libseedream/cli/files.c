/* cli/files.c - pictures from files and into files. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No picture that can be read is longer; a device may have no end. */
static const gsize longest_picture = 64 << 20;

/* A file, or what another program says: a pipe is waited for. */
static GBytes *
read_whole (const char *path, GError **error)
{
  FILE *file = fopen (path, "rbe");
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 part[1 << 14];
  gsize got = sizeof part; /* less is the end, or trouble */
  while (file && got == sizeof part && all->len <= longest_picture)
    {
      got = fread (part, 1, sizeof part, file);
      g_byte_array_append (all, part, (guint) got);
    }
  const char *trouble = !file || ferror (file) ? g_strerror (errno) : NULL;
  if (!trouble && all->len > longest_picture)
    trouble = "it is longer than any picture";
  g_clear_pointer (&file, fclose);
  if (!trouble)
    return g_byte_array_free_to_bytes (g_steal_pointer (&all));
  g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s cannot be read: %s", path, trouble);
  return NULL;
}

SeedreamImage *
read_picture (const char *path, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  g_autoptr (SeedreamImage) image = NULL;
  g_autoptr (GBytes) bytes = read_whole (path, &wrong);

  if (bytes)
    image = seedream_image_new_from_bytes (bytes, &wrong);
  else
    {
      g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s. Nothing was sent.", wrong->message);
      return NULL;
    }
  if (image)
    {
      Waiting waiting = { 0 };
      waiting_begin (&waiting, 0);
      seedream_image_load_async (image, waiting.cancellable, on_answer, &waiting);
      g_autoptr (GAsyncResult) result = waiting_end (&waiting);
      g_autoptr (GeglBuffer) pixels = seedream_image_load_finish (image, result, &wrong);
    }
  if (!wrong)
    return g_steal_pointer (&image);
  if (g_error_matches (wrong, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return NULL;
    }
  g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s: %s Nothing was sent.", path, wrong->message);
  return NULL;
}

SeedreamImage *
read_input (const char *word, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  if (!g_str_has_prefix (word, "https://") && !g_str_has_prefix (word, "http://"))
    return read_picture (word, error);
  SeedreamImage *image = seedream_image_new_from_uri (word, &wrong);
  if (!image)
    g_set_error (error, wrong->domain, wrong->code, "%s Nothing was sent.", wrong->message);
  return image;
}

/* Why a file that is there cannot be replaced by another of the same name; NULL: it can. A link is replaced, and not
 * followed: somebody else may have put it there. */
static const char *
why_not_to_replace (const char *out)
{
  struct stat there, around;
  g_autofree char *folder = g_path_get_dirname (out);
  if (lstat (out, &there) != 0 || stat (folder, &around) != 0)
    return g_strerror (errno);
  if (g_file_test (out, G_FILE_TEST_IS_DIR))
    return "it is a folder";
  if (!S_ISREG (there.st_mode) && !S_ISLNK (there.st_mode))
    return "it is no file";
  if (access (folder, W_OK | X_OK) != 0 || (S_ISREG (there.st_mode) && access (out, W_OK) != 0))
    return g_strerror (errno);
  /* As in /tmp: who may write into the file may still not take its name. */
  if ((around.st_mode & S_ISVTX) && geteuid () != 0 && geteuid () != there.st_uid && geteuid () != around.st_uid)
    return "it is somebody else's";
  return NULL;
}

gboolean
check_place (const char *out, GError **error)
{
  const int opened = open (out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  const char *trouble = opened >= 0 ? NULL : errno == EEXIST ? why_not_to_replace (out) : g_strerror (errno);
  if (opened >= 0)
    {
      close (opened);
      unlink (out);
    }
  if (!trouble)
    return TRUE;
  g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s cannot be written: %s. Nothing was sent.", out,
               g_file_test (out, G_FILE_TEST_IS_DIR) ? "it is a folder" : trouble);
  return FALSE;
}

static gboolean
has_suffix (const char *out, const char *suffix)
{
  const char *dot = strrchr (out, '.');
  return dot && (g_ascii_strcasecmp (dot + 1, suffix) == 0 ||
                 (strcmp (suffix, "jpg") == 0 && g_ascii_strcasecmp (dot + 1, "jpeg") == 0));
}

/* OUT without its suffix, if that is one of a picture. */
static char *
stem_of (const char *out)
{
  static const char *const suffixes[] = { "png", "jpg", "webp" };
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (has_suffix (out, suffixes[i]))
      return g_strndup (out, (gsize) (strrchr (out, '.') - out));
  return g_strdup (out);
}

/* A new file; an existing one is left alone and the next free name taken. */
static char *
write_new (const char *stem, const char *suffix, GBytes *bytes, GError **error)
{
  for (int i = 0;; i++)
    {
      g_autofree char *path =
        i == 0 ? g_strdup_printf ("%s.%s", stem, suffix) : g_strdup_printf ("%s-%d.%s", stem, i, suffix);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (GError) wrong = NULL;
      g_autoptr (GFileOutputStream) stream = g_file_create (file, G_FILE_CREATE_NONE, NULL, &wrong);
      if (g_error_matches (wrong, G_IO_ERROR, G_IO_ERROR_EXISTS))
        continue;
      if (stream && g_output_stream_write_all (G_OUTPUT_STREAM (stream), g_bytes_get_data (bytes, NULL),
                                               g_bytes_get_size (bytes), NULL, NULL, &wrong) &&
          g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, &wrong))
        return g_steal_pointer (&path);
      g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_FAILED, "%s cannot be written: %s", path, wrong->message);
      return NULL;
    }
}

static char *
write_named (const char *out, GBytes *bytes, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  if (g_file_set_contents (out, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &wrong))
    return g_strdup (out);
  g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_FAILED, "%s cannot be written: %s", out, wrong->message);
  return NULL;
}

char **
write_pictures (SeedreamJob *job, const char *out, gboolean several, GError **error)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autofree char *stem = stem_of (out);
  for (guint i = 0; i < seedream_job_get_n_images (job); i++)
    {
      SeedreamImage *image = seedream_job_get_image (job, i);
      GBytes *bytes = seedream_image_get_bytes (image);
      const char *suffix = seedream_image_get_damaged (image) ? "damaged" : seedream_image_get_suffix (image);
      g_autofree char *numbered = several ? g_strdup_printf ("%s-%u", stem, i + 1) : g_strdup (stem);
      g_autofree char *path = NULL;
      if (seedream_image_get_damaged (image))
        path = write_new (several ? numbered : out, suffix, bytes, error);
      else if (!several && has_suffix (out, suffix))
        path = write_named (out, bytes, error);
      else
        path = write_new (numbered, suffix, bytes, error);
      if (!path)
        return g_strv_builder_end (paths);
      g_strv_builder_add (paths, path);
    }
  return g_strv_builder_end (paths);
}

char **
kept_paths (SeedreamJob *job)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  for (guint i = 0; i < seedream_job_get_n_images (job); i++)
    if (seedream_image_get_path (seedream_job_get_image (job, i)))
      g_strv_builder_add (paths, seedream_image_get_path (seedream_job_get_image (job, i)));
  return g_strv_builder_end (paths);
}

char **
keep_pictures (const Options *options, SeedreamJob *job, GError **error)
{
  const gboolean several = seedream_job_get_count (job) > 1 || seedream_job_get_n_images (job) > 1;
  g_autoptr (GError) unwritten = NULL;
  if (!options->out)
    return kept_paths (job);
  char **paths = write_pictures (job, options->out, several, &unwritten);
  if (unwritten && !*error)
    *error = g_steal_pointer (&unwritten);
  return paths;
}
