// main.cpp - before the first input of any target.
#include <glib.h>

#include <clocale>

// What GLib and those above it hold for a bug of their caller is one.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  setlocale(LC_ALL, "C.UTF-8");
  g_log_set_always_fatal(static_cast<GLogLevelFlags>(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL));
  return 0;
}

// In the place of Check's own, which want a test that runs: what tests/support asserts ends the program here.
extern "C" void _mark_point(const char*, int) {}

extern "C" [[noreturn]] void _ck_assert_failed(const char* file, int line, const char* expression,
                                               const char*, ...) {
  g_error("%s:%d: %s", file, line, expression);
}
