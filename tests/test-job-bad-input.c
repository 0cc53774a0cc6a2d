/* test-job-bad-input.c - everything that a service may send instead of what was asked for, from every service: each
 * gives one typed error and the truth about the money, sends one create and leaves nothing half done. */
#include <check.h>
#include <seedream.h>
#include <string.h>

#include "support/dots.h"
#include "support/drawing.h"
#include "support/fake-contracts.h"
#include "support/fake-imarouter.h"
#include "support/fake-openrouter.h"
#include "support/suite.h"

#define MIB (1 << 20)

/* The service that the test is about. */
static const Contract *its;

static void
be (gsize which)
{
  its = &contracts[which];
  serve (its->provider);
  /* None of these needs any patience. */
  set_patience (client, 25);
  contract_takes (its, service);
}

static const char *
place (void)
{
  return contract_place (its);
}

static void
say (const char *type, const char *text)
{
  fake_service_answer (service, place (), 200, type, text);
}

/* The answer that nothing is wrong with. */
static char *
good (void)
{
  return contract_answer (its, dots[0]);
}

static void
say_picture (const char *base64)
{
  char *text = contract_answer (its, base64);
  say ("application/json", text);
  g_free (text);
}

static void
say_cut_json (void)
{
  char *text = good ();
  text[strlen (text) / 2] = 0;
  say ("application/json", text);
  g_free (text);
}

static void
say_json_without_its_end (void)
{
  char *text = good ();
  text[strlen (text) - 1] = 0;
  say ("application/json", text);
  g_free (text);
}

static void
say_cut_base64 (void)
{
  char *base64 = g_strndup (dots[0], strlen (dots[0]) / 2 / 4 * 4 + 3);
  say_picture (base64);
  g_free (base64);
}

static void
say_base64_of_half_a_picture (void)
{
  char *base64 = g_strndup (dots[0], strlen (dots[0]) / 2 / 4 * 4);
  say_picture (base64);
  g_free (base64);
}

static void
say_base64_with_foreign_signs (void)
{
  char *base64 = g_strdup (dots[0]);
  base64[40] = '*';
  say_picture (base64);
  g_free (base64);
}

static void
say_text_as_picture (void)
{
  say_picture ("dGhpcyBpcyBubyBwaWN0dXJl");
}

static void
say_too_many_pixels (void)
{
  /* A PNG's header that claims 20000 by 20000 pixels. */
  say_picture ("iVBORw0KGgoAAAANSUhEUgAATiAAAE4gCAIAAABsEtFuAAAAAElFTkSuQmCC");
}

static void
say_html (void)
{
  say ("text/html", "<!DOCTYPE html><html><h1>Bad gateway</h1></html>");
}

static void
say_nothing (void)
{
  say ("application/json", "");
}

static void
say_no_content (void)
{
  fake_service_answer (service, place (), 204, NULL, "");
}

static void
say_null (void)
{
  say ("application/json", "null");
}

static void
say_a_list (void)
{
  say ("application/json", "[1,2,3]");
}

static void
say_deep_json (void)
{
  char *text = g_strnfill (1000000, '[');
  say ("application/json", text);
  g_free (text);
}

static void
say_latin1 (void)
{
  fake_service_answer (service, place (), 200, "application/json; charset=iso-8859-1", "{\"a\":\"\xe4pfel\"}");
}

static void
say_utf16 (void)
{
  char *text = good ();
  gsize size = 0;
  char *wide = g_convert (text, -1, "UTF-16", "UTF-8", NULL, &size, NULL);
  GBytes *bytes = g_bytes_new_take (wide, size);
  fake_service_answer_bytes (service, place (), "application/json; charset=utf-16", bytes);
  g_bytes_unref (bytes);
  g_free (text);
}

static void
say_empty (void)
{
  say ("application/json", its->empty);
}

/* More than the cap of 256 MiB, a mebibyte at a time. */
static void
say_too_much (void)
{
  char *blanks = g_strnfill (MIB, ' ');
  GBytes *piece = g_bytes_new_take (blanks, MIB);
  fake_service_begin (service, place (), 200, "Content-Type: application/json\r\n");
  for (int i = 0; i < 257; i++)
    fake_service_piece_bytes (service, place (), piece);
  g_bytes_unref (piece);
}

static GBytes *
packed (const char *text, gsize size, gsize times)
{
  GConverter *packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  GOutputStream *memory = g_memory_output_stream_new_resizable ();
  GOutputStream *stream = g_converter_output_stream_new (memory, packer);
  for (gsize i = 0; i < times; i++)
    g_output_stream_write_all (stream, text, size, NULL, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  GBytes *bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
  g_object_unref (stream);
  g_object_unref (memory);
  g_object_unref (packer);
  return bytes;
}

static void
say_cut_gzip (void)
{
  char *text = good ();
  GBytes *whole = packed (text, strlen (text), 1), *half = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (whole) / 2);
  fake_service_answer_whole (service, place (), 200, "application/json", "Content-Encoding", "gzip", half);
  g_bytes_unref (half);
  g_bytes_unref (whole);
  g_free (text);
}

/* More than the cap packed into a quarter of a mebibyte. */
static void
say_too_much_packed (void)
{
  char *blanks = g_strnfill (MIB, ' ');
  GBytes *bytes = packed (blanks, MIB, 257);
  fake_service_answer_whole (service, place (), 200, "application/json", "Content-Encoding", "gzip", bytes);
  g_bytes_unref (bytes);
  g_free (blanks);
}

/* A dot with so much behind it that it is as large as this, in base64. */
static char *
padded (gsize size)
{
  GBytes *dot = read_dot (0);
  guchar *data = g_malloc0 (size);
  memcpy (data, g_bytes_get_data (dot, NULL), g_bytes_get_size (dot));
  char *base64 = g_base64_encode (data, size);
  g_free (data);
  g_bytes_unref (dot);
  return base64;
}

static void
say_too_large_a_picture (void)
{
  char *base64 = padded (65 * MIB);
  say_picture (base64);
  g_free (base64);
}

static void
keep_too_large_a_picture (void)
{
  gsize size = 65 * MIB;
  GBytes *bytes = g_bytes_new_take (g_malloc0 (size), size);
  char *url = g_strconcat (fake_service_get_url (service), PICTURE, NULL), *text = contract_points (its, url);
  fake_service_answer_bytes (service, PICTURE, "image/png", bytes);
  say ("application/json", text);
  g_free (text);
  g_free (url);
  g_bytes_unref (bytes);
}

static void
keep_html (void)
{
  char *url = g_strconcat (fake_service_get_url (service), PICTURE, NULL), *text = contract_points (its, url);
  fake_service_answer (service, PICTURE, 200, "text/html", "<html>Please sign in</html>");
  say ("application/json", text);
  g_free (text);
  g_free (url);
}

static void
point_to_a_file (void)
{
  char *text = contract_points (its, "file:///etc/passwd");
  say ("application/json", text);
  g_free (text);
}

#define UNREADABLE SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_UNKNOWN
#define DRAWN      SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES
#define LOST       SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN

static const struct
{
  void (*say) (void);
  SeedreamError code;
  SeedreamJobState state;
  SeedreamCharge charged;
  guint n_damaged; /* pictures that are kept as they came */
  const char *words;
} cases[] = {
  { say_cut_json, UNREADABLE, 0, "not JSON" },
  { say_json_without_its_end, UNREADABLE, 0, "not JSON" },
  { say_html, UNREADABLE, 0, "not JSON" },
  { say_nothing, UNREADABLE, 0, "not JSON" },
  { say_no_content, UNREADABLE, 0, "not JSON" },
  { say_null, UNREADABLE, 0, "not JSON" },
  { say_a_list, UNREADABLE, 0, "not JSON" },
  { say_deep_json, UNREADABLE, 0, "not JSON" },
  { say_latin1, UNREADABLE, 0, "not JSON" },
  { say_utf16, UNREADABLE, 0, "not JSON" },
  { say_cut_gzip, UNREADABLE, 0, "not JSON" },
  { say_empty, UNREADABLE, 0, "picture" },
  { say_cut_base64, DRAWN, 0, "" },
  { say_base64_with_foreign_signs, DRAWN, 0, "" },
  { say_base64_of_half_a_picture, DRAWN, 1, "no picture that can be read" },
  { say_text_as_picture, DRAWN, 1, "no picture that can be read" },
  { say_too_many_pixels, DRAWN, 1, "no picture that can be read" },
  { say_too_large_a_picture, DRAWN, 1, "no picture that can be read" },
  { keep_too_large_a_picture, DRAWN, 0, "64 MiB" },
  { keep_html, DRAWN, 1, "no picture that can be read" },
  { point_to_a_file, DRAWN, 0, "address" },
  { say_too_much, SEEDREAM_ERROR_BAD_ANSWER, LOST, 0, "256 MiB" },
  { say_too_much_packed, SEEDREAM_ERROR_BAD_ANSWER, LOST, 0, "256 MiB" },
};

static void
assert_one_create (void)
{
  ck_assert_uint_eq (fake_service_count (service, its->create), 1);
}

static void
assert_damaged (Drawing *drawing, guint n)
{
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), n);
  for (guint i = 0; i < n; i++)
    {
      SeedreamImage *image = seedream_job_get_image (drawing->job, i);
      ck_assert (seedream_image_get_damaged (image));
      ck_assert_ptr_nonnull (seedream_image_get_bytes (image));
    }
}

START_TEST (bad_input_is_one_typed_error_and_one_create)
{
  const gsize which = (gsize) _i % G_N_ELEMENTS (cases);
  be ((gsize) _i / G_N_ELEMENTS (cases));
  cases[which].say ();
  Drawing *drawing = draw (client);
  assert_failed (drawing, cases[which].code, cases[which].state, cases[which].charged);
  assert_mentions (drawing->error->message, cases[which].words);
  assert_not_mentions (drawing->error->message, "<h");
  assert_one_create ();
  assert_damaged (drawing, cases[which].n_damaged);
  drawing_free (drawing);
}
END_TEST

/* In the order of the contracts. */
static const SeedreamError errors_inside[N_CONTRACTS] = { SEEDREAM_ERROR_REFUSED, SEEDREAM_ERROR_REFUSED,
                                                          SEEDREAM_ERROR_PAY, SEEDREAM_ERROR_PAY,
                                                          SEEDREAM_ERROR_REFUSED };

START_TEST (an_error_inside_a_success_is_told)
{
  be ((gsize) _i);
  say ("application/json", its->error);
  Drawing *drawing = draw (client);
  assert_failed (drawing, errors_inside[_i], SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "no pears");
  assert_one_create ();
  drawing_free (drawing);
}
END_TEST

/* What a server says of its answer is not believed. */
static const char *const labels[] = {
  "application/json",       "application/json; charset=iso-8859-1", "text/html",  "text/plain; charset=utf-16",
  "application/x-nonsense", "text/event-stream",                    "image/png", NULL,
};

static void
assert_dot_comes (void)
{
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  assert_is_dot (drawing, 0, 0);
  assert_one_create ();
  drawing_free (drawing);
}

START_TEST (a_wrong_media_type_does_no_harm)
{
  be ((gsize) _i / G_N_ELEMENTS (labels));
  char *text = good ();
  say (labels[(gsize) _i % G_N_ELEMENTS (labels)], text);
  assert_dot_comes ();
  g_free (text);
}
END_TEST

START_TEST (a_packed_answer_is_unpacked)
{
  be ((gsize) _i);
  char *text = good ();
  GBytes *bytes = packed (text, strlen (text), 1);
  fake_service_answer_whole (service, place (), 200, "application/json", "Content-Encoding", "gzip", bytes);
  assert_dot_comes ();
  g_bytes_unref (bytes);
  g_free (text);
}
END_TEST

START_TEST (blanks_around_an_answer_do_no_harm)
{
  be ((gsize) _i);
  char *text = good (), *spaced = g_strconcat ("\r\n\n \t", text, "\n\n", NULL);
  say ("application/json", spaced);
  assert_dot_comes ();
  g_free (spaced);
  g_free (text);
}
END_TEST

/* The key belongs to the service's root, so nobody else is asked. */
static const guint redirects[] = { 301, 302, 303, 307, 308 };

START_TEST (a_redirect_of_the_service_itself_is_not_followed)
{
  be ((gsize) _i / G_N_ELEMENTS (redirects));
  FakeService *elsewhere = fake_service_new ();
  char *location = g_strconcat (fake_service_get_url (elsewhere), place (), NULL), *text = good ();
  fake_service_answer (elsewhere, place (), 200, "application/json", text);
  fake_service_answer_with (service, place (), redirects[(gsize) _i % G_N_ELEMENTS (redirects)], "Location", location,
                            "");
  Drawing *drawing = draw (client);
  ck_assert (!drawing->succeeded);
  assert_ended (drawing, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count_all (elsewhere), 0);
  ck_assert_uint_eq (fake_service_count (service, place ()), 1);
  assert_one_create ();
  drawing_free (drawing);
  fake_service_free (elsewhere);
  g_free (location);
  g_free (text);
}
END_TEST

/* A key that may stand in an error is taken out of it, whoever says it. */
START_TEST (a_key_inside_an_error_is_not_shown)
{
  be ((gsize) _i);
  char *text = g_strdup_printf ("{\"error\":{\"code\":401,\"message\":\"" TEST_KEY " is unknown, " TEST_KEY "!\"}}");
  fake_service_answer (service, place (), 401, "application/json", text);
  Drawing *drawing = draw (client);
  assert_error (drawing->error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN);
  assert_not_mentions (drawing->error->message, TEST_KEY);
  assert_mentions (drawing->error->message, "is unknown");
  drawing_free (drawing);
  g_free (text);
}
END_TEST

/* Those that have jobs. */
START_TEST (a_job_without_an_id_cannot_be_asked_for)
{
  its = &contracts[_i];
  serve (its->provider);
  fake_service_answer (service, its->create, 200, "application/json", "{\"status\":\"queued\"}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_UNKNOWN);
  assert_mentions (drawing->error->message, "id");
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_state_that_nobody_knows_is_waited_out)
{
  be ((gsize) _i);
  say ("application/json", "{\"task_id\":\"j1\",\"id\":\"j1\",\"status\":\"pondering\"}");
  say_picture (dots[0]);
  assert_dot_comes ();
}
END_TEST

static char *
event_of (const char *base64)
{
  char *event = openrouter_event (base64);
  ck_assert_uint_gt (strlen (event), 64 * MIB);
  return event;
}

START_TEST (a_line_of_64_mebibytes_brings_its_picture)
{
  char *base64 = padded (48 * MIB), *event = event_of (base64);
  be (2);
  fake_service_begin (service, CHAT, 200, "Content-Type: text/event-stream\r\n");
  fake_service_piece (service, CHAT, event);
  fake_service_piece (service, CHAT, OPENROUTER_STOP OPENROUTER_DONE);
  fake_service_end (service, CHAT);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  SeedreamImage *image = seedream_job_get_image (drawing->job, 0);
  ck_assert_uint_eq (g_bytes_get_size (seedream_image_get_bytes (image)), 48 * MIB);
  ck_assert_int_eq (seedream_image_get_width (image), 16);
  assert_one_create ();
  drawing_free (drawing);
  g_free (event);
  g_free (base64);
}
END_TEST

START_TEST (a_stream_over_the_limit_is_broken_off)
{
  char *blanks = g_strnfill (MIB, ':');
  GBytes *piece = g_bytes_new_take (blanks, MIB);
  be (2);
  fake_service_begin (service, CHAT, 200, "Content-Type: text/event-stream\r\n");
  for (int i = 0; i < 257; i++)
    fake_service_piece_bytes (service, CHAT, piece);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  assert_mentions (drawing->error->message, "256 MiB");
  assert_one_create ();
  drawing_free (drawing);
  g_bytes_unref (piece);
}
END_TEST

int
main (void)
{
  const int n = N_CONTRACTS;
  Suite *suite = suite_create ("job-bad-input");
  TCase *tcase = tcase_create ("bad input");
  tcase_add_checked_fixture (tcase, NULL, stop_serving);
  tcase_add_loop_test (tcase, bad_input_is_one_typed_error_and_one_create, 0, n * (int) G_N_ELEMENTS (cases));
  tcase_add_loop_test (tcase, an_error_inside_a_success_is_told, 0, n);
  tcase_add_loop_test (tcase, a_wrong_media_type_does_no_harm, 0, n * (int) G_N_ELEMENTS (labels));
  tcase_add_loop_test (tcase, a_packed_answer_is_unpacked, 0, n);
  tcase_add_loop_test (tcase, blanks_around_an_answer_do_no_harm, 0, n);
  tcase_add_loop_test (tcase, a_redirect_of_the_service_itself_is_not_followed, 0, n * (int) G_N_ELEMENTS (redirects));
  tcase_add_loop_test (tcase, a_key_inside_an_error_is_not_shown, 0, n);
  tcase_add_loop_test (tcase, a_job_without_an_id_cannot_be_asked_for, 0, N_POLLED);
  tcase_add_loop_test (tcase, a_state_that_nobody_knows_is_waited_out, 0, N_POLLED);
  tcase_add_test (tcase, a_line_of_64_mebibytes_brings_its_picture);
  tcase_add_test (tcase, a_stream_over_the_limit_is_broken_off);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
