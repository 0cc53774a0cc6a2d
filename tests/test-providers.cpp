// test-providers.cpp - the promises that every adapter must keep. The adapter is the loop variable.
#include "providers/provider.hpp"

#include <set>

#include "providers/check.hpp"
#include "providers/size.hpp"
#include "support/answers.hpp"
#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;
using test::answer;

namespace {

const Provider& provider(int index) {
  return *providers()[static_cast<std::size_t>(index)];
}

Request request_for(SeedreamOperation operation) {
  Request request;
  request.operation = operation;
  request.prompt = "a pear \"quoted\"\n— 鸟";
  request.n_images = operation == SEEDREAM_OPERATION_GENERATE ? 0
                     : operation == SEEDREAM_OPERATION_EDIT   ? 1
                                                              : 2;
  for (unsigned i = 0; i < request.n_images; ++i)
    request.uploads.push_back({"image/png", Bytes::adopt(g_bytes_new("png", 3))});
  return request;
}

std::unique_ptr<Exchange> opened(const Provider& which) {
  auto exchange = which.begin();
  ck_assert(bool(exchange->open(request_for(SEEDREAM_OPERATION_GENERATE))));
  return exchange;
}

bool is_kebab(const std::string& id) {
  return !id.empty() && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

}  // namespace

START_TEST(a_provider_is_found_by_its_id) {
  const Provider& p = provider(_i);
  ck_assert(is_kebab(p.id));
  ck_assert_ptr_eq(find_provider(p.id), &p);
  ck_assert_ptr_null(find_provider(std::string(p.id) + "x"));
  ck_assert_ptr_null(find_provider(""));
}
END_TEST

START_TEST(a_provider_has_an_address_or_a_program) {
  const Provider& p = provider(_i);
  ck_assert((p.base_url != nullptr) != (p.program != nullptr));
  if (p.base_url)
    ck_assert(std::string_view(p.base_url).starts_with("https://"));
  ck_assert(*p.name && *p.model);
  ck_assert_ptr_nonnull(p.base_url_variable);
}
END_TEST

START_TEST(a_provider_s_abilities_make_sense) {
  const Capabilities& can = provider(_i).can;
  ck_assert_uint_ge(can.max_count, 1);
  ck_assert_uint_ge(can.max_images, 2);
  ck_assert_double_ge(can.usd_per_image, 0);
  std::set<std::string> names;
  for (const NamedSize& size : can.sizes) {
    ck_assert(size.width > 0 && size.height > 0);
    ck_assert_msg(names.insert(size.name).second, "%s twice", size.name);
    auto chosen = choose_size(can, size.name, "");
    ck_assert(chosen && *chosen == size.name);
  }
}
END_TEST

START_TEST(every_operation_is_one_call_that_costs) {
  for (auto operation : {SEEDREAM_OPERATION_GENERATE, SEEDREAM_OPERATION_EDIT, SEEDREAM_OPERATION_COMPOSE}) {
    ck_assert(bool(check_request(provider(_i), request_for(operation))));
    auto call = provider(_i).begin()->open(request_for(operation));
    ck_assert(bool(call));
    ck_assert(call->creates);
    assert_text_eq(call->method, "POST");
    ck_assert_msg(call->path.starts_with(provider(_i).api_prefix), "%s", call->path.c_str());
    ck_assert(call->body.size() > 0 && !call->body_type.empty());
    // The key is the runner's, who puts it where it belongs.
    for (const auto& [name, value] : call->headers)
      ck_assert_str_ne(name.c_str(), "Authorization");
  }
}
END_TEST

START_TEST(an_empty_prompt_is_refused_before_any_call) {
  for (const char* prompt : {"", " ", "\t\r\n"}) {
    Request request = request_for(SEEDREAM_OPERATION_GENERATE);
    request.prompt = prompt;
    auto checked = check_request(provider(_i), request);
    ck_assert(!checked);
    ck_assert_int_eq(checked.take_error()->code, SEEDREAM_ERROR_INVALID);
  }
}
END_TEST

START_TEST(a_refused_key_costs_nothing_and_says_so) {
  for (const char* body : {"", "{}", "{\"error\":\"no\"}", "<html>"}) {
    const auto steps = opened(provider(_i))->hear(answer(401, body));
    const Failed* failed = std::get_if<Failed>(&steps.at(0));
    ck_assert(failed && steps.size() == 1);
    ck_assert_int_eq(failed->error->code, SEEDREAM_ERROR_SIGN_IN);
    ck_assert_int_eq(failed->charged, SEEDREAM_CHARGE_NO);
  }
}
END_TEST

START_TEST(an_answer_that_nobody_can_read_may_have_cost) {
  for (const char* body : {"", "{}", "[]", "null", "\"text\"", "{\"id\":{}}", "<html>", "\xff", "{\"id\":"}) {
    const auto steps = opened(provider(_i))->hear(answer(200, body));
    const Failed* failed = std::get_if<Failed>(&steps.at(0));
    ck_assert_msg(failed && steps.size() == 1, "%s", body);
    ck_assert_int_eq(failed->error->code, SEEDREAM_ERROR_BAD_ANSWER);
    ck_assert_int_eq(failed->charged, SEEDREAM_CHARGE_UNKNOWN);
  }
}
END_TEST

START_TEST(an_answer_with_no_body_at_all_is_survived) {
  HttpAnswer nothing;
  for (unsigned status : {200u, 204u, 400u, 500u}) {
    nothing.status = status;
    ck_assert(std::holds_alternative<Failed>(opened(provider(_i))->hear(nothing).at(0)));
  }
}
END_TEST

START_TEST(every_status_leads_somewhere) {
  for (unsigned status = 100; status < 600; ++status)
    ck_assert(!opened(provider(_i))->hear(answer(status, "{\"id\":\"j1\"}")).empty());
}
END_TEST

START_TEST(two_talks_do_not_mix) {
  auto one = opened(provider(_i)), other = opened(provider(_i));
  one->hear(answer(200, "{\"id\":\"one\"}"));
  const auto steps = other->hear(answer(200, "{\"id\":\"other\"}"));
  const Accepted* accepted = std::get_if<Accepted>(&steps.at(0));
  ck_assert(accepted && accepted->service_id == "other");
}
END_TEST

int main() {
  Suite* suite = suite_create("providers");
  TCase* tcase = tcase_create("contract");
  const int n = static_cast<int>(providers().size());
  tcase_add_loop_test(tcase, a_provider_is_found_by_its_id, 0, n);
  tcase_add_loop_test(tcase, a_provider_has_an_address_or_a_program, 0, n);
  tcase_add_loop_test(tcase, a_provider_s_abilities_make_sense, 0, n);
  tcase_add_loop_test(tcase, every_operation_is_one_call_that_costs, 0, n);
  tcase_add_loop_test(tcase, an_empty_prompt_is_refused_before_any_call, 0, n);
  tcase_add_loop_test(tcase, a_refused_key_costs_nothing_and_says_so, 0, n);
  tcase_add_loop_test(tcase, an_answer_that_nobody_can_read_may_have_cost, 0, n);
  tcase_add_loop_test(tcase, an_answer_with_no_body_at_all_is_survived, 0, n);
  tcase_add_loop_test(tcase, every_status_leads_somewhere, 0, n);
  tcase_add_loop_test(tcase, two_talks_do_not_mix, 0, n);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
