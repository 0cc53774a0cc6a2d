// test-query.cpp - a question to a service: where the key goes, and what is asked again.
#include "jobs/query.hpp"

#include "support/check.hpp"
#include "support/fake-service.h"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;
using namespace seedream::jobs;

namespace {

constexpr const char* path = "/question";
FakeService* service;

void setup() {
  service = fake_service_new();
}

void teardown() {
  fake_service_free(service);
}

Result<HttpAnswer> answer_of(const ServiceCall& call) {
  std::optional<Result<HttpAnswer>> answer;
  Query query(fake_service_get_url(service), "sk-test-1234", call,
              [&](Result<HttpAnswer> told) { answer = std::move(told); });
  query.start();
  while (!answer)
    g_main_context_iteration(nullptr, TRUE);
  return std::move(*answer);
}

std::string header(const HttpCall& call, const char* name) {
  std::string all;
  for (const auto& [each, value] : call.headers)
    if (each == name)
      all += value;
  return all;
}

}  // namespace

START_TEST(a_call_is_addressed_to_the_root_with_the_key) {
  const HttpCall call = addressed({.method = "POST",
                                   .path = "/v1/draw?x=1",
                                   .headers = {{"X-Title", "Seedream"}},
                                   .body = Bytes::of("{}"),
                                   .body_type = "application/json"},
                                  "https://example.org/proxy", "sk-1");
  assert_text_eq(call.method, "POST");
  assert_text_eq(call.url, "https://example.org/proxy/v1/draw?x=1");
  assert_text_eq(call.bearer.text(), "sk-1");
  assert_text_eq(header(call, "X-Title"), "Seedream");
  assert_text_eq(test::whole(call.body), "{}");
  assert_text_eq(call.body_type, "application/json");
}
END_TEST

START_TEST(a_call_without_a_key_says_so) {
  assert_text_eq(addressed({.path = "/"}, "http://127.0.0.1:1", "").bearer.text(), "none");
}
END_TEST

START_TEST(a_question_brings_its_answer) {
  fake_service_answer(service, path, 200, "application/json", "{\"a\":1}");
  auto answer = answer_of({.path = path});
  ck_assert(bool(answer));
  assert_text_eq(std::string(answer->text()), "{\"a\":1}");
  assert_text_eq(fake_service_request(service, path, 0)->authorization, "Bearer sk-test-1234");
}
END_TEST

// It would be no smaller the next time.
START_TEST(an_answer_over_the_limit_is_asked_for_once) {
  fake_service_answer(service, path, 200, "application/json", std::string(5 << 20, ' ').c_str());
  auto answer = answer_of({.path = path});
  ck_assert(!answer);
  const ErrorPtr error = answer.take_error();
  ck_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
  ck_assert_ptr_nonnull(strstr(error->message, "4 MiB"));
  ck_assert_uint_eq(fake_service_count_all(service), 1);
}
END_TEST

START_TEST(a_lost_answer_is_asked_for_again) {
  fake_service_cut(service, path, "");
  fake_service_answer(service, path, 200, "application/json", "{}");
  ck_assert(bool(answer_of({.path = path})));
  ck_assert_uint_eq(fake_service_count_all(service), 2);
}
END_TEST

int main() {
  Suite* suite = suite_create("query");
  TCase* tcase = tcase_create("query");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, a_call_is_addressed_to_the_root_with_the_key);
  tcase_add_test(tcase, a_call_without_a_key_says_so);
  tcase_add_test(tcase, a_question_brings_its_answer);
  tcase_add_test(tcase, an_answer_over_the_limit_is_asked_for_once);
  tcase_add_test(tcase, a_lost_answer_is_asked_for_again);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
