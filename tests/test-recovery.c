/* test-recovery.c - what programs leave behind when they are killed is taken up by the next: once, honestly, and within
 * what the user rules. The programs that are killed are this one, run again; see main(). */
#include <check.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <seedream.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/drawing.h"
#include "support/fake-imarouter.h"
#include "support/fake-modelark.h"
#include "support/fake-openrouter.h"
#include "support/files.h"
#include "support/record.h"
#include "support/suite.h"

#define PLENTY 600 /* seconds */

static const char *program; /* this one */
static char *folder;
static SeedreamHistory *history;

static SeedreamHistory *
open_history (void)
{
  GError *error = NULL;
  SeedreamHistory *opened = seedream_history_new (folder, &error);
  ck_assert_msg (opened && !error, "%s", error ? error->message : "no history");
  return opened;
}

static SeedreamClient *
new_protected_client (const char *provider)
{
  SeedreamClient *made = new_client (provider, fake_service_get_url (service));
  seedream_client_set_api_key (made, TEST_KEY);
  seedream_client_set_history (made, history);
  /* Where a recovery looks for keys; and the sandbox is none that a program has started. */
  g_setenv ("ARK_API_KEY", TEST_KEY, TRUE);
  g_setenv ("IMAROUTER_API_KEY", TEST_KEY, TRUE);
  g_setenv ("SEEDREAM_SANDBOX_URL", fake_service_get_url (service), TRUE);
  return made;
}

static void
setup (void)
{
  folder = g_dir_make_tmp ("seedream-recovery-XXXXXX", NULL);
  service = fake_service_new ();
  history = open_history ();
  client = new_protected_client ("sandbox");
}

static void
teardown (void)
{
  g_assert_finalize_object (client);
  g_object_unref (history);
  fake_service_free (service);
  remove_tree (folder);
  g_free (folder);
}

/* Waits for what happens. */

static void
wait_until (const gboolean *happened)
{
  while (!*happened)
    g_main_context_iteration (NULL, TRUE);
}

static void
note (gpointer happened)
{
  *(gboolean *) happened = TRUE;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer slot)
{
  (void) source;
  *(GAsyncResult **) slot = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **slot)
{
  while (!*slot)
    g_main_context_iteration (NULL, TRUE);
  return *slot;
}

/* What the history has. */

static GPtrArray *
query (const char *words, SeedreamHistoryFilter filter, SeedreamJob *before, guint limit)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  seedream_history_query_async (history, words, filter, before, limit, NULL, on_answer, &result);
  GPtrArray *jobs = seedream_history_query_finish (history, wait_for (&result), &error);
  ck_assert_msg (jobs && !error, "%s", error ? error->message : "no jobs");
  g_object_unref (result);
  return jobs;
}

static guint
count (SeedreamHistoryFilter filter)
{
  GPtrArray *jobs = query (NULL, filter, NULL, 100);
  const guint n = jobs->len;
  g_ptr_array_unref (jobs);
  return n;
}

/* The only job there is. */
static SeedreamJob *
only_job (void)
{
  GPtrArray *jobs = query (NULL, SEEDREAM_HISTORY_FILTER_ALL, NULL, 100);
  ck_assert_uint_eq (jobs->len, 1);
  SeedreamJob *job = g_object_ref (jobs->pdata[0]);
  g_ptr_array_unref (jobs);
  return job;
}

static char *
only_id (void)
{
  SeedreamJob *job = only_job ();
  char *id = g_strdup (seedream_job_get_id (job));
  g_object_unref (job);
  return id;
}

static void
assert_only (SeedreamJobState state, SeedreamCharge charged, guint n_images)
{
  SeedreamJob *job = only_job ();
  ck_assert_int_eq (seedream_job_get_state (job), state);
  ck_assert_int_eq (seedream_job_get_charged (job), charged);
  ck_assert_uint_eq (seedream_job_get_n_images (job), n_images);
  g_object_unref (job);
}

/* It has not ended, and nobody has it in hand; a worker may for a moment more. */
static void
assert_is_left (void)
{
  gboolean attended = TRUE;
  while (attended)
    {
      SeedreamJob *job = only_job ();
      ck_assert_int_le (seedream_job_get_state (job), SEEDREAM_JOB_STATE_RUNNING);
      attended = seedream_job_get_attended (job);
      g_object_unref (job);
    }
}

static char **
try_recover (guint seconds, GCancellable *cancellable, GError **error)
{
  GAsyncResult *result = NULL;
  seedream_history_recover_async (history, seconds, cancellable, on_answer, &result);
  char **ids = seedream_history_recover_finish (history, wait_for (&result), error);
  g_object_unref (result);
  return ids;
}

/* How many jobs it has changed. */
static guint
recover (guint seconds)
{
  GError *error = NULL;
  char **ids = try_recover (seconds, NULL, &error);
  ck_assert_msg (ids && !error, "%s", error ? error->message : "no ids");
  const guint n = g_strv_length (ids);
  g_strfreev (ids);
  return n;
}

/* Calls that only succeed or fail. */

typedef gboolean (*Finish) (SeedreamHistory *, GAsyncResult *, GError **);

static void
finish (GAsyncResult **result, Finish take)
{
  GError *error = NULL;
  ck_assert_msg (take (history, wait_for (result), &error) && !error, "%s", error ? error->message : "no success");
  g_clear_object (result);
}

static void
set_rules (gboolean keeps_history, double budget)
{
  GAsyncResult *result = NULL;
  SeedreamRules *rules = seedream_rules_new ();
  seedream_rules_set_keeps_history (rules, keeps_history);
  seedream_rules_set_monthly_budget (rules, budget);
  seedream_history_set_rules_async (history, rules, NULL, on_answer, &result);
  g_object_unref (rules);
  finish (&result, seedream_history_set_rules_finish);
}

static void
deliver (const char *id)
{
  GAsyncResult *result = NULL;
  seedream_history_deliver_async (history, id, NULL, on_answer, &result);
  finish (&result, seedream_history_deliver_finish);
}

static void
star (const char *id, gboolean starred)
{
  GAsyncResult *result = NULL;
  seedream_history_star_async (history, id, starred, NULL, on_answer, &result);
  finish (&result, seedream_history_star_finish);
}

static void
cancel (const char *id)
{
  GAsyncResult *result = NULL;
  seedream_history_cancel_async (history, id, NULL, on_answer, &result);
  finish (&result, seedream_history_cancel_finish);
}

static GBytes *
thumbnail_of (const char *id)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  seedream_history_load_thumbnail_async (history, id, NULL, on_answer, &result);
  GBytes *bytes = seedream_history_load_thumbnail_finish (history, wait_for (&result), &error);
  ck_assert_msg (!error, "%s", error ? error->message : "");
  g_object_unref (result);
  return bytes;
}

static GBytes *
attachment_of (const char *id, const char *name)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  seedream_history_lookup_attachment_async (history, id, name, NULL, on_answer, &result);
  GBytes *bytes = seedream_history_lookup_attachment_finish (history, wait_for (&result), &error);
  ck_assert_msg (!error, "%s", error ? error->message : "");
  g_object_unref (result);
  return bytes;
}

/* The only total of all times and services. */
static void
assert_spent (double cost, double uncertain)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  seedream_history_sum_up_async (history, SEEDREAM_PERIOD_ALL, FALSE, NULL, on_answer, &result);
  GPtrArray *totals = seedream_history_sum_up_finish (history, wait_for (&result), &error);
  ck_assert_msg (totals && !error, "%s", error ? error->message : "no totals");
  ck_assert_uint_eq (totals->len, 1);
  ck_assert_double_eq_tol (seedream_total_get_cost (totals->pdata[0]), cost, 1e-9);
  ck_assert_double_eq_tol (seedream_total_get_uncertain (totals->pdata[0]), uncertain, 1e-9);
  g_ptr_array_unref (totals);
  g_object_unref (result);
}

/* Other programs. */

/* @does: see main(). @said: what comes when it has done that, or NULL */
static GPid
start (const char *does, const char *provider, int *said)
{
  GPid pid = 0;
  GError *error = NULL;
  const char *argv[] = { program, does, folder, fake_service_get_url (service), provider, NULL };
  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL, said, NULL,
                            &error);
  ck_assert_msg (!error, "%s", error ? error->message : "");
  return pid;
}

static void
end_at_once (GPid pid)
{
  ck_assert_int_eq (kill (pid, SIGKILL), 0);
  ck_assert_int_eq (waitpid (pid, NULL, 0), pid);
}

/* A program draws and is killed as it asks for @path. */
static void
leave_behind (const char *provider, const char *path)
{
  gboolean asked = FALSE;
  fake_service_watch (service, path, note, &asked);
  const GPid pid = start ("draw", provider, NULL);
  wait_until (&asked);
  fake_service_watch (service, path, NULL, NULL);
  end_at_once (pid);
}

static void
on_exit_status (GPid pid, int status, gpointer slot)
{
  (void) pid;
  ck_assert_msg (WIFEXITED (status), "a program ended with %x", status);
  *(int *) slot = WEXITSTATUS (status);
}

/* The service as it is later: it knows nothing of before. */
static void
restart_service (void)
{
  const guint16 port = fake_service_get_port (service);
  fake_service_free (service);
  service = fake_service_new_on_port (port);
}

static void
keep_completed (void)
{
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
}

static void
leave_sandbox_job (void)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  leave_behind ("sandbox", JOB);
}

static void
assert_has_the_cat (SeedreamJob *job)
{
  ck_assert_uint_eq (seedream_job_get_n_images (job), 1);
  GBytes *expected = read_test_file ("photos/chelsea.png");
  ck_assert (g_bytes_equal (seedream_image_get_bytes (seedream_job_get_image (job, 0)), expected));
  g_bytes_unref (expected);
}

START_TEST (a_job_that_was_left_behind_brings_its_picture)
{
  leave_sandbox_job ();
  SeedreamJob *job = only_job ();
  ck_assert_int_le (seedream_job_get_state (job), SEEDREAM_JOB_STATE_RUNNING);
  ck_assert (!seedream_job_get_attended (job));
  ck_assert_str_eq (seedream_job_get_service_id (job), "j1");
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ACTIVE), 1);

  keep_completed ();
  char **ids = try_recover (PLENTY, NULL, NULL);
  ck_assert_uint_eq (g_strv_length (ids), 1);
  ck_assert_str_eq (ids[0], seedream_job_get_id (job));
  g_strfreev (ids);
  g_object_unref (job);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  job = only_job ();
  assert_has_the_cat (job);
  ck_assert (!seedream_job_get_late (job));
  g_object_unref (job);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ACTIVE), 0);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_WAITING), 1);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);

  const guint asked = fake_service_count_all (service);
  ck_assert_uint_eq (recover (PLENTY), 0);
  ck_assert_uint_eq (fake_service_count_all (service), asked);
}
END_TEST

/* Its address is written down before it is fetched. */
START_TEST (a_picture_that_was_on_its_way_is_fetched)
{
  imarouter_takes (service, GENERATE);
  imarouter_completes (service, PICTURE, NULL);
  fake_service_stall (service, PICTURE);
  leave_behind ("sandbox", PICTURE);
  restart_service ();
  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 0);
}
END_TEST

START_TEST (of_a_service_without_jobs_nobody_knows_what_became)
{
  fake_service_stall (service, CHAT);
  leave_behind ("openrouter", CHAT);
  /* Whoever looks at it sees it so, also before it is written down. */
  assert_only (SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN, 0);
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN, 0);
  SeedreamJob *job = only_job ();
  assert_error (seedream_job_get_error (job), SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE);
  assert_mentions (seedream_job_get_error (job)->message, "may have been charged");
  g_object_unref (job);
  assert_spent (0, 0.04);
  ck_assert_uint_eq (recover (PLENTY), 0);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
}
END_TEST

/* It came with the answer, and the program died before it told anybody. */
START_TEST (a_picture_that_is_here_already_completes_its_job)
{
  SeedreamClient *chat = new_protected_client ("openrouter");
  openrouter_streams (service, 0);
  Drawing *drawing = draw (chat);
  assert_succeeded (drawing);
  drawing_free (drawing);
  g_object_unref (chat);
  change_record (folder, "UPDATE job SET state = 2, charged = 2, cost_usd = 0");
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
}
END_TEST

START_TEST (programs_that_recover_at_once_take_up_each_job_once)
{
  int n[4];
  leave_sandbox_job ();
  fake_service_stall (service, CHAT);
  leave_behind ("openrouter", CHAT);
  keep_completed ();
  for (guint i = 0; i < G_N_ELEMENTS (n); i++)
    {
      n[i] = -1;
      g_child_watch_add (start ("recover", "", NULL), on_exit_status, &n[i]);
    }
  int sum = 0;
  for (guint i = 0; i < G_N_ELEMENTS (n); i++)
    {
      while (n[i] < 0)
        g_main_context_iteration (NULL, TRUE);
      sum += n[i];
    }
  ck_assert_int_eq (sum, 2);
  ck_assert_uint_eq (fake_service_count (service, PICTURE), 1);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
  ck_assert_uint_eq (fake_service_count (service, CHAT), 1);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ACTIVE), 0);
}
END_TEST

START_TEST (a_job_that_somebody_attends_to_is_left_alone)
{
  gboolean asked = FALSE;
  imarouter_takes (service, GENERATE);
  fake_service_stall (service, JOB);
  fake_service_watch (service, JOB, note, &asked);
  const GPid pid = start ("draw", "sandbox", NULL);
  wait_until (&asked);
  SeedreamJob *job = only_job ();
  ck_assert (seedream_job_get_attended (job));
  ck_assert_uint_eq (recover (PLENTY), 0);
  ck_assert_uint_eq (fake_service_count_all (service), 2);

  GError *error = NULL;
  GAsyncResult *result = NULL;
  seedream_history_forget_async (history, seedream_job_get_id (job), NULL, on_answer, &result);
  ck_assert (!seedream_history_forget_finish (history, wait_for (&result), &error));
  assert_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  g_clear_error (&error);
  g_object_unref (result);
  g_object_unref (job);

  fake_service_watch (service, JOB, NULL, NULL);
  end_at_once (pid);
  restart_service ();
  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
}
END_TEST

static gboolean
on_said (int fd, GIOCondition condition, gpointer happened)
{
  char told;
  (void) condition;
  ck_assert_int_eq (read (fd, &told, 1), 1);
  note (happened);
  return G_SOURCE_REMOVE;
}

START_TEST (a_cancelled_picture_that_was_paid_for_comes_late)
{
  gboolean cancelled = FALSE;
  int said = -1;
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  const GPid pid = start ("draw-and-cancel", "sandbox", &said);
  g_unix_fd_add (said, G_IO_IN, on_said, &cancelled);
  wait_until (&cancelled);
  end_at_once (pid);
  close (said);
  assert_only (SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, 0);

  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  SeedreamJob *job = only_job ();
  ck_assert (seedream_job_get_late (job));
  assert_has_the_cat (job);
  ck_assert_ptr_null (seedream_job_get_error (job));
  g_object_unref (job);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 1);
}
END_TEST

static void
leave_modelark_picture (void)
{
  modelark_draws (service, "0");
  fake_service_stall (service, "/ark/0.png");
  leave_behind ("modelark", "/ark/0.png");
}

START_TEST (a_picture_at_an_address_is_fetched_in_time)
{
  leave_modelark_picture ();
  SeedreamJob *job = only_job ();
  const gint64 left = seedream_job_get_expires (job) - g_get_real_time ();
  ck_assert_int_gt (left, G_TIME_SPAN_HOUR * 23);
  ck_assert_int_le (left, G_TIME_SPAN_HOUR * 24);
  g_object_unref (job);
  restart_service ();
  modelark_keeps (service);
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  ck_assert_uint_eq (fake_service_count (service, ARK), 0);
  job = only_job ();
  ck_assert_int_eq (seedream_job_get_expires (job), 0);
  g_object_unref (job);
}
END_TEST

START_TEST (of_a_picture_whose_address_has_expired_it_is_told_until_when_it_was_there)
{
  leave_modelark_picture ();
  change_record (folder, "UPDATE picture SET told = told - 90000000000");
  SeedreamJob *job = only_job ();
  GDateTime *end = g_date_time_new_from_unix_local (seedream_job_get_expires (job) / G_USEC_PER_SEC);
  char *hour = g_date_time_format (end, "%x %H:%M");
  ck_assert_int_lt (seedream_job_get_expires (job), g_get_real_time ());
  g_object_unref (job);

  restart_service ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES, 0);
  job = only_job ();
  assert_mentions (seedream_job_get_error (job)->message, hour);
  assert_mentions (seedream_job_get_error (job)->message, "HTTP 404");
  g_object_unref (job);
  ck_assert_uint_eq (recover (PLENTY), 0);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  g_date_time_unref (end);
  g_free (hour);
}
END_TEST

/* Nobody listens there. */
START_TEST (a_job_waits_for_a_network_that_is_down)
{
  leave_sandbox_job ();
  const guint16 port = fake_service_get_port (service);
  fake_service_free (service);
  ck_assert_uint_eq (recover (1), 0);
  assert_is_left ();

  service = fake_service_new_on_port (port);
  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  ck_assert_uint_eq (fake_service_count (service, GENERATE), 0);
}
END_TEST

/* As above, but it was started by the program that has died. */
START_TEST (a_service_that_ended_with_its_program_has_lost_its_jobs)
{
  leave_sandbox_job ();
  const guint16 port = fake_service_get_port (service);
  fake_service_free (service);
  g_unsetenv ("SEEDREAM_SANDBOX_URL");
  ck_assert_uint_eq (recover (1), 1);
  assert_only (SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN, 0);
  service = fake_service_new_on_port (port);
}
END_TEST

START_TEST (a_job_waits_for_a_key_that_is_taken)
{
  leave_sandbox_job ();
  restart_service ();
  fake_service_answer (service, JOB, 401, "application/json", "{\"error\":\"who are you?\"}");
  ck_assert_uint_eq (recover (PLENTY), 0);
  assert_is_left ();
  restart_service ();
  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
}
END_TEST

static void
move_record (const char *base_url)
{
  char *sql = g_strdup_printf ("UPDATE job SET base_url = '%s'", base_url);
  change_record (folder, sql);
  g_free (sql);
}

/* Whoever writes the file would have every key. */
START_TEST (a_key_goes_to_no_address_that_the_record_alone_tells)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  leave_behind ("imarouter", JOB);
  FakeService *other = fake_service_new ();
  move_record (fake_service_get_url (other));
  ck_assert_uint_eq (recover (PLENTY), 0);
  assert_is_left ();
  ck_assert_uint_eq (fake_service_count_all (other), 0);
  fake_service_free (other);

  move_record (fake_service_get_url (service));
  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
}
END_TEST

START_TEST (another_key_goes_where_the_environment_says_alone)
{
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  leave_behind ("imarouter", JOB);
  const guint asked = fake_service_count_all (service);
  g_setenv ("IMAROUTER_API_KEY", "another", TRUE);
  ck_assert_uint_eq (recover (PLENTY), 0);
  assert_is_left ();
  ck_assert_uint_eq (fake_service_count_all (service), asked);

  g_setenv ("IMAROUTER_BASE_URL", fake_service_get_url (service), TRUE);
  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  g_unsetenv ("IMAROUTER_BASE_URL");
}
END_TEST

START_TEST (a_job_that_the_service_has_refused_meanwhile_is_told_so)
{
  leave_sandbox_job ();
  restart_service ();
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"failed\",\"error\":\"too rude\"}");
  ck_assert_uint_eq (recover (PLENTY), 1);
  SeedreamJob *job = only_job ();
  ck_assert_int_eq (seedream_job_get_state (job), SEEDREAM_JOB_STATE_FAILED);
  assert_mentions (seedream_job_get_error (job)->message, "too rude");
  g_object_unref (job);
  ck_assert_uint_eq (recover (PLENTY), 0);
}
END_TEST

static void
cancel_it (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

/* The loop variable: before it begins, or when the service is asked. */
START_TEST (a_recovery_that_is_cancelled_leaves_the_rest_for_another_time)
{
  GError *error = NULL;
  GCancellable *cancellable = g_cancellable_new ();
  leave_sandbox_job ();
  restart_service ();
  fake_service_stall (service, JOB);
  if (_i == 0)
    g_cancellable_cancel (cancellable);
  else
    fake_service_watch (service, JOB, cancel_it, cancellable);
  ck_assert_ptr_null (try_recover (PLENTY, cancellable, &error));
  assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ACTIVE), 1);

  /* What it has asked for already it waits for, behind it. */
  restart_service ();
  keep_completed ();
  while (recover (PLENTY) == 0 && count (SEEDREAM_HISTORY_FILTER_WAITING) == 0)
    g_main_context_iteration (NULL, FALSE);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  g_clear_error (&error);
  g_object_unref (cancellable);
}
END_TEST

/* It is under way in this very program, and the wish comes from another. */
START_TEST (a_job_is_cancelled_while_it_is_recovered)
{
  GAsyncResult *recovered = NULL;
  gboolean asked = FALSE;
  leave_sandbox_job ();
  fake_service_watch (service, JOB, note, &asked);
  seedream_history_recover_async (history, PLENTY, NULL, on_answer, &recovered);
  wait_until (&asked);
  char *id = only_id ();
  cancel (id);
  char **ids = seedream_history_recover_finish (history, wait_for (&recovered), NULL);
  ck_assert_ptr_nonnull (ids);
  assert_only (SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, 0);
  /* It goes on behind that, as it may be paid for. */
  keep_completed ();
  while (count (SEEDREAM_HISTORY_FILTER_WAITING) == 0)
    g_main_context_iteration (NULL, FALSE);
  g_strfreev (ids);
  g_object_unref (recovered);
  g_free (id);
}
END_TEST

START_TEST (a_job_that_runs_is_cancelled_from_another_history)
{
  gboolean asked = FALSE;
  imarouter_takes (service, GENERATE);
  imarouter_says (service, "{\"id\":\"j1\",\"status\":\"running\"}");
  fake_service_watch (service, JOB, note, &asked);
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  SeedreamJob *job = seedream_client_create_job (client, request, NULL);
  GAsyncResult *result = NULL;
  seedream_job_run_async (job, NULL, on_answer, &result);
  wait_until (&asked);

  SeedreamHistory *own = history;
  GError *error = NULL;
  history = open_history ();
  cancel (seedream_job_get_id (job));
  ck_assert (!seedream_job_run_finish (job, wait_for (&result), &error));
  assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_only (SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, 0);
  g_object_unref (history);
  history = own;

  keep_completed ();
  while (seedream_job_get_n_images (job) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_error (&error);
  g_object_unref (result);
  g_object_unref (request);
  g_object_unref (job);
}
END_TEST

START_TEST (a_job_that_another_program_runs_is_cancelled)
{
  int status = -1;
  gboolean asked = FALSE;
  fake_service_stall (service, CHAT);
  fake_service_watch (service, CHAT, note, &asked);
  g_child_watch_add (start ("draw", "openrouter", NULL), on_exit_status, &status);
  wait_until (&asked);
  char *id = only_id ();
  cancel (id);
  while (count (SEEDREAM_HISTORY_FILTER_ACTIVE) > 0)
    g_main_context_iteration (NULL, FALSE);
  assert_only (SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, 0);
  while (status < 0)
    g_main_context_iteration (NULL, TRUE);
  ck_assert_int_eq (status, 1);
  g_free (id);
}
END_TEST

START_TEST (what_nobody_runs_is_cancelled_at_once)
{
  leave_sandbox_job ();
  const guint asked = fake_service_count_all (service);
  char *id = only_id ();
  cancel (id);
  assert_only (SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_CHARGE_UNKNOWN, 0);
  SeedreamJob *job = only_job ();
  assert_error (seedream_job_get_error (job), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_object_unref (job);
  cancel (id);
  ck_assert_uint_eq (fake_service_count_all (service), asked);
  g_free (id);
}
END_TEST

START_TEST (a_job_that_is_over_is_not_cancelled)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  assert_succeeded (drawing);
  cancel (seedream_job_get_id (drawing->job));
  drawing_free (drawing);
  char *id = only_id ();
  cancel (id);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  g_free (id);
}
END_TEST

START_TEST (a_job_tells_what_was_wished_and_what_people_did_with_it)
{
  SeedreamClient *chat = new_protected_client ("openrouter");
  SeedreamRequest *request = new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL);
  GBytes *mask = g_bytes_new_static ("a mask", 6), *old = g_bytes_new_static ("another", 7);
  GBytes *empty = g_bytes_new_static ("", 0);
  seedream_request_set_size (request, "2K");
  seedream_request_set_seed (request, 0);
  seedream_request_set_placement (request, "layer 7 of “my bride”");
  seedream_request_attach (request, "mask", old);
  seedream_request_attach (request, "mask", mask);
  seedream_request_attach (request, "nothing", empty);
  openrouter_streams (service, 0);
  Drawing *drawing = drawing_new (chat, request);
  drawing_run (drawing);
  assert_succeeded (drawing);
  ck_assert_uint_eq (fake_service_count_all (service), 1);
  ck_assert (!fake_request_mentions (fake_service_request (service, CHAT, 0), "bride"));

  SeedreamJob *job = only_job ();
  const char *id = seedream_job_get_id (job);
  ck_assert_str_eq (seedream_job_get_size (job), "2K");
  ck_assert_int_eq (seedream_job_get_seed (job), 0);
  ck_assert_str_eq (seedream_job_get_placement (job), "layer 7 of “my bride”");
  ck_assert (seedream_job_get_cost_is_told (job));
  ck_assert_double_eq_tol (seedream_job_get_cost (job), OPENROUTER_COST, 1e-9);
  ck_assert (!seedream_job_get_starred (job));
  ck_assert_int_eq (seedream_job_get_delivered (job), 0);
  GBytes *found = attachment_of (id, "mask"), *none = attachment_of (id, "nothing");
  ck_assert (g_bytes_equal (found, mask));
  ck_assert_uint_eq (g_bytes_get_size (none), 0);
  ck_assert_ptr_null (attachment_of (id, "else"));
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_WAITING), 1);

  const gint64 before = g_get_real_time ();
  deliver (id);
  star (id, TRUE);
  SeedreamJob *after = only_job ();
  ck_assert (seedream_job_get_starred (after));
  ck_assert_int_ge (seedream_job_get_delivered (after), before);
  ck_assert_int_le (seedream_job_get_delivered (after), g_get_real_time ());
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_WAITING), 0);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_STARRED), 1);
  star (id, FALSE);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_STARRED), 0);
  g_bytes_unref (found);
  g_bytes_unref (none);
  g_bytes_unref (empty);
  g_bytes_unref (mask);
  g_bytes_unref (old);
  g_object_unref (after);
  g_object_unref (job);
  drawing_free (drawing);
  g_object_unref (chat);
}
END_TEST

/* While its picture is not where it belongs, and no longer than somebody has it in hand. */
START_TEST (a_picture_that_waits_for_delivery_is_attended)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  SeedreamJob *job = only_job ();
  ck_assert (seedream_job_get_attended (job));
  g_object_unref (job);
  drawing_free (drawing);
  job = only_job ();
  ck_assert (!seedream_job_get_attended (job));
  g_object_unref (job);
}
END_TEST

static void
assert_small_cat (GBytes *thumbnail)
{
  ck_assert_ptr_nonnull (thumbnail);
  SeedreamImage *image = seedream_image_new_from_bytes (thumbnail, NULL);
  ck_assert_ptr_nonnull (image);
  ck_assert_int_eq (seedream_image_get_width (image), 192);
  ck_assert_int_ge (seedream_image_get_height (image), 127); /* of 451×300 */
  ck_assert_int_le (seedream_image_get_height (image), 128);
  g_object_unref (image);
}

START_TEST (a_thumbnail_is_made_where_there_is_none_and_kept)
{
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  const char *id = seedream_job_get_id (drawing->job);
  wait_for_record (folder, "SELECT 1 FROM thumbnail"); /* a worker writes it in its own time */
  GBytes *first = thumbnail_of (id);
  assert_small_cat (first);
  change_record (folder, "DELETE FROM thumbnail");
  GBytes *second = thumbnail_of (id);
  ck_assert (g_bytes_equal (first, second));
  g_bytes_unref (second);
  ck_assert_int_eq (g_remove (seedream_image_get_path (seedream_job_get_image (drawing->job, 0))), 0);
  second = thumbnail_of (id);
  ck_assert_msg (second && g_bytes_equal (first, second), "it was not kept");
  change_record (folder, "DELETE FROM thumbnail");
  ck_assert_ptr_null (thumbnail_of (id));
  ck_assert_ptr_null (thumbnail_of ("00000000-0000-4000-8000-000000000000"));
  g_bytes_unref (first);
  g_bytes_unref (second);
  drawing_free (drawing);
}
END_TEST

static void
on_changed (SeedreamHistory *self, gpointer happened)
{
  ck_assert_ptr_eq (self, history);
  note (happened);
}

static GPtrArray *
changes (gint64 *revision, guint *n_jobs)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  seedream_history_list_changes_async (history, *revision, NULL, on_answer, &result);
  GPtrArray *jobs = seedream_history_list_changes_finish (history, wait_for (&result), revision, n_jobs, &error);
  ck_assert_msg (jobs && !error, "%s", error ? error->message : "no changes");
  g_object_unref (result);
  return jobs;
}

START_TEST (who_watches_hears_of_other_programs)
{
  GError *error = NULL;
  gint64 revision = G_MAXINT64;
  guint n_jobs = 7;
  gboolean changed = FALSE;
  ck_assert (seedream_history_watch (history, &error));
  ck_assert (seedream_history_watch (history, &error));
  g_signal_connect (history, "changed", G_CALLBACK (on_changed), &changed);
  g_ptr_array_unref (changes (&revision, &n_jobs));
  ck_assert_uint_eq (n_jobs, 0);

  leave_sandbox_job ();
  wait_until (&changed);
  const gint64 first = revision;
  GPtrArray *jobs = changes (&revision, &n_jobs);
  ck_assert_uint_eq (jobs->len, 1);
  ck_assert_uint_eq (n_jobs, 1);
  ck_assert_int_gt (revision, first);
  g_ptr_array_unref (jobs);
  jobs = changes (&revision, &n_jobs);
  ck_assert_uint_eq (jobs->len, 0);
  ck_assert_uint_eq (n_jobs, 1);
  g_ptr_array_unref (jobs);
}
END_TEST

START_TEST (rules_come_back_as_they_were_set)
{
  GAsyncResult *result = NULL;
  SeedreamRules *rules = seedream_rules_new ();
  ck_assert (seedream_rules_get_keeps_history (rules));
  ck_assert_uint_eq (seedream_rules_get_keep_days (rules), 0);
  ck_assert_uint_eq (seedream_rules_get_keep_megabytes (rules), 0);
  ck_assert_double_lt (seedream_rules_get_monthly_budget (rules), 0);
  seedream_rules_set_keeps_history (rules, FALSE);
  seedream_rules_set_keep_days (rules, G_MAXUINT);
  seedream_rules_set_keep_megabytes (rules, 500);
  seedream_rules_set_monthly_budget (rules, 12.34);
  seedream_history_set_rules_async (history, rules, NULL, on_answer, &result);
  g_object_unref (rules);
  finish (&result, seedream_history_set_rules_finish);

  SeedreamHistory *other = open_history ();
  seedream_history_get_rules_async (other, NULL, on_answer, &result);
  rules = seedream_history_get_rules_finish (other, wait_for (&result), NULL);
  g_object_unref (result);
  ck_assert (!seedream_rules_get_keeps_history (rules));
  ck_assert_uint_eq (seedream_rules_get_keep_days (rules), G_MAXUINT);
  ck_assert_uint_eq (seedream_rules_get_keep_megabytes (rules), 500);
  ck_assert_double_eq (seedream_rules_get_monthly_budget (rules), 12.34);
  g_object_unref (rules);
  g_object_unref (other);
}
END_TEST

static double
spending (double *budget)
{
  GAsyncResult *result = NULL;
  GError *error = NULL;
  seedream_history_get_spending_async (history, NULL, on_answer, &result);
  const double usd = seedream_history_get_spending_finish (history, wait_for (&result), budget, &error);
  ck_assert_msg (!error, "%s", error ? error->message : "");
  g_object_unref (result);
  return usd;
}

/* A picture is four cents there, which the service does not tell. */
START_TEST (a_budget_keeps_requests_from_being_sent)
{
  double budget = 0;
  SeedreamClient *ark = new_protected_client ("modelark");
  modelark_draws (service, "0");
  modelark_keeps (service);
  set_rules (TRUE, 0.15);
  for (guint i = 0; i < 3; i++)
    {
      Drawing *drawing = draw (ark);
      assert_succeeded (drawing);
      const char *const *notes = seedream_job_get_notes (drawing->job);
      if (i < 2)
        ck_assert_ptr_null (notes[0]);
      else
        assert_mentions (notes[0], "$0.12 of this month's budget of $0.15");
      drawing_free (drawing);
    }
  const guint asked = fake_service_count_all (service);
  Drawing *drawing = draw (ark);
  assert_failed (drawing, SEEDREAM_ERROR_PAY, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  assert_mentions (drawing->error->message, "$0.15");
  drawing_free (drawing);
  ck_assert_uint_eq (fake_service_count_all (service), asked);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ALL), 3);
  ck_assert_double_eq_tol (spending (&budget), 0.12, 1e-9);
  ck_assert_double_eq (budget, 0.15);
  assert_spent (0.12, 0);

  set_rules (TRUE, -1);
  drawing = draw (ark);
  assert_succeeded (drawing);
  drawing_free (drawing);
  g_object_unref (ark);
}
END_TEST

START_TEST (totals_tell_what_each_service_has_cost)
{
  GAsyncResult *result = NULL;
  SeedreamClient *ark = new_protected_client ("modelark"), *chat = new_protected_client ("openrouter");
  modelark_draws (service, "0");
  modelark_keeps (service);
  openrouter_streams (service, 0);
  for (guint i = 0; i < 2; i++)
    {
      Drawing *drawing = draw (i ? ark : chat);
      assert_succeeded (drawing);
      drawing_free (drawing);
    }
  GDateTime *now = g_date_time_new_now_local ();
  char *month = g_date_time_format (now, "%Y-%m");
  seedream_history_sum_up_async (history, SEEDREAM_PERIOD_MONTH, TRUE, NULL, on_answer, &result);
  GPtrArray *totals = seedream_history_sum_up_finish (history, wait_for (&result), NULL);
  ck_assert_uint_eq (totals->len, 2);
  ck_assert_str_eq (seedream_total_get_provider (totals->pdata[0]), "modelark");
  ck_assert_str_eq (seedream_total_get_provider (totals->pdata[1]), "openrouter");
  ck_assert_str_eq (seedream_total_get_period (totals->pdata[0]), month);
  ck_assert_uint_eq (seedream_total_get_n_images (totals->pdata[1]), 1);
  ck_assert_double_eq_tol (seedream_total_get_cost (totals->pdata[0]), 0.04, 1e-9);
  ck_assert_double_eq_tol (seedream_total_get_estimated (totals->pdata[0]), 0.04, 1e-9);
  ck_assert_double_eq_tol (seedream_total_get_cost (totals->pdata[1]), OPENROUTER_COST, 1e-9);
  ck_assert_double_eq (seedream_total_get_estimated (totals->pdata[1]), 0);
  ck_assert_double_eq (seedream_total_get_uncertain (totals->pdata[1]), 0);
  g_ptr_array_unref (totals);
  g_object_unref (result);
  g_object_unref (ark);
  g_object_unref (chat);
  g_date_time_unref (now);
  g_free (month);
}
END_TEST

START_TEST (where_no_history_is_kept_a_picture_is_safe_until_it_is_delivered)
{
  SeedreamClient *ark = new_protected_client ("modelark");
  modelark_draws (service, "0");
  modelark_keeps (service);
  set_rules (FALSE, -1);
  Drawing *drawing = draw (ark);
  assert_succeeded (drawing);
  char *path = g_strdup (seedream_image_get_path (seedream_job_get_image (drawing->job, 0)));
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  ck_assert (g_file_test (path, G_FILE_TEST_EXISTS));
  deliver (seedream_job_get_id (drawing->job));
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ALL), 0);
  ck_assert (!g_file_test (path, G_FILE_TEST_EXISTS));
  assert_spent (0.04, 0);
  drawing_free (drawing);
  g_object_unref (ark);
  g_free (path);
}
END_TEST

START_TEST (where_no_history_is_kept_a_refusal_is_forgotten_and_a_lost_answer_is_not)
{
  SeedreamClient *chat = new_protected_client ("openrouter");
  set_rules (FALSE, -1);
  fake_service_answer (service, GENERATE, 400, "application/json", "{\"error\":\"too rude\"}");
  Drawing *drawing = draw (client);
  assert_failed (drawing, SEEDREAM_ERROR_REFUSED, SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO);
  drawing_free (drawing);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ALL), 0);
  fake_service_cut (service, CHAT, "");
  drawing = draw (chat);
  assert_failed (drawing, SEEDREAM_ERROR_UNAVAILABLE, SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN);
  drawing_free (drawing);
  assert_only (SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN, 0);
  g_object_unref (chat);
}
END_TEST

START_TEST (where_no_history_is_kept_what_was_left_behind_is_recovered)
{
  set_rules (FALSE, -1);
  leave_sandbox_job ();
  keep_completed ();
  ck_assert_uint_eq (recover (PLENTY), 1);
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 1);
  char *id = only_id ();
  deliver (id);
  ck_assert_uint_eq (count (SEEDREAM_HISTORY_FILTER_ALL), 0);
  g_free (id);
}
END_TEST

START_TEST (a_purge_tells_what_it_removes)
{
  GAsyncResult *result = NULL;
  guint64 bytes = 0;
  imarouter_draws (service, GENERATE);
  Drawing *drawing = draw (client);
  deliver (seedream_job_get_id (drawing->job));
  drawing_free (drawing);
  change_record (folder, "INSERT INTO rule VALUES ('keep-days', 1); UPDATE job SET created = 1");
  GBytes *picture = read_test_file ("photos/chelsea.png");
  for (int turn = 0; turn < 3; turn++)
    {
      const gboolean rehearses = turn == 0, is_gone = turn == 2;
      seedream_history_purge_async (history, rehearses, NULL, on_answer, &result);
      ck_assert_uint_eq (seedream_history_purge_finish (history, wait_for (&result), &bytes, NULL), is_gone ? 0 : 1);
      ck_assert_uint_eq (bytes, is_gone ? 0 : g_bytes_get_size (picture));
      g_clear_object (&result);
    }
  assert_only (SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES, 0);
  g_bytes_unref (picture);
}
END_TEST

/* What the programs do that the tests start: argv is that, the folder, the service's address and what that is taken
 * for. Check allows assertions in tests alone, so it is one. */

static char **told;
static int result_of_program = 1;

START_TEST (a_program_does_what_it_is_told)
{
  folder = told[2];
  history = open_history ();
  if (g_str_equal (told[1], "recover"))
    {
      result_of_program = (int) recover (PLENTY);
      return;
    }
  client = new_client (told[4], told[3]);
  seedream_client_set_api_key (client, TEST_KEY);
  seedream_client_set_history (client, history);
  Drawing *drawing = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  const gboolean cancels = g_str_equal (told[1], "draw-and-cancel");
  if (cancels)
    drawing->cancel_at = SEEDREAM_JOB_STATE_RUNNING;
  drawing_run (drawing);
  if (cancels && write (STDOUT_FILENO, "", 1) == 1)
    g_main_loop_run (g_main_loop_new (NULL, FALSE));
  result_of_program = drawing->succeeded ? 0 : 1;
}
END_TEST

static int
be_another (char **argv)
{
  Suite *suite = suite_create ("another program");
  TCase *tcase = tcase_create ("another program");
  told = argv;
  prctl (PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves none behind */
  g_unsetenv ("CK_RUN_SUITE");
  g_unsetenv ("CK_RUN_CASE");
  tcase_add_test (tcase, a_program_does_what_it_is_told);
  suite_add_tcase (suite, tcase);
  SRunner *runner = srunner_create (suite);
  srunner_set_fork_status (runner, CK_NOFORK);
  srunner_run_all (runner, CK_SILENT);
  const gboolean failed = srunner_ntests_failed (runner) > 0;
  srunner_free (runner);
  return failed ? 99 : result_of_program;
}

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc > 1)
    return be_another (argv);
  Suite *suite = suite_create ("recovery");
  TCase *left = tcase_create ("left behind");
  tcase_add_checked_fixture (left, setup, teardown);
  tcase_add_test (left, a_job_that_was_left_behind_brings_its_picture);
  tcase_add_test (left, a_picture_that_was_on_its_way_is_fetched);
  tcase_add_test (left, of_a_service_without_jobs_nobody_knows_what_became);
  tcase_add_test (left, a_picture_that_is_here_already_completes_its_job);
  tcase_add_loop_test (left, programs_that_recover_at_once_take_up_each_job_once, 0, 2);
  tcase_add_test (left, a_job_that_somebody_attends_to_is_left_alone);
  tcase_add_test (left, a_cancelled_picture_that_was_paid_for_comes_late);
  tcase_add_test (left, a_picture_at_an_address_is_fetched_in_time);
  tcase_add_test (left, of_a_picture_whose_address_has_expired_it_is_told_until_when_it_was_there);
  tcase_add_test (left, a_job_waits_for_a_network_that_is_down);
  tcase_add_test (left, a_service_that_ended_with_its_program_has_lost_its_jobs);
  tcase_add_test (left, a_job_waits_for_a_key_that_is_taken);
  tcase_add_test (left, a_key_goes_to_no_address_that_the_record_alone_tells);
  tcase_add_test (left, another_key_goes_where_the_environment_says_alone);
  tcase_add_test (left, a_job_that_the_service_has_refused_meanwhile_is_told_so);
  tcase_add_loop_test (left, a_recovery_that_is_cancelled_leaves_the_rest_for_another_time, 0, 2);
  suite_add_tcase (suite, left);
  TCase *cancels = tcase_create ("cancels");
  tcase_add_checked_fixture (cancels, setup, teardown);
  tcase_add_test (cancels, a_job_is_cancelled_while_it_is_recovered);
  tcase_add_test (cancels, a_job_that_runs_is_cancelled_from_another_history);
  tcase_add_test (cancels, a_job_that_another_program_runs_is_cancelled);
  tcase_add_test (cancels, what_nobody_runs_is_cancelled_at_once);
  tcase_add_test (cancels, a_job_that_is_over_is_not_cancelled);
  suite_add_tcase (suite, cancels);
  TCase *kept = tcase_create ("kept");
  tcase_add_checked_fixture (kept, setup, teardown);
  tcase_add_test (kept, a_job_tells_what_was_wished_and_what_people_did_with_it);
  tcase_add_test (kept, a_picture_that_waits_for_delivery_is_attended);
  tcase_add_test (kept, a_thumbnail_is_made_where_there_is_none_and_kept);
  tcase_add_test (kept, who_watches_hears_of_other_programs);
  suite_add_tcase (suite, kept);
  TCase *ruled = tcase_create ("ruled");
  tcase_add_checked_fixture (ruled, setup, teardown);
  tcase_add_test (ruled, rules_come_back_as_they_were_set);
  tcase_add_test (ruled, a_budget_keeps_requests_from_being_sent);
  tcase_add_test (ruled, totals_tell_what_each_service_has_cost);
  tcase_add_test (ruled, where_no_history_is_kept_a_picture_is_safe_until_it_is_delivered);
  tcase_add_test (ruled, where_no_history_is_kept_a_refusal_is_forgotten_and_a_lost_answer_is_not);
  tcase_add_test (ruled, where_no_history_is_kept_what_was_left_behind_is_recovered);
  tcase_add_test (ruled, a_purge_tells_what_it_removes);
  suite_add_tcase (suite, ruled);
  return run_suite (suite);
}
