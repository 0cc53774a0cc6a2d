// test-gio-modules.cpp - what a connection needs is there before there is one.
#include "net/gio-modules.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include "net/transport.hpp"
#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream::net;

namespace {

bool tls_is_loaded() {
  std::ifstream maps("/proc/self/maps");
  return std::string(std::istreambuf_iterator<char>(maps), {}).find("libgiognutls") != std::string::npos;
}

}  // namespace

START_TEST(they_are_loaded_before_anything_is_sent) {
  ck_assert(!tls_is_loaded());
  const Transport transport;
  for (int i = 0; i < 3000 && !tls_is_loaded(); ++i)
    g_usleep(10000);
  ck_assert(tls_is_loaded());
}
END_TEST

START_TEST(they_are_loaded_once) {
  load_gio_modules();
  load_gio_modules();
}
END_TEST

int main() {
  Suite* suite = suite_create("gio-modules");
  TCase* tcase = tcase_create("all");
  tcase_add_test(tcase, they_are_loaded_before_anything_is_sent);
  tcase_add_test(tcase, they_are_loaded_once);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
