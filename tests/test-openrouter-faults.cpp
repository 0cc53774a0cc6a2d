// test-openrouter-faults.cpp - each of OpenRouter's errors, wherever it may stand, in both of its contracts.
#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;
using test::answer;
using test::told;

namespace {

constexpr const char* contracts[] = {"openrouter", "openrouter-images"};

struct Fault {
  unsigned status;
  const char* error;  // the members of the object, besides its code and message
  const char* told;
};

// By the status alone.
constexpr Fault by_status[] = {
    {400, "", "refused, free"},        {401, "", "sign-in, free"},        {402, "", "pay, free"},
    {403, "", "refused, free"},        {404, "", "refused, free"},        {408, "", "unavailable, unknown"},
    {413, "", "shrink, free"},         {422, "", "refused, free"},        {429, "", "wait, free"},
    {500, "", "unavailable, unknown"}, {502, "", "unavailable, unknown"}, {503, "", "unavailable, free"},
    {504, "", "unavailable, unknown"}, {524, "", "unavailable, unknown"}, {529, "", "unavailable, unknown"},
};

// By its own word for it.
constexpr Fault by_type[] = {
    {400, "context_length_exceeded", "shrink, free, hopeless"},
    {400, "max_tokens_exceeded", "shrink, free, hopeless"},
    {400, "token_limit_exceeded", "shrink, free, hopeless"},
    {400, "string_too_long", "shrink, free, hopeless"},
    {401, "authentication", "sign-in, free, hopeless"},
    {403, "permission_denied", "refused, free, hopeless"},
    {402, "payment_required", "pay, free, hopeless"},
    {429, "rate_limit_exceeded", "wait, free"},
    {503, "provider_overloaded", "unavailable, free"},
    {502, "provider_unavailable", "unavailable, unknown"},
    {400, "invalid_request", "refused, free, hopeless"},
    {400, "invalid_prompt", "refused, free, hopeless"},
    {404, "not_found", "refused, free, hopeless"},
    {412, "precondition_failed", "refused, free, hopeless"},
    {413, "payload_too_large", "shrink, free, hopeless"},
    {422, "unprocessable", "refused, free, hopeless"},
    {400, "content_policy_violation", "refused, free, hopeless"},
    {400, "refusal", "refused, free, hopeless"},
    {400, "invalid_image", "refused, free, hopeless"},
    {400, "image_too_large", "shrink, free, hopeless"},
    {400, "image_too_small", "refused, free, hopeless"},
    {400, "unsupported_image_format", "refused, free, hopeless"},
    {404, "image_not_found", "refused, free, hopeless"},
    {400, "image_download_failed", "refused, free, hopeless"},
    {500, "server", "unavailable, unknown"},
    {504, "timeout", "unavailable, unknown"},
    {500, "unmapped", "unavailable, unknown"},
};

// Who serves the model, and why nobody does. What it says of trying again counts for more than its code.
constexpr Fault by_availability[] = {
    {400, R"("code":"model_not_found","retryable":false)", "refused, free, hopeless"},
    {400, R"("code":"wrong_endpoint","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"no_endpoints","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"model_deprecated","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"model_unavailable_upstream","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"model_unavailable_upstream","retryable":true)", "unavailable, free"},
    {429, R"("code":"capacity_exhausted","retryable":true,"retry_after":30)", "wait, free"},
    {429, R"("code":"capacity_exhausted","retryable":false)", "refused, free, hopeless"},
    {503, R"("code":"temporarily_unavailable","retryable":true)", "unavailable, free"},
    {503, R"("code":"temporarily_unavailable","retryable":false)", "refused, free, hopeless"},
    {403, R"("code":"region_restricted","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"privacy_restricted","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"constraint_filtered","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"free_variant_ended","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"free_variant_ended")", "refused, free, hopeless"},
    {503, R"("code":"brandnew","retryable":false)", "refused, free, hopeless"},
    {404, R"("code":"brandnew","retryable":true)", "unavailable, free"},
    {402, R"("code":"brandnew","retryable":false)", "pay, free, hopeless"},
};

std::string failed(const Fault& fault) {
  return std::string("failed ") + fault.told;
}

// As an answer of its own, in one that succeeded, and in a stream.
void assert_everywhere(const Fault& fault, const std::string& error) {
  const std::string body = "{\"error\":" + error + ",\"user_id\":\"user_1\"}";
  const std::string chunk =
      "{\"type\":\"error\",\"error\":" + error + ",\"choices\":[{\"delta\":{},\"finish_reason\":\"error\"}]}";
  for (const char* contract : contracts) {
    const Steps steps = test::opened(contract)->hear(answer(fault.status, body));
    ck_assert_msg(told(steps) == failed(fault), "%s: “%s”", error.c_str(), told(steps).c_str());
    ck_assert_ptr_nonnull(strstr(test::words_of(steps).c_str(), "“What went wrong” (HTTP "));
    assert_text_eq(told(test::opened(contract)->hear(answer(200, body))), failed(fault));
    assert_text_eq(told(test::opened(contract)->hear_event(chunk)), failed(fault));
  }
}

}  // namespace

START_TEST(a_status_means_what_the_table_says) {
  const Fault& fault = by_status[_i];
  for (const char* body : {"", "{}", "<html>", "{\"error\":null}", "\xff"})
    for (const char* contract : contracts)
      assert_text_eq(told(test::opened(contract)->hear(answer(fault.status, body))), failed(fault));
  assert_everywhere(fault, format(R"({"code":%u,"message":"What went wrong"})", fault.status));
  assert_everywhere(fault,
                    format(R"({"code":"%u","message":"What went wrong","metadata":{}})", fault.status));
  assert_everywhere(fault, format(R"({"http_status":%u,"message":"What went wrong"})", fault.status));
}
END_TEST

START_TEST(an_error_type_means_what_the_table_says) {
  const Fault& fault = by_type[_i];
  const char* type = fault.error;
  constexpr const char* words = R"("message":"What went wrong")";
  assert_everywhere(fault,
                    format(R"({"code":%u,%s,"metadata":{"error_type":"%s"}})", fault.status, words, type));
  assert_everywhere(fault, format(R"({%s,"metadata":{"error_type":"%s","provider_code":"x"}})", words, type));
  assert_everywhere(fault, format(R"({%s,"error_type":"%s","http_status":%u})", words, type, fault.status));
  assert_everywhere(fault, format(R"({"code":"%s",%s})", type, words));
}
END_TEST

START_TEST(an_availability_means_what_the_table_says) {
  const Fault& fault = by_availability[_i];
  assert_everywhere(fault, format(R"({"code":%u,"message":"What went wrong","availability":{%s}})",
                                  fault.status, fault.error));
  assert_everywhere(fault, format(R"({"message":"What went wrong","http_status":%u,"availability":{%s}})",
                                  fault.status, fault.error));
  if (!strstr(fault.error, "brandnew"))
    assert_everywhere(fault, format(R"({"message":"What went wrong","availability":{%s}})", fault.error));
}
END_TEST

// The status that the error names is the one that counts; a word that nobody knows says nothing.
START_TEST(an_error_of_an_unknown_type_has_its_status) {
  assert_everywhere({429, "", "wait, free"},
                    R"({"code":429,"message":"What went wrong","metadata":{"error_type":"brandnew"}})");
  for (const char* code : {"200", "0", "-5", "99999999999", "\"\"", "\"42x\"", "null", "[]", "4.5"}) {
    const std::string body = format(R"({"error":{"code":%s,"message":"m"}})", code);
    for (const char* contract : contracts) {
      assert_text_eq(told(test::opened(contract)->hear(answer(403, body))), "failed refused, free");
      assert_text_eq(told(test::opened(contract)->hear(answer(200, body))), "failed unavailable, unknown");
    }
  }
}
END_TEST

struct Words {
  const char* error;
  const char* shown;
};
constexpr Words words[] = {
    {R"("plain text")", "“plain text”"},
    {R"({"message":"Provider returned error","metadata":{"provider_name":"Seed","raw":"too small"}})",
     "“Provider returned error: too small”"},
    {R"({"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"too small\"}}"}})",
     "“Provider returned error: too small”"},
    {R"({"message":"Provider returned error","metadata":{"raw":{"error":{"message":"too small"}}}})",
     "“Provider returned error: too small”"},
    {R"({"message":"Provider returned error","metadata":{"raw":{"message":"too small"}}})",
     "“Provider returned error: too small”"},
    {R"({"message":"Provider returned error","metadata":{"raw":"{\"error\":\"too small\"}"}})",
     "“Provider returned error: too small”"},
    {R"({"message":"It is too small","metadata":{"raw":"too small"}})", "“It is too small”"},
    {R"({"metadata":{"raw":"too small"}})", "“too small”"},
    {R"({"message":"m","metadata":{"raw":null,"reasons":null}})", "“m”"},
    {R"({"message":"m","metadata":{"raw":7}})", "“m"},
    {R"({"message":"Flagged","metadata":{"reasons":["violence","gore"],"flagged_input":"a ... b"}})",
     "“Flagged [violence] [gore]”"},
    {R"({"message":"line\nbreak\u001b[31m"})", "“line break [31m”"},
    {R"({"message":7})", "“7”"},
};

START_TEST(what_an_error_says_is_shown) {
  const std::string body = std::string("{\"error\":") + words[_i].error + "}";
  for (const char* contract : contracts) {
    const std::string shown = test::words_of(test::opened(contract)->hear(answer(400, body)));
    ck_assert_msg(shown.find(words[_i].shown) != std::string::npos, "%s", test::one_line(shown).c_str());
  }
}
END_TEST

int main() {
  Suite* suite = suite_create("openrouter-faults");
  TCase* tcase = tcase_create("openrouter-faults");
  tcase_add_loop_test(tcase, a_status_means_what_the_table_says, 0, int(std::size(by_status)));
  tcase_add_loop_test(tcase, an_error_type_means_what_the_table_says, 0, int(std::size(by_type)));
  tcase_add_loop_test(tcase, an_availability_means_what_the_table_says, 0, int(std::size(by_availability)));
  tcase_add_test(tcase, an_error_of_an_unknown_type_has_its_status);
  tcase_add_loop_test(tcase, what_an_error_says_is_shown, 0, int(std::size(words)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
