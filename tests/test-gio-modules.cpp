// test-gio-modules.cpp - what a connection needs is there before there is one.
#include "net/gio-modules.hpp"

#include <glib-object.h>

#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <string>
#include <thread>

#include "net/transport.hpp"
#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream::net;

namespace {

bool tls_is_loaded() {
  std::ifstream maps("/proc/self/maps");
  return std::string(std::istreambuf_iterator<char>(maps), {}).find("libgiognutls") != std::string::npos;
}

bool has_addresses() {
  return g_type_from_name("GSocketAddress") != 0;
}

// What happens while a class is made: who makes another, or a type that has interfaces, waits for that one.
struct Making {
  std::function<void()> begun;
  bool (*awaited)();
  bool came = false;
};

void make(gpointer, gpointer data) noexcept {
  auto* making = static_cast<Making*>(data);
  making->begun();
  for (int i = 0; i < 3000 && !making->awaited(); ++i)
    g_usleep(10000);
  making->came = making->awaited();
}

void make_class(const char* name, Making* making) {
  const GTypeInfo info = {.class_size = sizeof(GObjectClass),
                          .base_init = nullptr,
                          .base_finalize = nullptr,
                          .class_init = make,
                          .class_finalize = nullptr,
                          .class_data = making,
                          .instance_size = sizeof(GObject),
                          .n_preallocs = 0,
                          .instance_init = nullptr,
                          .value_table = nullptr};
  g_type_class_unref(g_type_class_ref(g_type_register_static(G_TYPE_OBJECT, name, &info, GTypeFlags(0))));
}

}  // namespace

START_TEST(they_are_loaded_before_anything_is_sent_even_while_a_class_is_made) {
  ck_assert(!tls_is_loaded());
  Making making{.begun = [] { const Transport transport; }, .awaited = tls_is_loaded};
  make_class("WhileModulesAreLoaded", &making);
  ck_assert(making.came);
}
END_TEST

// Were it while that is made, a thread that makes the same type, as one that connects to D-Bus does, and this
// one would wait for each other for ever.
START_TEST(addresses_are_a_type_before_the_class_that_wants_them_is_made) {
  if (has_addresses())
    return;  // of a test before, where tests do not fork
  std::promise<void> begun;
  Making making{.begun = [&begun] { begun.set_value(); }, .awaited = has_addresses};
  std::thread other([&making] { make_class("WhileASessionIsMade", &making); });
  begun.get_future().wait();
  Transport transport;
  const Flight flight = transport.send({.url = "http://127.0.0.1:1"}, 1, {});
  other.join();
  ck_assert(making.came);
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
  tcase_add_test(tcase, they_are_loaded_before_anything_is_sent_even_while_a_class_is_made);
  tcase_add_test(tcase, addresses_are_a_type_before_the_class_that_wants_them_is_made);
  tcase_add_test(tcase, they_are_loaded_once);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
