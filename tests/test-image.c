/* test-image.c - a picture from bytes or pixels, and reading it whole. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/files.h"
#include "support/suite.h"

static const struct
{
  const char *file, *type, *suffix;
  int width, height;
} photos[] = {
  { "photos/astronaut.png", "image/png", "png", 512, 512 },
  { "photos/chelsea.png", "image/png", "png", 451, 300 },
  { "photos/coffee.png", "image/png", "png", 600, 400 },
  { "photos/rocket.jpg", "image/jpeg", "jpg", 640, 427 },
};

START_TEST (a_photograph_is_known_by_its_bytes)
{
  SeedreamImage *image = new_image (photos[_i].file);
  ck_assert_str_eq (seedream_image_get_media_type (image), photos[_i].type);
  ck_assert_str_eq (seedream_image_get_suffix (image), photos[_i].suffix);
  ck_assert_int_eq (seedream_image_get_width (image), photos[_i].width);
  ck_assert_int_eq (seedream_image_get_height (image), photos[_i].height);
  ck_assert (!seedream_image_get_damaged (image));
  GBytes *bytes = read_test_file (photos[_i].file);
  ck_assert (g_bytes_equal (bytes, seedream_image_get_bytes (image)));
  g_bytes_unref (bytes);
  g_assert_finalize_object (image);
}
END_TEST

static const char *const garbage[] = {
  "",
  "x",
  "not a picture at all",
  "\x89PNG\r\n\x1a\n",
  "\x89PNG\r\n\x1a\n12345678",
  "\xff\xd8\xff\xe0 and nothing more",
  "RIFF....WEBP....",
  "GIF89a..............",
  "<svg xmlns='http://www.w3.org/2000/svg'/>",
};

START_TEST (garbage_is_no_picture)
{
  GBytes *bytes = g_bytes_new_static (garbage[_i], strlen (garbage[_i]));
  GError *error = NULL;
  ck_assert_ptr_null (seedream_image_new_from_bytes (bytes, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  ck_assert_ptr_null (seedream_image_new_from_bytes (bytes, NULL));
  g_error_free (error);
  g_bytes_unref (bytes);
}
END_TEST

typedef struct
{
  GMainLoop *loop;
  GeglBuffer *buffer;
  GError *error;
} Loading;

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Loading *loading = data;
  loading->buffer = seedream_image_load_finish (SEEDREAM_IMAGE (source), result, &loading->error);
  ck_assert_msg (!loading->buffer == !!loading->error, "pixels and an error, or neither");
  g_main_loop_quit (loading->loop);
}

static Loading
load (SeedreamImage *image, GCancellable *cancellable)
{
  Loading loading = { g_main_loop_new (NULL, FALSE), NULL, NULL };
  seedream_image_load_async (image, cancellable, on_loaded, &loading);
  g_main_loop_run (loading.loop);
  g_main_loop_unref (loading.loop);
  return loading;
}

START_TEST (a_whole_photograph_is_read)
{
  SeedreamImage *image = new_image (photos[_i].file);
  Loading loading = load (image, NULL);
  ck_assert_ptr_null (loading.error);
  ck_assert_int_eq (gegl_buffer_get_width (loading.buffer), photos[_i].width);
  ck_assert_int_eq (gegl_buffer_get_height (loading.buffer), photos[_i].height);
  Loading again = load (image, NULL);
  ck_assert_ptr_eq (again.buffer, loading.buffer);
  g_object_unref (again.buffer);
  g_object_unref (loading.buffer);
  g_object_unref (image);
}
END_TEST

START_TEST (half_a_photograph_is_damaged)
{
  GBytes *whole = read_test_file (photos[_i].file);
  GBytes *half = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
  SeedreamImage *image = seedream_image_new_from_bytes (half, NULL);
  ck_assert_ptr_nonnull (image);
  Loading loading = load (image, NULL);
  assert_error (loading.error, SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER);
  g_error_free (loading.error);
  g_object_unref (image);
  g_bytes_unref (half);
  g_bytes_unref (whole);
}
END_TEST

START_TEST (a_cancelled_load_brings_no_pixels)
{
  SeedreamImage *image = new_image ("photos/coffee.png");
  GCancellable *cancellable = g_cancellable_new ();
  g_cancellable_cancel (cancellable);
  Loading loading = load (image, cancellable);
  ck_assert_ptr_null (loading.buffer);
  assert_error (loading.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_error_free (loading.error);
  g_object_unref (cancellable);
  g_object_unref (image);
}
END_TEST

START_TEST (an_image_of_pixels_gives_them_back)
{
  gegl_init (NULL, NULL);
  GeglBuffer *buffer = gegl_buffer_new (GEGL_RECTANGLE (-3, 5, 40, 30), babl_format ("RGBA float"));
  SeedreamImage *image = seedream_image_new_from_buffer (buffer);
  ck_assert_int_eq (seedream_image_get_width (image), 40);
  ck_assert_int_eq (seedream_image_get_height (image), 30);
  ck_assert_ptr_null (seedream_image_get_bytes (image));
  ck_assert_ptr_null (seedream_image_get_media_type (image));
  ck_assert_ptr_null (seedream_image_get_suffix (image));
  ck_assert (!seedream_image_get_damaged (image));
  Loading loading = load (image, NULL);
  ck_assert_ptr_eq (loading.buffer, buffer);
  g_object_unref (loading.buffer);
  g_assert_finalize_object (image);
  g_assert_finalize_object (buffer);
}
END_TEST

static const char *const web_addresses[] = {
  "https://example.org/cat.png",
  "http://example.org/cat.png",
  "https://example.org:8443/a%20b/cat?size=2#top",
  "https://[2001:db8::1]/cat.png",
  "HTTPS://example.org/",
};

/* Nothing is fetched, so nothing is known. */
START_TEST (an_image_at_an_address_stays_there)
{
  GError *error = NULL;
  SeedreamImage *image = seedream_image_new_from_uri (web_addresses[_i], &error);
  ck_assert_msg (image && !error, "%s", error ? error->message : web_addresses[_i]);
  ck_assert_str_eq (seedream_image_get_uri (image), web_addresses[_i]);
  ck_assert_ptr_null (seedream_image_get_bytes (image));
  ck_assert_ptr_null (seedream_image_get_media_type (image));
  ck_assert_ptr_null (seedream_image_get_suffix (image));
  ck_assert_int_eq (seedream_image_get_width (image), 0);
  ck_assert_int_eq (seedream_image_get_height (image), 0);
  ck_assert_msg (!seedream_image_get_damaged (image), "it is elsewhere, not damaged");
  g_assert_finalize_object (image);
}
END_TEST

START_TEST (an_image_at_an_address_has_no_pixels_here)
{
  SeedreamImage *image = seedream_image_new_from_uri (web_addresses[0], NULL);
  Loading loading = load (image, NULL);
  assert_error (loading.error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_mentions (loading.error->message, web_addresses[0]);
  g_error_free (loading.error);
  g_object_unref (image);
}
END_TEST

static const char *const no_addresses[] = {
  "",
  "cat.png",
  "/home/me/cat.png",
  "file:///home/me/cat.png",
  "ftp://example.org/cat.png",
  "data:image/png;base64,AAAA",
  "javascript:alert(1)",
  "https://",
  "https:///cat.png",
  "https:cat.png",
  "https://example.org:99999/",
  "https://exa mple.org/",
  "https://example.org/%zz",
  "https://example.org/\r\nX-Evil: 1",
  "https://me:secret@example.org/cat.png",
};

START_TEST (what_is_no_web_address_is_refused)
{
  GError *error = NULL;
  SeedreamImage *image = seedream_image_new_from_uri (no_addresses[_i], &error);
  ck_assert_msg (!image, "number %d was taken", _i);
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  ck_assert_ptr_null (seedream_image_new_from_uri (no_addresses[_i], NULL));
  g_error_free (error);
}
END_TEST

START_TEST (an_address_is_written_plainly)
{
  SeedreamImage *image = seedream_image_new_from_uri ("https://example.org/k\xc3\xa4tzchen\"{1}.png", NULL);
  ck_assert_ptr_nonnull (image);
  ck_assert_str_eq (seedream_image_get_uri (image), "https://example.org/k%C3%A4tzchen%22%7B1%7D.png");
  g_object_unref (image);
}
END_TEST

START_TEST (an_image_that_is_here_has_no_address)
{
  SeedreamImage *image = new_image ("photos/chelsea.png");
  ck_assert_ptr_null (seedream_image_get_uri (image));
  g_object_unref (image);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("image");
  TCase *tcase = tcase_create ("image");
  tcase_add_loop_test (tcase, a_photograph_is_known_by_its_bytes, 0, G_N_ELEMENTS (photos));
  tcase_add_loop_test (tcase, garbage_is_no_picture, 0, G_N_ELEMENTS (garbage));
  tcase_add_loop_test (tcase, a_whole_photograph_is_read, 0, G_N_ELEMENTS (photos));
  tcase_add_loop_test (tcase, half_a_photograph_is_damaged, 0, G_N_ELEMENTS (photos));
  tcase_add_test (tcase, a_cancelled_load_brings_no_pixels);
  tcase_add_test (tcase, an_image_of_pixels_gives_them_back);
  tcase_add_loop_test (tcase, an_image_at_an_address_stays_there, 0, G_N_ELEMENTS (web_addresses));
  tcase_add_test (tcase, an_image_at_an_address_has_no_pixels_here);
  tcase_add_loop_test (tcase, what_is_no_web_address_is_refused, 0, G_N_ELEMENTS (no_addresses));
  tcase_add_test (tcase, an_address_is_written_plainly);
  tcase_add_test (tcase, an_image_that_is_here_has_no_address);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
