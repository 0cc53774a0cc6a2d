/* test-error.c - the names that scripts and the command's JSON know our enumerations by. */
#include <check.h>
#include <seedream.h>
#include <string.h>

#include "support/suite.h"

typedef struct
{
  GType (*type) (void);
  int value;
  const char *nick;
} Name;

static const Name names[] = {
  { seedream_error_get_type, SEEDREAM_ERROR_FAILED, "failed" },
  { seedream_error_get_type, SEEDREAM_ERROR_INVALID, "invalid" },
  { seedream_error_get_type, SEEDREAM_ERROR_SIGN_IN, "sign-in" },
  { seedream_error_get_type, SEEDREAM_ERROR_PAY, "pay" },
  { seedream_error_get_type, SEEDREAM_ERROR_REFUSED, "refused" },
  { seedream_error_get_type, SEEDREAM_ERROR_SHRINK, "shrink" },
  { seedream_error_get_type, SEEDREAM_ERROR_WAIT, "wait" },
  { seedream_error_get_type, SEEDREAM_ERROR_UNAVAILABLE, "unavailable" },
  { seedream_error_get_type, SEEDREAM_ERROR_BAD_ANSWER, "bad-answer" },
  { seedream_error_get_type, SEEDREAM_ERROR_DEADLINE, "deadline" },
  { seedream_operation_get_type, SEEDREAM_OPERATION_GENERATE, "generate" },
  { seedream_operation_get_type, SEEDREAM_OPERATION_EDIT, "edit" },
  { seedream_operation_get_type, SEEDREAM_OPERATION_COMPOSE, "compose" },
  { seedream_streaming_get_type, SEEDREAM_STREAMING_AUTO, "auto" },
  { seedream_streaming_get_type, SEEDREAM_STREAMING_ON, "on" },
  { seedream_streaming_get_type, SEEDREAM_STREAMING_OFF, "off" },
  { seedream_job_state_get_type, SEEDREAM_JOB_STATE_NEW, "new" },
  { seedream_job_state_get_type, SEEDREAM_JOB_STATE_QUEUED, "queued" },
  { seedream_job_state_get_type, SEEDREAM_JOB_STATE_RUNNING, "running" },
  { seedream_job_state_get_type, SEEDREAM_JOB_STATE_COMPLETED, "completed" },
  { seedream_job_state_get_type, SEEDREAM_JOB_STATE_FAILED, "failed" },
  { seedream_job_state_get_type, SEEDREAM_JOB_STATE_CANCELLED, "cancelled" },
  { seedream_job_state_get_type, SEEDREAM_JOB_STATE_UNKNOWN, "unknown" },
  { seedream_stage_get_type, SEEDREAM_STAGE_PREPARING, "preparing" },
  { seedream_stage_get_type, SEEDREAM_STAGE_UPLOADING, "uploading" },
  { seedream_stage_get_type, SEEDREAM_STAGE_QUEUED, "queued" },
  { seedream_stage_get_type, SEEDREAM_STAGE_DRAWING, "drawing" },
  { seedream_stage_get_type, SEEDREAM_STAGE_DOWNLOADING, "downloading" },
  { seedream_stage_get_type, SEEDREAM_STAGE_DECODING, "decoding" },
  { seedream_charge_get_type, SEEDREAM_CHARGE_NO, "no" },
  { seedream_charge_get_type, SEEDREAM_CHARGE_YES, "yes" },
  { seedream_charge_get_type, SEEDREAM_CHARGE_UNKNOWN, "unknown" },
  { seedream_key_source_get_type, SEEDREAM_KEY_SOURCE_NONE, "none" },
  { seedream_key_source_get_type, SEEDREAM_KEY_SOURCE_NOT_NEEDED, "not-needed" },
  { seedream_key_source_get_type, SEEDREAM_KEY_SOURCE_ENVIRONMENT, "environment" },
  { seedream_key_source_get_type, SEEDREAM_KEY_SOURCE_KEYRING, "keyring" },
};

START_TEST (a_value_has_its_name_and_a_name_its_value)
{
  GEnumClass *klass = g_type_class_ref (names[_i].type ());
  ck_assert_str_eq (g_enum_get_value (klass, names[_i].value)->value_nick, names[_i].nick);
  ck_assert_int_eq (g_enum_get_value_by_nick (klass, names[_i].nick)->value, names[_i].value);
  g_type_class_unref (klass);
}
END_TEST

/* Where the values stand is part of the ABI: an enumeration grows at its end only. */
START_TEST (a_value_keeps_its_number)
{
  int first = _i;
  while (first > 0 && names[first - 1].type == names[_i].type)
    first--;
  ck_assert_int_eq (names[_i].value, _i - first);
}
END_TEST

START_TEST (no_value_is_missing_here)
{
  GEnumClass *klass = g_type_class_ref (names[_i].type ());
  guint listed = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    listed += names[i].type == names[_i].type;
  ck_assert_uint_eq (klass->n_values, listed);
  g_type_class_unref (klass);
}
END_TEST

START_TEST (the_error_domain_has_its_name)
{
  ck_assert_str_eq (g_quark_to_string (SEEDREAM_ERROR), "seedream-error-quark");
  ck_assert_uint_eq (SEEDREAM_ERROR, seedream_error_quark ());
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("error");
  TCase *tcase = tcase_create ("names");
  tcase_add_loop_test (tcase, a_value_has_its_name_and_a_name_its_value, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, a_value_keeps_its_number, 0, G_N_ELEMENTS (names));
  tcase_add_loop_test (tcase, no_value_is_missing_here, 0, G_N_ELEMENTS (names));
  tcase_add_test (tcase, the_error_domain_has_its_name);
  suite_add_tcase (suite, tcase);
  return run_suite (suite);
}
