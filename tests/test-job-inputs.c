/* test-job-inputs.c - what an edit and a composition send of the pictures they are given. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/fake-contracts.h"
#include "support/fake-imarouter.h"
#include "support/files.h"
#include "support/suite.h"

static void
setup (void)
{
  gegl_init (NULL, NULL);
  serve ("sandbox");
}

static GBytes *
decode (const char *url, const char *type)
{
  char *head = g_strdup_printf ("data:%s;base64,", type);
  ck_assert_msg (g_str_has_prefix (url, head), "%.40s", url);
  gsize size = 0;
  guchar *data = g_base64_decode (url + strlen (head), &size);
  g_free (head);
  return g_bytes_new_take (data, size);
}

static void
assert_url_is_file (const char *url, const char *type, const char *file)
{
  GBytes *sent = decode (url, type), *bytes = read_test_file (file);
  ck_assert (g_bytes_equal (sent, bytes));
  g_bytes_unref (sent);
  g_bytes_unref (bytes);
}

START_TEST (an_edit_sends_its_file_to_the_last_byte)
{
  imarouter_draws (service, EDIT);
  Drawing *drawing =
    drawing_new (client, new_request (SEEDREAM_OPERATION_EDIT, "wear a hat", "photos/astronaut.png", NULL));
  drawing_run (drawing);
  assert_succeeded (drawing);
  const FakeRequest *create = fake_service_request (service, EDIT, 0);
  char *url = fake_request_get_text (create, "imageUrl");
  assert_url_is_file (url, "image/png", "photos/astronaut.png");
  ck_assert (!fake_request_has (create, "imageUrls"));
  ck_assert_ptr_null (seedream_job_get_notes (drawing->job)[0]);
  drawing_free (drawing);
  g_free (url);
}
END_TEST

/* Nobody said a size, so the one nearest to the picture is asked for, and told where its shape is another. */
static const struct
{
  const char *file, *size, *note; /* note: NULL for none */
} automatic[] = {
  { "photos/astronaut.png", "square", NULL },
  { "photos/chelsea.png", "landscape_4_3", "2304×1728" },
};

START_TEST (an_edit_asks_for_the_size_nearest_to_its_picture)
{
  imarouter_draws (service, EDIT);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_EDIT, "a hat", automatic[_i].file, NULL));
  drawing_run (drawing);
  assert_succeeded (drawing);
  char *size = fake_request_get_text (fake_service_request (service, EDIT, 0), "imageSize");
  ck_assert_str_eq (size, automatic[_i].size);
  const char *note = seedream_job_get_notes (drawing->job)[0];
  ck_assert_int_eq (note != NULL, automatic[_i].note != NULL);
  if (note)
    assert_mentions (note, automatic[_i].note);
  drawing_free (drawing);
  g_free (size);
}
END_TEST

START_TEST (a_composition_sends_its_files_in_their_order)
{
  imarouter_draws (service, COMPOSE);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_COMPOSE, "image 1 in image 2",
                                                       "photos/chelsea.png", "photos/rocket.jpg", NULL));
  drawing_run (drawing);
  assert_succeeded (drawing);
  const FakeRequest *create = fake_service_request (service, COMPOSE, 0);
  char **urls = fake_request_get_texts (create, "imageUrls");
  ck_assert_uint_eq (g_strv_length (urls), 2);
  assert_url_is_file (urls[0], "image/png", "photos/chelsea.png");
  assert_url_is_file (urls[1], "image/jpeg", "photos/rocket.jpg");
  ck_assert (!fake_request_has (create, "imageUrl"));
  ck_assert_msg (!fake_request_has (create, "imageSize"), "only an edit has a picture to be like");
  drawing_free (drawing);
  g_strfreev (urls);
}
END_TEST

START_TEST (the_fraction_of_an_upload_grows)
{
  imarouter_draws (service, EDIT);
  Drawing *drawing =
    drawing_new (client, new_request (SEEDREAM_OPERATION_EDIT, "wear a hat", "photos/astronaut.png", NULL));
  drawing_run (drawing);
  assert_succeeded (drawing);
  double last = drawing_last_fraction (drawing, SEEDREAM_STAGE_UPLOADING);
  ck_assert_double_gt (last, 0);
  ck_assert_double_lt (last, 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (fourteen_pictures_are_one_composition)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_COMPOSE, "all of them", NULL);
  SeedreamImage *image = new_image ("photos/chelsea.png");
  for (int i = 0; i < 14; i++)
    seedream_request_add_image (request, image);
  imarouter_draws (service, COMPOSE);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  char **urls = fake_request_get_texts (fake_service_request (service, COMPOSE, 0), "imageUrls");
  ck_assert_uint_eq (g_strv_length (urls), 14);
  drawing_free (drawing);
  g_object_unref (image);
  g_strfreev (urls);
}
END_TEST

/* A buffer whose corner is not at the origin, as a layer's is not. */
static GeglBuffer *
new_pixels (guint8 *pixels, gsize size)
{
  for (gsize i = 0; i < size; i++)
    pixels[i] = (guint8) (i * 37 + i / 7);
  GeglBuffer *buffer = gegl_buffer_new (GEGL_RECTANGLE (-20, 30, 32, 16), babl_format ("R'G'B'A u8"));
  gegl_buffer_set (buffer, NULL, 0, babl_format ("R'G'B'A u8"), pixels, GEGL_AUTO_ROWSTRIDE);
  return buffer;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer buffer)
{
  *(GeglBuffer **) buffer = seedream_image_load_finish (SEEDREAM_IMAGE (source), result, NULL);
}

/* The pixels in @bytes, 32 by 16 of them. */
static void
read_pixels (GBytes *bytes, guint8 *pixels)
{
  SeedreamImage *image = seedream_image_new_from_bytes (bytes, NULL);
  GeglBuffer *buffer = NULL;
  seedream_image_load_async (image, NULL, on_loaded, &buffer);
  while (!buffer)
    g_main_context_iteration (NULL, TRUE);
  ck_assert_int_eq (gegl_buffer_get_width (buffer), 32);
  ck_assert_int_eq (gegl_buffer_get_height (buffer), 16);
  gegl_buffer_get (buffer, NULL, 1, babl_format ("R'G'B'A u8"), pixels, GEGL_AUTO_ROWSTRIDE, GEGL_ABYSS_NONE);
  g_object_unref (buffer);
  g_object_unref (image);
}

START_TEST (a_buffer_is_sent_as_a_png_of_the_same_pixels)
{
  guint8 drawn[32 * 16 * 4], sent[32 * 16 * 4];
  GeglBuffer *buffer = new_pixels (drawn, sizeof drawn);
  SeedreamImage *image = seedream_image_new_from_buffer (buffer);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_EDIT, "brighter", NULL);
  seedream_request_add_image (request, image);
  imarouter_draws (service, EDIT);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  char *url = fake_request_get_text (fake_service_request (service, EDIT, 0), "imageUrl");
  GBytes *png = decode (url, "image/png");
  read_pixels (png, sent);
  ck_assert_mem_eq (sent, drawn, sizeof drawn);
  drawing_free (drawing);
  g_bytes_unref (png);
  g_free (url);
  g_assert_finalize_object (image);
  g_assert_finalize_object (buffer);
}
END_TEST

/* As it is, beside one that is here: nothing is fetched, and no size is asked for that nobody knows. */
START_TEST (an_address_is_sent_and_not_fetched)
{
  SeedreamImage *image = seedream_image_new_from_uri ("https://example.org/cat.png?size=2", NULL);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_COMPOSE, "both", "photos/chelsea.png", NULL);
  seedream_request_add_image (request, image);
  imarouter_draws (service, COMPOSE);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  const FakeRequest *create = fake_service_request (service, COMPOSE, 0);
  char **urls = fake_request_get_texts (create, "imageUrls");
  assert_url_is_file (urls[0], "image/png", "photos/chelsea.png");
  ck_assert_str_eq (urls[1], "https://example.org/cat.png?size=2");
  ck_assert_ptr_null (seedream_job_get_notes (drawing->job)[0]);
  drawing_free (drawing);
  g_strfreev (urls);
  g_object_unref (image);
}
END_TEST

START_TEST (every_service_is_sent_an_address_as_it_is)
{
  const Contract *its = &contracts[_i];
  SeedreamClient *other = new_client (its->provider, fake_service_get_url (service));
  SeedreamImage *image = seedream_image_new_from_uri ("https://example.org/cat.png", NULL);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_EDIT, "a hat", NULL);
  seedream_client_set_api_key (other, TEST_KEY);
  seedream_request_add_image (request, image);
  contract_draws (its, service, 0);
  if (_i == 0)
    imarouter_draws (service, EDIT);
  Drawing *drawing = drawing_new (other, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  const FakeRequest *create = fake_service_request (service, _i == 0 ? EDIT : its->create, 0);
  ck_assert (fake_request_mentions (create, "\"https://example.org/cat.png\""));
  ck_assert (!fake_request_mentions (create, "base64"));
  drawing_free (drawing);
  g_object_unref (image);
  g_object_unref (other);
}
END_TEST

START_TEST (a_request_may_be_changed_after_the_job_is_made)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  imarouter_draws (service, GENERATE);
  Drawing *drawing = drawing_new (client, g_object_ref (request));
  seedream_request_set_count (request, 4);
  g_assert_finalize_object (request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  const FakeRequest *create = fake_service_request (service, GENERATE, 0);
  ck_assert_int_eq (fake_request_get_integer (create, "numImages"), 1);
  drawing_free (drawing);
}
END_TEST

/* A header of 40 megapixels and nothing behind it: too large to be passed on, so it would have to be read. */
static SeedreamImage *
new_damaged (void)
{
  static const guint8 header[] = { 137, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0,
                                   0x1F, 0x40, 0, 0, 0x13, 0x88, 8, 2, 0, 0, 0, 0xB3, 0x88, 0xCC, 0x0E,
                                   0, 0, 0, 0, 'I', 'D', 'A', 'T', 0x35, 0xAF, 0x06, 0x1E };
  GBytes *bytes = g_bytes_new_static (header, sizeof header);
  SeedreamImage *image = seedream_image_new_from_bytes (bytes, NULL);
  ck_assert_ptr_nonnull (image);
  g_bytes_unref (bytes);
  return image;
}

START_TEST (a_damaged_input_that_must_be_scaled_is_refused_before_sending)
{
  SeedreamImage *image = new_damaged ();
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_EDIT, "brighter", NULL);
  seedream_request_add_image (request, image);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  ck_assert (!drawing->succeeded);
  assert_ended (drawing, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  /* The file is the caller's, so it is the request that is wrong and not the service's answer. */
  assert_error (drawing->error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  ck_assert_uint_eq (fake_service_count_all (service), 0);
  drawing_free (drawing);
  g_object_unref (image);
}
END_TEST

/* What a job would send, asked for beforehand. */

typedef struct
{
  GMainLoop *loop;
  SeedreamImage *image;
  GError *error;
} Prepared;

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  Prepared *prepared = data;
  prepared->image = seedream_model_prepare_image_finish (SEEDREAM_MODEL (source), result, &prepared->error);
  ck_assert_int_eq (prepared->image == NULL, prepared->error != NULL);
  g_main_loop_quit (prepared->loop);
}

static SeedreamImage *
prepare (const char *provider, SeedreamImage *image, GCancellable *cancellable, GError **error)
{
  Prepared prepared = { g_main_loop_new (NULL, FALSE), NULL, NULL };
  SeedreamModel *model = seedream_provider_lookup_model (seedream_provider_lookup (provider), NULL);
  seedream_model_prepare_image_async (model, image, cancellable, on_prepared, &prepared);
  g_main_loop_run (prepared.loop);
  g_main_loop_unref (prepared.loop);
  if (prepared.error)
    g_propagate_error (error, prepared.error);
  return prepared.image;
}

/* Pixels that no codec makes small. */
static SeedreamImage *
new_noise (int width, int height, const char *format)
{
  const Babl *pixels = babl_format (format);
  const gsize size = (gsize) width * (gsize) height * (gsize) babl_format_get_bytes_per_pixel (pixels);
  guint8 *noise = g_malloc (size);
  guint32 state = 1;
  for (gsize i = 0; i < size; i++)
    noise[i] = (guint8) ((state = state * 1664525 + 1013904223) >> 24);
  GeglBuffer *buffer = gegl_buffer_new (GEGL_RECTANGLE (-20, 30, width, height), pixels);
  gegl_buffer_set (buffer, NULL, 0, pixels, noise, GEGL_AUTO_ROWSTRIDE);
  SeedreamImage *image = seedream_image_new_from_buffer (buffer);
  g_object_unref (buffer);
  g_free (noise);
  return image;
}

/* Either a file or pixels; @scaled: more or fewer of them are sent. */
static const struct
{
  const char *file;
  int width, height;
  const char *format, *type;
  gboolean scaled;
} inputs[] = {
  { "photos/rocket.jpg", 640, 427, NULL, "image/jpeg", FALSE },
  { NULL, 300, 200, "R'G'B'A u8", "image/png", FALSE },
  { NULL, 300, 200, "RGB float", "image/png", FALSE },
  { NULL, 1900, 1900, "R'G'B' u8", "image/jpeg", FALSE },
  { NULL, 2000, 1500, "R'G'B'A u8", "image/png", TRUE },
  { NULL, 20, 10, "Y' u8", "image/png", TRUE }, /* a side is below the least */
};

START_TEST (what_would_be_sent_is_what_a_job_sends)
{
  GError *error = NULL;
  SeedreamImage *image =
    inputs[_i].file ? new_image (inputs[_i].file) : new_noise (inputs[_i].width, inputs[_i].height, inputs[_i].format);
  SeedreamImage *prepared = prepare ("sandbox", image, NULL, &error);
  ck_assert_msg (prepared != NULL, "%s", error ? error->message : "");
  ck_assert_str_eq (seedream_image_get_media_type (prepared), inputs[_i].type);
  ck_assert (!seedream_image_get_damaged (prepared));
  ck_assert_int_eq (seedream_image_get_width (prepared) != inputs[_i].width, inputs[_i].scaled);
  ck_assert_int_eq (seedream_image_get_height (prepared) != inputs[_i].height, inputs[_i].scaled);

  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_EDIT, "brighter", NULL);
  seedream_request_add_image (request, image);
  imarouter_draws (service, EDIT);
  Drawing *drawing = drawing_new (client, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  char *url = fake_request_get_text (fake_service_request (service, EDIT, 0), "imageUrl");
  GBytes *sent = decode (url, inputs[_i].type);
  ck_assert (g_bytes_equal (seedream_image_get_bytes (prepared), sent));
  SeedreamImage *arrived = seedream_image_new_from_bytes (sent, NULL);
  ck_assert_int_eq (seedream_image_get_width (prepared), seedream_image_get_width (arrived));
  ck_assert_int_eq (seedream_image_get_height (prepared), seedream_image_get_height (arrived));
  drawing_free (drawing);
  g_bytes_unref (sent);
  g_free (url);
  g_object_unref (arrived);
  g_object_unref (image);
  g_assert_finalize_object (prepared);
}
END_TEST

START_TEST (every_service_is_sent_what_would_be_sent)
{
  const Contract *its = &contracts[_i];
  SeedreamClient *other = new_client (its->provider, fake_service_get_url (service));
  SeedreamImage *image = new_noise (40, 20, "R'G'B'A u8"), *prepared = prepare (its->provider, image, NULL, NULL);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_EDIT, "a hat", NULL);
  seedream_client_set_api_key (other, TEST_KEY);
  seedream_request_add_image (request, image);
  contract_draws (its, service, 0);
  if (_i == 0)
    imarouter_draws (service, EDIT);
  Drawing *drawing = drawing_new (other, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  gsize size = 0;
  gconstpointer data = g_bytes_get_data (seedream_image_get_bytes (prepared), &size);
  char *base64 = g_base64_encode (data, size);
  ck_assert (fake_request_mentions (fake_service_request (service, _i == 0 ? EDIT : its->create, 0), base64));
  drawing_free (drawing);
  g_free (base64);
  g_object_unref (prepared);
  g_object_unref (image);
  g_object_unref (other);
}
END_TEST

START_TEST (of_an_address_nothing_else_would_be_sent)
{
  SeedreamImage *image = seedream_image_new_from_uri ("https://example.org/cat.png", NULL);
  SeedreamImage *prepared = prepare ("sandbox", image, NULL, NULL);
  ck_assert_str_eq (seedream_image_get_uri (prepared), "https://example.org/cat.png");
  ck_assert_ptr_null (seedream_image_get_bytes (prepared));
  ck_assert_uint_eq (fake_service_count_all (service), 0);
  g_object_unref (prepared);
  g_assert_finalize_object (image);
}
END_TEST

START_TEST (a_preparation_that_is_cancelled_brings_nothing)
{
  GError *error = NULL;
  GCancellable *cancellable = g_cancellable_new ();
  SeedreamImage *image = new_noise (40, 20, "R'G'B' u8");
  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (prepare ("sandbox", image, cancellable, &error));
  assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_object_unref (image);
  g_object_unref (cancellable);
}
END_TEST

START_TEST (an_image_lives_while_it_is_prepared)
{
  Prepared prepared = { g_main_loop_new (NULL, FALSE), NULL, NULL };
  SeedreamModel *model = seedream_provider_lookup_model (seedream_provider_lookup ("sandbox"), NULL);
  SeedreamImage *image = new_noise (40, 20, "R'G'B' u8");
  seedream_model_prepare_image_async (model, image, NULL, on_prepared, &prepared);
  g_object_unref (image);
  g_main_loop_run (prepared.loop);
  g_main_loop_unref (prepared.loop);
  ck_assert_int_eq (seedream_image_get_width (prepared.image), 40);
  g_object_unref (prepared.image);
}
END_TEST

/* One that must be read and cannot, and one of too many pixels that is too narrow to be scaled. */
START_TEST (a_picture_that_cannot_be_sent_is_reported)
{
  GError *error = NULL;
  SeedreamImage *image = _i == 0 ? new_damaged () : new_noise (15, 2500000, "Y' u8");
  ck_assert_ptr_null (prepare ("sandbox", image, NULL, &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  g_clear_error (&error);
  g_object_unref (image);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("job-inputs");
  TCase *tcase = tcase_create ("inputs");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_test (tcase, an_edit_sends_its_file_to_the_last_byte);
  tcase_add_loop_test (tcase, an_edit_asks_for_the_size_nearest_to_its_picture, 0, G_N_ELEMENTS (automatic));
  tcase_add_test (tcase, a_composition_sends_its_files_in_their_order);
  tcase_add_test (tcase, the_fraction_of_an_upload_grows);
  tcase_add_test (tcase, fourteen_pictures_are_one_composition);
  tcase_add_test (tcase, a_buffer_is_sent_as_a_png_of_the_same_pixels);
  tcase_add_test (tcase, an_address_is_sent_and_not_fetched);
  tcase_add_loop_test (tcase, every_service_is_sent_an_address_as_it_is, 0, N_CONTRACTS);
  tcase_add_test (tcase, a_request_may_be_changed_after_the_job_is_made);
  tcase_add_test (tcase, a_damaged_input_that_must_be_scaled_is_refused_before_sending);
  tcase_add_loop_test (tcase, what_would_be_sent_is_what_a_job_sends, 0, G_N_ELEMENTS (inputs));
  tcase_add_loop_test (tcase, every_service_is_sent_what_would_be_sent, 0, N_CONTRACTS);
  tcase_add_test (tcase, of_an_address_nothing_else_would_be_sent);
  tcase_add_test (tcase, a_preparation_that_is_cancelled_brings_nothing);
  tcase_add_test (tcase, an_image_lives_while_it_is_prepared);
  tcase_add_loop_test (tcase, a_picture_that_cannot_be_sent_is_reported, 0, 2);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
