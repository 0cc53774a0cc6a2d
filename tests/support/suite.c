/* support/suite.c - the main() that all tests share: runs a suite and prints TAP. */
#include "support/suite.h"

#include <check.h>

int
run_suite (Suite *suite)
{
  SRunner *runner = srunner_create (suite);
  srunner_set_tap (runner, "-");
  srunner_run_all (runner, CK_SILENT);
  int failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return failed != 0;
}
