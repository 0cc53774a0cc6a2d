// test-reach.cpp - which addresses a call may be connected to, whatever a name leads to.
#include "net/reach.hpp"

#include "net/transport.hpp"
#include "support/check.hpp"
#include "support/end-of-call.hpp"
#include "support/fake-service.h"
#include "support/no-names.h"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::net;
using namespace seedream::test;

namespace {

constexpr const char* name = "pictures.example";
FakeService* service;

void setup() {
  service = fake_service_new();
  know_no_names();
}

void teardown() {
  fake_service_free(service);
}

Ref<GInetAddress> address(const char* text) {
  auto read = Ref<GInetAddress>::adopt(g_inet_address_new_from_string(text));
  ck_assert_msg(bool(read), "%s", text);
  return read;
}

constexpr const char* public_ones[] = {
    "1.1.1.1",          "8.8.8.8",         "9.255.255.255",        "11.0.0.0",
    "100.63.255.255",   "100.128.0.0",     "126.255.255.255",      "128.0.0.0",
    "169.253.255.255",  "169.255.0.0",     "172.15.255.255",       "172.32.0.0",
    "192.0.1.0",        "192.167.255.255", "192.169.0.0",          "198.17.255.255",
    "198.20.0.0",       "223.255.255.255", "2001:4860:4860::8888", "2606:4700::1111",
    "2a00:1450::1",     "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",  // as in networks that have IPv6 alone
    "2002:808:808::1",
};

constexpr const char* others[] = {
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "169.254.169.254",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::8.8.8.8",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",  // Teredo
    "2001:db8::1",
    "2002:a00:1::1",  // 10.0.0.1
    "3fff::1",
    "4000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
};

constexpr const char* loopbacks[] = {"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"};

// A port where somebody listens who would notice.
class Ear {
 public:
  Ear()
      : socket_(Ref<GSocket>::adopt(
            g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, nullptr))) {
    const auto any = Ref<GSocketAddress>::adopt(g_inet_socket_address_new_from_string("0.0.0.0", 0));
    ck_assert(g_socket_bind(socket_.get(), any.get(), FALSE, nullptr) &&
              g_socket_listen(socket_.get(), nullptr));
  }
  int port() const {
    const auto own = Ref<GSocketAddress>::adopt(g_socket_get_local_address(socket_.get(), nullptr));
    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(own.get()));
  }
  bool was_reached() const { return g_socket_condition_check(socket_.get(), G_IO_IN) != 0; }

 private:
  Ref<GSocket> socket_;
};

void assert_refused(const End& end, SeedreamError code, const char* words) {
  ck_assert(bool(end.failure.error));
  const GError* error = end.failure.error.get();
  ck_assert_msg(g_error_matches(error, SEEDREAM_ERROR, code) && strstr(error->message, words), "%s",
                error->message);
  ck_assert(end.failure.never_sent);
}

// Of one family and of both, one and several, good and bad in any order.
constexpr const char* inside[] = {
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "192.168.0.1",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "fd00::1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "127.0.0.1 10.0.0.1 127.0.0.2",
    "::1 127.0.0.1",
    "fd00::1 fe80::1 10.0.0.1 169.254.169.254",
};

}  // namespace

START_TEST(an_address_of_the_internet_is_public) {
  ck_assert_msg(is_public(address(public_ones[_i]).get()), "%s", public_ones[_i]);
  ck_assert(is_within(Reach::public_only, address(public_ones[_i]).get()));
  ck_assert(!is_within(Reach::this_machine, address(public_ones[_i]).get()));
}
END_TEST

START_TEST(an_address_of_nobody_or_of_a_network_of_somebodys_own_is_not_public) {
  ck_assert_msg(!is_public(address(others[_i]).get()), "%s", others[_i]);
  ck_assert(!is_within(Reach::public_only, address(others[_i]).get()));
  ck_assert(is_within(Reach::anywhere, address(others[_i]).get()));
}
END_TEST

START_TEST(loopback_is_this_machine_alone) {
  for (const char* each : loopbacks)
    ck_assert_msg(is_within(Reach::this_machine, address(each).get()), "%s", each);
  for (const char* each : {"128.0.0.1", "10.0.0.1", "::2", "::ffff:10.0.0.1", "::127.0.0.1", "0.0.0.0", "::"})
    ck_assert_msg(!is_loopback(address(each).get()), "%s", each);
}
END_TEST

START_TEST(a_name_that_leads_inside_is_not_connected_to) {
  const Ear ear;
  know_name(name, inside[_i]);
  for (const char* scheme : {"https", "http"})
    assert_refused(
        end_of({.url = format("%s://%s:%d/", scheme, name, ear.port()), .reach = Reach::public_only}),
        SEEDREAM_ERROR_BAD_ANSWER, "inside your own network");
  ck_assert(!ear.was_reached());
  assert_text_eq(last_wanted_name(), name);
}
END_TEST

START_TEST(an_address_inside_is_not_connected_to) {
  const Ear ear;
  assert_refused(end_of({.url = format("https://127.0.0.1:%d/", ear.port()), .reach = Reach::public_only}),
                 SEEDREAM_ERROR_BAD_ANSWER, "inside your own network");
  ck_assert(!ear.was_reached());
}
END_TEST

START_TEST(where_the_user_says_a_name_may_lead_inside) {
  know_name(name, "127.0.0.1");
  fake_service_answer(service, "/", 200, "text/plain", "here");
  const End end = end_of(
      {.url = format("http://%s:%d/", name, fake_service_get_port(service)), .reach = Reach::anywhere});
  assert_text_eq(std::string(end.answer.text()), "here");
}
END_TEST

START_TEST(what_is_said_to_be_this_machine_must_be_it) {
  const Ear ear;
  know_name("me.example", "10.0.0.1 192.168.0.1");
  assert_refused(end_of({.url = format("http://me.example:%d/", ear.port()), .reach = Reach::this_machine}),
                 SEEDREAM_ERROR_INVALID, "unencrypted");
}
END_TEST

// Each of a name's addresses is judged by itself.
START_TEST(an_address_out_of_reach_leaves_the_others) {
  know_name(name, _i == 0   ? "10.0.0.1 127.0.0.1"
                  : _i == 1 ? "127.0.0.1 10.0.0.1"
                            : "fd00::1 10.0.0.1 127.0.0.1");
  fake_service_answer(service, "/", 200, "text/plain", "here");
  const End end = end_of(
      {.url = format("http://%s:%d/", name, fake_service_get_port(service)), .reach = Reach::this_machine});
  ck_assert_msg(!end.failure.error, "%s", end.failure.error ? end.failure.error->message : "");
  assert_text_eq(std::string(end.answer.text()), "here");
}
END_TEST

// Calls of one transport: what one of them may reach is not lent to the others.
START_TEST(a_connection_is_shared_with_no_call_of_less_reach) {
  know_name(name, "127.0.0.1");
  fake_service_answer(service, "/", 200, "text/plain", "here");
  const std::string url = format("http://%s:%d/", name, fake_service_get_port(service));
  Transport transport;
  for (const Reach reach : {Reach::anywhere, Reach::public_only}) {
    bool done = false, reached = false;
    const Flight flight = transport.send({.url = url, .reach = reach}, 1000,
                                         {.answered = [&](HttpAnswer) { done = reached = true; },
                                          .failed = [&](HttpFailure) { done = true; }});
    while (!done)
      g_main_context_iteration(nullptr, TRUE);
    ck_assert_int_eq(reached, reach == Reach::anywhere);
  }
  ck_assert_uint_eq(fake_service_count_all(service), 1);
}
END_TEST

int main() {
  Suite* suite = suite_create("reach");
  TCase* tcase = tcase_create("reach");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, an_address_of_the_internet_is_public, 0, int(std::size(public_ones)));
  tcase_add_loop_test(tcase, an_address_of_nobody_or_of_a_network_of_somebodys_own_is_not_public, 0,
                      int(std::size(others)));
  tcase_add_test(tcase, loopback_is_this_machine_alone);
  tcase_add_loop_test(tcase, a_name_that_leads_inside_is_not_connected_to, 0, int(std::size(inside)));
  tcase_add_test(tcase, an_address_inside_is_not_connected_to);
  tcase_add_test(tcase, where_the_user_says_a_name_may_lead_inside);
  tcase_add_test(tcase, what_is_said_to_be_this_machine_must_be_it);
  tcase_add_loop_test(tcase, an_address_out_of_reach_leaves_the_others, 0, 3);
  tcase_add_test(tcase, a_connection_is_shared_with_no_call_of_less_reach);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
