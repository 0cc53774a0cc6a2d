/* support/suite.h - the main() that all tests share: runs a suite and prints TAP. */
#pragma once

typedef struct Suite Suite;

#ifdef __cplusplus
extern "C"
#endif
/* Takes over @suite. Returns the exit status: 0 when every check passed. */
int run_suite (Suite *suite);
