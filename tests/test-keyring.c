/* test-keyring.c - keys in a real keyring; tests/support/keyring.py has started it. The last test locks it. */
#include <check.h>
#include <seedream.h>

#include "support/drawing.h"
#include "support/suite.h"

#define VARIABLE "IMAROUTER_API_KEY"
#define SCHEMA   "org.seedream.ApiKey"

/* One question and its answer. */
typedef struct
{
  gboolean answered;
  SeedreamKeySource source;
  char *key;
  gboolean stored;
  GError *error;
} Question;

static void
on_key (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *self = data;
  self->key = seedream_provider_lookup_key_finish (SEEDREAM_PROVIDER (source), result, &self->source, &self->error);
  self->answered = TRUE;
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *self = data;
  self->stored = seedream_provider_store_key_finish (SEEDREAM_PROVIDER (source), result, &self->error);
  ck_assert_msg (self->stored == !self->error, "stored or an error");
  self->answered = TRUE;
}

static void
wait_for_answer (Question *self)
{
  while (!self->answered)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

static Question
look_up_with (const char *id, GCancellable *cancellable)
{
  Question question = { .source = (SeedreamKeySource) -1 };
  seedream_provider_lookup_key_async (seedream_provider_lookup (id), cancellable, on_key, &question);
  ck_assert_msg (!question.answered, "it answers later");
  wait_for_answer (&question);
  return question;
}

static Question
look_up (const char *id)
{
  return look_up_with (id, NULL);
}

static Question
store (const char *id, const char *key)
{
  Question question = { 0 };
  seedream_provider_store_key_async (seedream_provider_lookup (id), key, NULL, on_stored, &question);
  wait_for_answer (&question);
  return question;
}

static void
clear (Question *self)
{
  g_free (self->key);
  g_clear_error (&self->error);
}

static void
assert_key (const char *id, SeedreamKeySource source, const char *key)
{
  Question found = look_up (id);
  ck_assert_msg (!found.error, "%s", found.error ? found.error->message : "");
  ck_assert_int_eq (found.source, source);
  ck_assert_pstr_eq (found.key, key);
  clear (&found);
}

static void
must_store (const char *id, const char *key)
{
  Question question = store (id, key);
  ck_assert_msg (question.stored, "%s", question.error ? question.error->message : "");
}

/* What another program prints of the keyring. */
static char *
said_by (const char *command)
{
  char *said = NULL;
  ck_assert (g_spawn_command_line_sync (command, &said, NULL, NULL, NULL));
  return said;
}

static void
forget_all (void)
{
  static const char *const variables[] = { VARIABLE, "OPENROUTER_API_KEY", "ARK_API_KEY" };
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_unsetenv (variables[i]);
      g_autofree char *command =
        g_strdup_printf ("secret-tool clear xdg:schema %s variable %s", SCHEMA, variables[i]);
      g_free (said_by (command));
    }
}

START_TEST (a_key_that_is_stored_is_found)
{
  assert_key ("modelark", SEEDREAM_KEY_SOURCE_NONE, NULL);
  must_store ("modelark", TEST_KEY);
  assert_key ("modelark", SEEDREAM_KEY_SOURCE_KEYRING, TEST_KEY);
  must_store ("modelark", "sk-another");
  assert_key ("modelark", SEEDREAM_KEY_SOURCE_KEYRING, "sk-another");
}
END_TEST

START_TEST (another_program_sees_it_under_its_name)
{
  must_store ("imarouter-v1", TEST_KEY);
  g_autofree char *said = said_by ("secret-tool search --all xdg:schema " SCHEMA " variable " VARIABLE);
  assert_mentions (said, "label = API key for ImaRouter (Seedream)\n");
  assert_mentions (said, "secret = " TEST_KEY "\n");
}
END_TEST

static void
put_from_outside (void)
{
  g_free (said_by ("sh -c \"printf ' " TEST_KEY "\\n\\n' | secret-tool store --label=x xdg:schema " SCHEMA
                   " variable " VARIABLE "\""));
}

START_TEST (a_key_that_another_program_stored_is_found)
{
  put_from_outside ();
  assert_key ("imarouter", SEEDREAM_KEY_SOURCE_KEYRING, TEST_KEY);
}
END_TEST

static const char *const sharing[][2] = { { "imarouter", "imarouter-v1" }, { "openrouter-images", "openrouter" } };

START_TEST (services_of_one_account_share_a_key)
{
  must_store (sharing[_i][0], TEST_KEY);
  assert_key (sharing[_i][1], SEEDREAM_KEY_SOURCE_KEYRING, TEST_KEY);
  assert_key (sharing[!_i][0], SEEDREAM_KEY_SOURCE_NONE, NULL);
  must_store (sharing[_i][1], NULL);
  assert_key (sharing[_i][0], SEEDREAM_KEY_SOURCE_NONE, NULL);
}
END_TEST

START_TEST (the_environment_goes_first)
{
  must_store ("imarouter", TEST_KEY);
  g_setenv (VARIABLE, "sk-environment", TRUE);
  assert_key ("imarouter", SEEDREAM_KEY_SOURCE_ENVIRONMENT, "sk-environment");
  assert_key ("imarouter-v1", SEEDREAM_KEY_SOURCE_ENVIRONMENT, "sk-environment");
  g_setenv (VARIABLE, "", TRUE);
  assert_key ("imarouter", SEEDREAM_KEY_SOURCE_KEYRING, TEST_KEY);
}
END_TEST

START_TEST (the_space_around_a_pasted_key_is_left_out)
{
  must_store ("imarouter", " \t" TEST_KEY "\r\n\n");
  assert_key ("imarouter", SEEDREAM_KEY_SOURCE_KEYRING, TEST_KEY);
}
END_TEST

static const char *const nothing[] = { NULL, "", " \r\n" };

START_TEST (storing_nothing_removes_a_key)
{
  must_store ("imarouter", nothing[_i]);
  must_store ("imarouter", TEST_KEY);
  must_store ("imarouter", nothing[_i]);
  assert_key ("imarouter", SEEDREAM_KEY_SOURCE_NONE, NULL);
}
END_TEST

static const char *const no_keys[] = { "sk-test 1234", "sk-test\n1234", "sk-test\xc2\xa0" "1234", "sk-test\x7f" };

START_TEST (what_can_be_no_key_is_not_stored)
{
  must_store ("imarouter", TEST_KEY);
  Question question = store ("imarouter", no_keys[_i]);
  assert_error (question.error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  assert_not_mentions (question.error->message, "sk-test");
  clear (&question);
  assert_key ("imarouter", SEEDREAM_KEY_SOURCE_KEYRING, TEST_KEY);
}
END_TEST

START_TEST (the_sandbox_needs_none_and_takes_none)
{
  assert_key ("sandbox", SEEDREAM_KEY_SOURCE_NOT_NEEDED, NULL);
  Question question = store ("sandbox", TEST_KEY);
  assert_error (question.error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID);
  clear (&question);
}
END_TEST

START_TEST (a_cancelled_call_says_so)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_cancellable_cancel (cancellable);
  Question question = look_up_with ("imarouter", cancellable);
  ck_assert_ptr_null (question.key);
  ck_assert_int_eq (question.source, SEEDREAM_KEY_SOURCE_NONE);
  assert_error (question.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  clear (&question);
}
END_TEST

static gpointer
look_up_elsewhere (gpointer key)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  Question question = look_up ("imarouter");
  g_main_context_pop_thread_default (context);
  *(char **) key = question.key;
  return NULL;
}

START_TEST (a_thread_with_a_loop_of_its_own_is_answered_there)
{
  g_autofree char *key = NULL;
  put_from_outside ();
  g_thread_join (g_thread_new ("asker", look_up_elsewhere, &key));
  ck_assert_pstr_eq (key, TEST_KEY);
  assert_key ("imarouter-v1", SEEDREAM_KEY_SOURCE_KEYRING, TEST_KEY);
}
END_TEST

static void
assert_useless (Question *question, SeedreamError code)
{
  ck_assert_ptr_null (question->key);
  assert_error (question->error, SEEDREAM_ERROR, (int) code);
  assert_mentions (question->error->message, "environment variable " VARIABLE);
  assert_not_mentions (question->error->message, TEST_KEY);
  clear (question);
}

static const char *const nowhere[] = { "unix:path=/nonexistent", "disabled:", "nonsense" };

START_TEST (without_a_bus_the_environment_is_recommended)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", nowhere[_i], TRUE);
  const gint64 begun = g_get_monotonic_time ();
  Question found = look_up ("imarouter"), stored = store ("imarouter", TEST_KEY), removed = store ("imarouter", NULL);
  ck_assert_int_lt (g_get_monotonic_time () - begun, 2 * G_USEC_PER_SEC);
  assert_useless (&found, SEEDREAM_ERROR_UNAVAILABLE);
  assert_useless (&stored, SEEDREAM_ERROR_UNAVAILABLE);
  assert_useless (&removed, SEEDREAM_ERROR_UNAVAILABLE);
  g_setenv (VARIABLE, TEST_KEY, TRUE);
  assert_key ("imarouter", SEEDREAM_KEY_SOURCE_ENVIRONMENT, TEST_KEY);
}
END_TEST

START_TEST (a_keyring_that_stays_locked_is_not_one_without_a_key)
{
  must_store ("imarouter", TEST_KEY);
  g_free (said_by ("gdbus call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets "
                   "-m org.freedesktop.Secret.Service.Lock \"['/org/freedesktop/secrets/aliases/default']\""));
  Question found = look_up ("imarouter"), stored = store ("imarouter", "sk-new"), removed = store ("imarouter", NULL);
  assert_useless (&found, SEEDREAM_ERROR_SIGN_IN);
  assert_useless (&stored, SEEDREAM_ERROR_SIGN_IN);
  assert_useless (&removed, SEEDREAM_ERROR_SIGN_IN);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("keyring");
  TCase *tcase = tcase_create ("keyring");
  tcase_add_checked_fixture (tcase, forget_all, NULL);
  tcase_add_test (tcase, a_key_that_is_stored_is_found);
  tcase_add_test (tcase, another_program_sees_it_under_its_name);
  tcase_add_test (tcase, a_key_that_another_program_stored_is_found);
  tcase_add_loop_test (tcase, services_of_one_account_share_a_key, 0, G_N_ELEMENTS (sharing));
  tcase_add_test (tcase, the_environment_goes_first);
  tcase_add_test (tcase, the_space_around_a_pasted_key_is_left_out);
  tcase_add_loop_test (tcase, storing_nothing_removes_a_key, 0, G_N_ELEMENTS (nothing));
  tcase_add_loop_test (tcase, what_can_be_no_key_is_not_stored, 0, G_N_ELEMENTS (no_keys));
  tcase_add_test (tcase, the_sandbox_needs_none_and_takes_none);
  tcase_add_test (tcase, a_cancelled_call_says_so);
  tcase_add_test (tcase, a_thread_with_a_loop_of_its_own_is_answered_there);
  tcase_add_loop_test (tcase, without_a_bus_the_environment_is_recommended, 0, G_N_ELEMENTS (nowhere));
  tcase_add_test (tcase, a_keyring_that_stays_locked_is_not_one_without_a_key);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
