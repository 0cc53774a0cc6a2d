/* test-job-streams.c - answers that stream: however they are framed, cut, or broken off by an error. */
#include <check.h>
#include <seedream.h>

#include "support/dots.h"
#include "support/drawing.h"
#include "support/fake-modelark.h"
#include "support/fake-openrouter.h"
#include "support/suite.h"

#define EVENT_STREAM "Content-Type: text/event-stream\r\nX-Generation-Id: gen-1\r\n"

static void
setup (void)
{
  serve ("openrouter");
}

static void
setup_modelark (void)
{
  serve ("modelark");
  modelark_keeps (service);
}

/* Answers the next chat request with a stream of these pieces, up to NULL. */
static void
stream_pieces (const char *const *pieces)
{
  fake_service_begin (service, CHAT, 200, EVENT_STREAM);
  for (gsize i = 0; pieces[i]; i++)
    fake_service_piece (service, CHAT, pieces[i]);
  fake_service_end (service, CHAT);
}

static void
assert_dot_came (Drawing *drawing)
{
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  assert_is_dot (drawing, 0, 0);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  ck_assert_uint_eq (fake_service_count (service, CHAT), 1);
}

/* A text with one part replaced by another everywhere. */
static char *
replaced (const char *text, const char *old, const char *new)
{
  char **parts = g_strsplit (text, old, -1);
  char *joined = g_strjoinv (new, parts);
  g_strfreev (parts);
  return joined;
}

/* Ways to write the same stream. Each replaces up to two parts. */
static const struct
{
  const char *what;
  const char *old, *new;
  const char *old2, *new2;
} framings[] = {
  { "as it comes", "\n", "\n", "x", "x" },
  { "CRLF", "\n", "\r\n", "x", "x" },
  { "CR", "\n", "\r", "x", "x" },
  { "no space", "data: ", "data:", "x", "x" },
  { "CRLF and no space", "data: ", "data:", "\n", "\r\n" },
  { "data in several lines", "\"choices\"", "\ndata: \"choices\"", "x", "x" },
  { "data in several lines, CRLF", "\"choices\"", "\ndata: \"choices\"", "\n", "\r\n" },
  { "names and numbers of events", "data: ", "event: chunk\nid: 7\nretry: 5\ndata: ", "x", "x" },
  { "a comment before every event", "data: ", ": still here\n\ndata: ", "x", "x" },
  { "a comment inside every event", "data: ", ": still here\ndata: ", "x", "x" },
  { "empty events", "\n\n", "\n\ndata:\n\n", "x", "x" },
  { "blanks around the JSON", "data: ", "data:  ", "}\n", "} \n" },
  { "no comment", OPENROUTER_COMMENT, "", "x", "x" },
  { "no usage", OPENROUTER_USAGE, "", "x", "x" },
  { "no [DONE]", OPENROUTER_DONE, "", "x", "x" },
  { "no last empty line", "[DONE]\n\n", "[DONE]\n", "x", "x" },
  { "nothing behind the usage", "data: [DONE]\n\n", "", "0.05}}\n\n", "0.05}}\n" },
  { "no id", "\"id\":\"gen-1\",", "", "x", "x" },
  { "no type of the picture", "\"type\":\"image_url\",", "", "x", "x" },
  { "text beside the picture", "\"content\":\"\"", "\"content\":\"Here you are\"", "x", "x" },
};

static char *
framed (gsize which)
{
  char *stream = openrouter_stream (dots[0]);
  char *once = replaced (stream, framings[which].old, framings[which].new);
  char *twice = replaced (once, framings[which].old2, framings[which].new2);
  g_free (stream);
  g_free (once);
  return twice;
}

START_TEST (a_stream_is_read_however_it_is_framed)
{
  char *stream = framed ((gsize) _i);
  stream_pieces ((const char *[]) { stream, NULL });
  Drawing *drawing = draw (client);
  assert_dot_came (drawing);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "gen-1");
  double cost = strstr (stream, "\"cost\"") ? OPENROUTER_COST : 0.04;
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), cost, 1e-9);
  drawing_free (drawing);
  g_free (stream);
}
END_TEST

/* A server may call its stream something else; then the first bytes must do, and they may come one by one. */
static const char *const labels[] = {
  "Content-Type: text/event-stream\r\n", "Content-Type: TEXT/Event-Stream; charset=utf-8\r\n",
  "Content-Type: application/json\r\n",  "Content-Type: application/octet-stream\r\n",
  "Content-Type: text/html\r\n",         "",
};

START_TEST (a_stream_is_read_in_any_pieces_and_under_any_label)
{
  static const gsize some[] = { 0, 2, 5, 8 };
  char *stream = framed (some[(gsize) _i / G_N_ELEMENTS (labels)]);
  fake_service_begin (service, CHAT, 200, labels[(gsize) _i % G_N_ELEMENTS (labels)]);
  for (gsize at = 0, step; at < strlen (stream); at += step)
    {
      step = at < 60 ? 1 : 11;
      char *piece = g_strndup (stream + at, step);
      fake_service_piece (service, CHAT, piece);
      g_free (piece);
    }
  fake_service_end (service, CHAT);
  Drawing *drawing = draw (client);
  assert_dot_came (drawing);
  drawing_free (drawing);
  g_free (stream);
}
END_TEST

START_TEST (states_and_stages_of_a_stream_are_told_in_their_order)
{
  openrouter_streams (service, 0);
  Drawing *drawing = draw (client);
  assert_dot_came (drawing);
  ck_assert_str_eq (drawing->states->str, "queued running completed");
  ck_assert_str_eq (drawing->stages->str, "uploading queued drawing decoding");
  drawing_free (drawing);
}
END_TEST

/* The service is silent from then on, so only what has come can tell. */
START_TEST (a_stream_is_heard_while_it_comes)
{
  fake_service_begin (service, CHAT, 200, EVENT_STREAM);
  fake_service_piece (service, CHAT, OPENROUTER_COMMENT);
  fake_service_hold (service, CHAT);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  drawing->cancel_at = SEEDREAM_JOB_STATE_RUNNING;
  drawing_run (drawing);
  assert_cancelled (drawing, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "gen-1");
  drawing_free (drawing);
}
END_TEST

/* What follows [DONE] is not waited for. */
START_TEST (a_stream_ends_with_its_last_event)
{
  char *stream = openrouter_stream (dots[0]);
  fake_service_begin (service, CHAT, 200, EVENT_STREAM);
  fake_service_piece (service, CHAT, stream);
  fake_service_hold (service, CHAT);
  Drawing *drawing = draw (client);
  assert_dot_came (drawing);
  drawing_free (drawing);
  g_free (stream);
}
END_TEST

/* Where a stream is cut before the picture. */
static const char *const early_cuts[] = {
  "",
  "\n",
  ": OPENROUTER PRO",
  OPENROUTER_COMMENT,
  OPENROUTER_COMMENT "data: {\"id\":\"gen-1\",\"object\":\"chat.comp",
  OPENROUTER_COMMENT "data: {\"id\":\"gen-1\",\"choices\":[{\"delta\":{\"images\":[{\"image_url\":{\"url\":\"data:image/p",
  OPENROUTER_COMMENT "data: {\"id\":\"gen-1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}}]}\n\n",
};

/* In the middle of an answer, and where it could have ended. */
START_TEST (a_stream_that_is_cut_before_the_picture_is_lost_and_not_asked_again)
{
  fake_service_begin (service, CHAT, 200, EVENT_STREAM);
  fake_service_piece (service, CHAT, early_cuts[_i / 2]);
  if (_i % 2)
    fake_service_end (service, CHAT);
  Drawing *drawing = draw (client);
  ck_assert (!drawing->succeeded);
  assert_ended (drawing, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 0);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  drawing_free (drawing);
}
END_TEST

/* What may come behind the picture instead of the rest. */
static const char *const late_troubles[] = {
  "",
  "data: {\"id\":\"gen-1\",\"cho",
  OPENROUTER_COMMENT,
  "data: this is no JSON\n\n",
  "data: [1,2]\n\n",
  "data: {\"id\":\"gen-1\",\"error\":{\"code\":502,\"message\":\"gone\"},\"choices\":[{\"finish_reason\":\"error\"}]}\n\n",
  "data: {\"id\":\"gen-1\",\"error\":{\"code\":\"server_error\",\"message\":\"gone\"},\"choices\":[]}\n\n",
};

START_TEST (a_picture_is_kept_whatever_comes_behind_it)
{
  char *event = openrouter_event (dots[0]);
  fake_service_begin (service, CHAT, 200, EVENT_STREAM);
  fake_service_piece (service, CHAT, event);
  fake_service_piece (service, CHAT, late_troubles[_i / 2]);
  if (_i % 2)
    fake_service_end (service, CHAT);
  Drawing *drawing = draw (client);
  assert_dot_came (drawing);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 0.04, 1e-9);
  drawing_free (drawing);
  g_free (event);
}
END_TEST

/* Errors that stand in a stream before any picture. */
static const struct
{
  const char *event;
  SeedreamError code;
  SeedreamCharge charged;
  const char *words;
} errors[] = {
  { "{\"error\":{\"code\":502,\"message\":\"Provider disconnected\",\"metadata\":{\"error_type\":"
    "\"provider_unavailable\"}},\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}",
    SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_CHARGE_UNKNOWN, "Provider disconnected" },
  { "{\"error\":{\"code\":\"server_error\",\"message\":\"Oops\"}}", SEEDREAM_ERROR_UNAVAILABLE,
    SEEDREAM_CHARGE_UNKNOWN, "Oops" },
  { "{\"error\":{\"code\":403,\"message\":\"Flagged\",\"metadata\":{\"reasons\":[\"violence\"]}}}",
    SEEDREAM_ERROR_REFUSED, SEEDREAM_CHARGE_NO, "violence" },
  { "{\"error\":{\"code\":402,\"message\":\"Add credits\"}}", SEEDREAM_ERROR_PAY, SEEDREAM_CHARGE_NO, "Add credits" },
  { "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\",\"error\":{\"code\":400,\"message\":\"No\","
    "\"metadata\":{\"error_type\":\"content_policy_violation\"}}}]}",
    SEEDREAM_ERROR_REFUSED, SEEDREAM_CHARGE_NO, "No" },
  { "{\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"I would rather not\"},\"finish_reason\":\"stop\"}]}",
    SEEDREAM_ERROR_REFUSED, SEEDREAM_CHARGE_UNKNOWN, "I would rather not" },
  { "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A pear.\"},\"finish_reason\":\"stop\"}]}",
    SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "without a picture" },
  { "this is no JSON", SEEDREAM_ERROR_BAD_ANSWER, SEEDREAM_CHARGE_UNKNOWN, "without a picture" },
};

START_TEST (an_error_in_a_stream_is_told_and_the_request_not_repeated)
{
  char *event = g_strdup_printf ("data: %s\n\n", errors[_i].event);
  stream_pieces ((const char *[]) { OPENROUTER_COMMENT, event, OPENROUTER_DONE, NULL });
  Drawing *drawing = draw (client);
  assert_failed (drawing, errors[_i].code, SEEDREAM_JOB_STATE_FAILED, errors[_i].charged);
  assert_mentions (drawing->error->message, errors[_i].words);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  ck_assert_double_eq (seedream_job_get_cost (drawing->job), 0);
  drawing_free (drawing);
  g_free (event);
}
END_TEST

/* The error comes at once, whether the connection is closed behind it or not. */
START_TEST (an_error_in_a_stream_is_not_waited_behind)
{
  fake_service_begin (service, CHAT, 200, EVENT_STREAM);
  fake_service_piece (service, CHAT, "data: {\"error\":{\"code\":502,\"message\":\"gone\"}}\n\n");
  fake_service_hold (service, CHAT);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_UNKNOWN);
  drawing_free (drawing);
}
END_TEST

static SeedreamRequest *
request_that_streams (SeedreamStreaming streaming)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  seedream_request_set_stream (request, streaming);
  return request;
}

static const struct
{
  SeedreamStreaming streaming;
  gboolean streams;
} wishes[] = {
  { SEEDREAM_STREAMING_AUTO, TRUE },
  { SEEDREAM_STREAMING_ON, TRUE },
  { SEEDREAM_STREAMING_OFF, FALSE },
};

START_TEST (a_stream_is_asked_for_as_was_wished)
{
  char *answer = wishes[_i].streams ? openrouter_stream (dots[0]) : openrouter_answer (dots[0]);
  fake_service_answer (service, CHAT, 200, wishes[_i].streams ? "text/event-stream" : "application/json", answer);
  Drawing *drawing = drawing_new (client, request_that_streams (wishes[_i].streaming));
  drawing_run (drawing);
  assert_dot_came (drawing);
  ck_assert_int_eq (fake_request_get_boolean (fake_service_request (service, CHAT, 0), "stream"), wishes[_i].streams);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), OPENROUTER_COST, 1e-9);
  drawing_free (drawing);
  g_free (answer);
}
END_TEST

static const char *const media_types[] = { "application/json", "text/event-stream", "text/plain", NULL };

START_TEST (json_is_read_where_a_stream_was_asked_for)
{
  char *answer = openrouter_answer (dots[0]);
  fake_service_answer (service, CHAT, 200, media_types[_i], answer);
  Drawing *drawing = drawing_new (client, request_that_streams (SEEDREAM_STREAMING_ON));
  drawing_run (drawing);
  assert_dot_came (drawing);
  drawing_free (drawing);
  g_free (answer);
}
END_TEST

START_TEST (a_stream_is_read_where_json_was_asked_for)
{
  char *stream = openrouter_stream (dots[0]);
  fake_service_answer (service, CHAT, 200, media_types[_i], stream);
  Drawing *drawing = drawing_new (client, request_that_streams (SEEDREAM_STREAMING_OFF));
  drawing_run (drawing);
  assert_dot_came (drawing);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), OPENROUTER_COST, 1e-9);
  drawing_free (drawing);
  g_free (stream);
}
END_TEST

START_TEST (a_refusal_is_json_though_a_stream_was_asked_for)
{
  fake_service_answer (service, CHAT, 402, "application/json", "{\"error\":{\"code\":402,\"message\":\"Add credits\"}}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_PAY, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "Add credits");
  drawing_free (drawing);
}
END_TEST

/* Nobody can ask for the job later, so it is lost and not resumable. */
START_TEST (a_deadline_in_the_middle_of_a_stream_is_a_lost_answer)
{
  seedream_client_set_timeout (client, 1);
  fake_service_begin (service, CHAT, 200, EVENT_STREAM);
  fake_service_piece (service, CHAT, OPENROUTER_COMMENT);
  fake_service_hold (service, CHAT);
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  drawing_free (drawing);
}
END_TEST

/* Three pictures that belong together, as a stream. */
static Drawing *
group_of_three (void)
{
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "three pears", NULL);
  seedream_request_set_count (request, 3);
  seedream_request_set_group (request, TRUE);
  return drawing_new (client, request);
}

static void
add_event (guint dot)
{
  char *event = modelark_event (service, dot);
  fake_service_piece (service, ARK, event);
  g_free (event);
}

/* The next picture is drawn only after the last one was fetched, so a job that waited for all would wait for ever. */
START_TEST (pictures_are_fetched_while_others_are_drawn)
{
  fake_service_begin (service, ARK, 200, EVENT_STREAM);
  for (guint i = 0; i < 3; i++)
    {
      char *path = g_strdup_printf (ARK_DOT, i);
      fake_service_watch (service, path, fake_service_go_on, service);
      g_free (path);
      add_event (i);
      fake_service_hold (service, ARK);
    }
  fake_service_piece (service, ARK, ARK_COMPLETED ARK_DONE);
  fake_service_end (service, ARK);
  Drawing *drawing = group_of_three ();
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 3);
  for (guint i = 0; i < 3; i++)
    assert_is_dot (drawing, i, i);
  ck_assert_ptr_null (seedream_job_get_missing (drawing->job));
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 0.12, 1e-9);
  ck_assert_uint_eq (fake_service_count (service, ARK), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_picture_that_cannot_be_fetched_is_paid_for_and_does_not_stop_the_next)
{
  fake_service_begin (service, ARK, 200, EVENT_STREAM);
  fake_service_watch (service, "/ark/7.png", fake_service_go_on, service);
  add_event (7);
  fake_service_hold (service, ARK);
  add_event (1);
  fake_service_piece (service, ARK, ARK_COMPLETED ARK_DONE);
  fake_service_end (service, ARK);
  Drawing *drawing = group_of_three ();
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  assert_is_dot (drawing, 0, 1);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 0.08, 1e-9);
  drawing_free (drawing);
}
END_TEST

/* What comes in the place of the second and third picture, and how that is told. */
static const struct
{
  const char *text;
  SeedreamError code;
} halves[] = {
  { "event: image_generation.partial_failed\ndata: {\"type\":\"image_generation.partial_failed\",\"image_index\":1,"
    "\"error\":" ARK_MODERATED "}\n\n" ARK_COMPLETED ARK_DONE,
    SEEDREAM_ERROR_REFUSED },
  { "data: {\"error\":{\"code\":\"InternalServiceError\",\"message\":\"oops\"}}\n\n", SEEDREAM_ERROR_UNAVAILABLE },
  { "data: {\"type\":\"image_gen", SEEDREAM_ERROR_BAD_ANSWER },
  { "data: nonsense\n\n", SEEDREAM_ERROR_BAD_ANSWER },
};

START_TEST (the_pictures_before_a_trouble_are_kept_and_the_trouble_told)
{
  fake_service_begin (service, ARK, 200, EVENT_STREAM);
  add_event (0);
  fake_service_piece (service, ARK, halves[_i].text);
  Drawing *drawing = group_of_three ();
  drawing_run (drawing);
  assert_succeeded (drawing);
  assert_ended (drawing, SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  assert_is_dot (drawing, 0, 0);
  assert_error (seedream_job_get_missing (drawing->job), SEEDREAM_ERROR, halves[_i].code);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), 0.04, 1e-9);
  ck_assert_uint_eq (fake_service_count (service, ARK), 1);
  drawing_free (drawing);
}
END_TEST

START_TEST (a_group_of_which_every_picture_failed_costs_nothing)
{
  char *failed = modelark_failed (0, ARK_MODERATED);
  fake_service_begin (service, ARK, 200, EVENT_STREAM);
  fake_service_piece (service, ARK, failed);
  fake_service_piece (service, ARK, ARK_COMPLETED ARK_DONE);
  fake_service_end (service, ARK);
  Drawing *drawing = group_of_three ();
  drawing_run (drawing);
  assert_failed (drawing, SEEDREAM_ERROR_REFUSED, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "too sensitive");
  drawing_free (drawing);
  g_free (failed);
}
END_TEST

START_TEST (a_picture_inside_an_event_needs_no_download)
{
  char *event = g_strdup_printf ("data: {\"type\":\"image_generation.partial_succeeded\",\"image_index\":0,"
                                 "\"b64_json\":\"%s\"}\n\n",
                                 dots[2]);
  fake_service_begin (service, ARK, 200, EVENT_STREAM);
  fake_service_piece (service, ARK, event);
  fake_service_piece (service, ARK, ARK_COMPLETED);
  fake_service_end (service, ARK);
  Drawing *drawing = drawing_new (client, request_that_streams (SEEDREAM_STREAMING_ON));
  drawing_run (drawing);
  assert_succeeded (drawing);
  assert_is_dot (drawing, 0, 2);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  drawing_free (drawing);
  g_free (event);
}
END_TEST

START_TEST (a_plain_answer_of_modelark_is_read_where_a_stream_was_asked_for)
{
  modelark_draws (service, "012");
  Drawing *drawing = group_of_three ();
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert (fake_request_get_boolean (fake_service_request (service, ARK, 0), "stream"));
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 3);
  drawing_free (drawing);
}
END_TEST

/* What the image API may send where it is asked for a picture: it is always asked for plain JSON. */
START_TEST (the_image_api_may_stream)
{
  char *event = g_strdup_printf ("data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"%s\"}\n\n"
                                 "data: {\"type\":\"image_generation.completed\",\"b64_json\":\"%s\","
                                 "\"usage\":{\"cost\":0.05}}\n\ndata: [DONE]\n\n",
                                 dots[1], dots[0]);
  fake_service_begin (service, IMAGES, 200, EVENT_STREAM);
  fake_service_piece (service, IMAGES, event);
  fake_service_end (service, IMAGES);
  SeedreamClient *other = new_client ("openrouter-images", fake_service_get_url (service));
  seedream_client_set_api_key (other, TEST_KEY);
  Drawing *drawing = draw (other);
  assert_succeeded (drawing);
  ck_assert_uint_eq (seedream_job_get_n_images (drawing->job), 1);
  assert_is_dot (drawing, 0, 0);
  ck_assert_double_eq_tol (seedream_job_get_cost (drawing->job), OPENROUTER_COST, 1e-9);
  ck_assert_str_eq (seedream_job_get_service_id (drawing->job), "gen-1");
  drawing_free (drawing);
  g_object_unref (other);
  g_free (event);
}
END_TEST

static TCase *
case_of_framing (void)
{
  TCase *tcase = tcase_create ("framing");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_loop_test (tcase, a_stream_is_read_however_it_is_framed, 0, G_N_ELEMENTS (framings));
  tcase_add_loop_test (tcase, a_stream_is_read_in_any_pieces_and_under_any_label, 0,
                       4 * G_N_ELEMENTS (labels));
  tcase_add_test (tcase, states_and_stages_of_a_stream_are_told_in_their_order);
  tcase_add_test (tcase, a_stream_is_heard_while_it_comes);
  tcase_add_test (tcase, a_stream_ends_with_its_last_event);
  tcase_add_loop_test (tcase, a_stream_is_asked_for_as_was_wished, 0, G_N_ELEMENTS (wishes));
  tcase_add_loop_test (tcase, json_is_read_where_a_stream_was_asked_for, 0, G_N_ELEMENTS (media_types));
  tcase_add_loop_test (tcase, a_stream_is_read_where_json_was_asked_for, 0, G_N_ELEMENTS (media_types));
  tcase_add_test (tcase, a_refusal_is_json_though_a_stream_was_asked_for);
  tcase_add_test (tcase, the_image_api_may_stream);
  return tcase;
}

static TCase *
case_of_trouble (void)
{
  TCase *tcase = tcase_create ("trouble");
  tcase_add_checked_fixture (tcase, setup, stop_serving);
  tcase_add_loop_test (tcase, a_stream_that_is_cut_before_the_picture_is_lost_and_not_asked_again, 0,
                       2 * G_N_ELEMENTS (early_cuts));
  tcase_add_loop_test (tcase, a_picture_is_kept_whatever_comes_behind_it, 0, 2 * G_N_ELEMENTS (late_troubles));
  tcase_add_loop_test (tcase, an_error_in_a_stream_is_told_and_the_request_not_repeated, 0, G_N_ELEMENTS (errors));
  tcase_add_test (tcase, an_error_in_a_stream_is_not_waited_behind);
  tcase_add_test (tcase, a_deadline_in_the_middle_of_a_stream_is_a_lost_answer);
  return tcase;
}

static TCase *
case_of_groups (void)
{
  TCase *tcase = tcase_create ("groups");
  tcase_add_checked_fixture (tcase, setup_modelark, stop_serving);
  tcase_add_test (tcase, pictures_are_fetched_while_others_are_drawn);
  tcase_add_test (tcase, a_picture_that_cannot_be_fetched_is_paid_for_and_does_not_stop_the_next);
  tcase_add_loop_test (tcase, the_pictures_before_a_trouble_are_kept_and_the_trouble_told, 0, G_N_ELEMENTS (halves));
  tcase_add_test (tcase, a_group_of_which_every_picture_failed_costs_nothing);
  tcase_add_test (tcase, a_picture_inside_an_event_needs_no_download);
  tcase_add_test (tcase, a_plain_answer_of_modelark_is_read_where_a_stream_was_asked_for);
  return tcase;
}

int
main (void)
{
  Suite *suite = suite_create ("job-streams");
  suite_add_tcase (suite, case_of_framing ());
  suite_add_tcase (suite, case_of_trouble ());
  suite_add_tcase (suite, case_of_groups ());
  return run_suite (suite);
}
