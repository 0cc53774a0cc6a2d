// test-providers.cpp - the promises that every adapter must keep. The adapter is the loop variable.
#include "providers/provider.hpp"

#include <set>

#include "providers/check.hpp"
#include "providers/size.hpp"
#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;
using test::answer;
using test::request_for;

namespace {

constexpr SeedreamOperation operations[] = {SEEDREAM_OPERATION_GENERATE, SEEDREAM_OPERATION_EDIT,
                                            SEEDREAM_OPERATION_COMPOSE};

const Provider& provider(int index) {
  return *providers()[static_cast<std::size_t>(index)];
}

std::unique_ptr<Exchange> opened(const Provider& which) {
  return test::opened(which.id);
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
  ck_assert(p.regions.empty() == (p.program != nullptr));
  std::set<std::string_view> ids, urls;
  for (const Region& region : p.regions) {
    ck_assert(is_kebab(region.id) && std::string_view(region.base_url).starts_with("https://"));
    ck_assert(!std::string_view(region.base_url).ends_with("/"));
    ck_assert(ids.insert(region.id).second && urls.insert(region.base_url).second);
  }
  ck_assert(*p.name && *p.api_prefix == '/');
  ck_assert_ptr_nonnull(p.base_url_variable);
}
END_TEST

START_TEST(every_operation_is_one_call_that_costs) {
  const Provider& p = provider(_i);
  for (auto operation : operations) {
    Request request = request_for(operation);
    request.prompt = "a pear \"quoted\"\n— 鸟";
    ck_assert(bool(check_request(p, test::model_of(p.id), request)));
    auto call = p.begin()->open(request, test::model_of(p.id));
    ck_assert(bool(call));
    ck_assert(call->creates);
    assert_text_eq(call->method, "POST");
    ck_assert_msg(call->path.starts_with(p.api_prefix), "%s", call->path.c_str());
    assert_text_eq(call->body_type, "application/json");
    const std::string body = test::whole(call->body);
    ck_assert_msg(body.find("a pear \\\"quoted\\\"\\n— 鸟") != std::string::npos, "%s", body.c_str());
  }
}
END_TEST

// The key is the runner's, who puts it where it belongs.
START_TEST(no_adapter_writes_a_header_of_the_runner_s) {
  auto call =
      provider(_i).begin()->open(request_for(SEEDREAM_OPERATION_EDIT), test::model_of(provider(_i).id));
  for (const auto& [name, value] : call->headers) {
    ck_assert_int_ne(g_ascii_strcasecmp(name.c_str(), "Authorization"), 0);
    ck_assert_int_ne(g_ascii_strcasecmp(name.c_str(), "Content-Type"), 0);
    ck_assert(!value.empty() && value.find_first_of("\r\n") == std::string::npos);
  }
}
END_TEST

START_TEST(only_who_keeps_jobs_can_be_asked_for_one) {
  const Provider& p = provider(_i);
  auto call = p.begin()->resume("job 1/2?");
  ck_assert(call.has_value() == p.keeps_jobs);
  if (!call)
    return;
  ck_assert(!call->creates && !call->streams && !call->body);
  assert_text_eq(call->method, "GET");
  ck_assert_msg(call->path.starts_with(p.api_prefix) && call->path.ends_with("/job%201%2F2%3F"), "%s",
                call->path.c_str());
}
END_TEST

START_TEST(a_size_that_cannot_be_drawn_is_no_call) {
  Request request = request_for(SEEDREAM_OPERATION_GENERATE);
  request.size = "8K";
  auto call = provider(_i).begin()->open(request, test::model_of(provider(_i).id));
  ck_assert(!call);
  ck_assert(g_error_matches(call.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
}
END_TEST

START_TEST(a_refused_key_costs_nothing_and_says_so) {
  for (const char* body : {"", "{}", "{\"error\":\"no\"}", "<html>"}) {
    const auto steps = opened(provider(_i))->hear(answer(401, body));
    assert_text_eq(test::told(steps), "failed sign-in, free");
  }
}
END_TEST

START_TEST(an_answer_that_nobody_can_read_may_have_cost) {
  for (const char* body : {"", "{}", "[]", "null", "\"text\"", "{\"id\":{}}", "<html>", "\xff", "{\"id\":"})
    assert_text_eq(test::told(opened(provider(_i))->hear(answer(200, body))), "failed bad-answer, unknown");
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
  ck_assert_msg(test::told(steps).find("one") == std::string::npos, "%s", test::told(steps).c_str());
  ck_assert(std::holds_alternative<Accepted>(steps[0]) || !provider(_i).keeps_jobs);
}
END_TEST

START_TEST(a_stream_of_anything_is_survived) {
  for (const char* stream :
       {"", "data: [DONE]\n\n", "data: null\n\n", "data: 7\n\n", "data: {\n\n", ": only\n\n", "data: {}\n\n",
        "data: \xff\n\n", "data: []\n\ndata: [DONE]\n\n"}) {
    auto exchange = opened(provider(_i));
    const Steps steps = test::hear_stream(*exchange, stream);
    ck_assert_msg(!steps.empty() && std::holds_alternative<Failed>(steps.back()), "%s: %s", stream,
                  test::told(steps).c_str());
    ck_assert_int_eq(std::get_if<Failed>(&steps.back())->charged, SEEDREAM_CHARGE_UNKNOWN);
  }
}
END_TEST

START_TEST(what_is_asked_about_the_account_costs_nothing) {
  const AccountCalls* account = provider(_i).account;
  if (account) {
    const ServiceCall call = account->ask();
    ck_assert(!call.creates && !call.streams && call.method == "GET" && call.path.starts_with("/api/"));
  }
  for (const char* body : {"", "{}", "[]", "null", "<html>", "{\"data\":7}", "\xff"})
    if (account) {
      auto read = account->read(answer(200, body));
      ck_assert_msg(!read, "%s", body);
      ck_assert_int_eq(read.take_error()->code, SEEDREAM_ERROR_BAD_ANSWER);
    }
}
END_TEST

int main() {
  Suite* suite = suite_create("providers");
  TCase* tcase = tcase_create("contract");
  const int n = static_cast<int>(providers().size());
  tcase_add_loop_test(tcase, a_provider_is_found_by_its_id, 0, n);
  tcase_add_loop_test(tcase, a_provider_has_an_address_or_a_program, 0, n);
  tcase_add_loop_test(tcase, every_operation_is_one_call_that_costs, 0, n);
  tcase_add_loop_test(tcase, no_adapter_writes_a_header_of_the_runner_s, 0, n);
  tcase_add_loop_test(tcase, only_who_keeps_jobs_can_be_asked_for_one, 0, n);
  tcase_add_loop_test(tcase, a_size_that_cannot_be_drawn_is_no_call, 0, n);
  tcase_add_loop_test(tcase, a_refused_key_costs_nothing_and_says_so, 0, n);
  tcase_add_loop_test(tcase, an_answer_that_nobody_can_read_may_have_cost, 0, n);
  tcase_add_loop_test(tcase, an_answer_with_no_body_at_all_is_survived, 0, n);
  tcase_add_loop_test(tcase, every_status_leads_somewhere, 0, n);
  tcase_add_loop_test(tcase, two_talks_do_not_mix, 0, n);
  tcase_add_loop_test(tcase, a_stream_of_anything_is_survived, 0, n);
  tcase_add_loop_test(tcase, what_is_asked_about_the_account_costs_nothing, 0, n);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
