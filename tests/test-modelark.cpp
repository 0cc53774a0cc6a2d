// test-modelark.cpp - ByteDance's own API: what is sent, and what is made of each answer and each error.
#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;
using test::answer;
using test::request_for;
using test::told;

namespace {

constexpr auto generate = SEEDREAM_OPERATION_GENERATE;
constexpr auto edit = SEEDREAM_OPERATION_EDIT;
constexpr auto compose = SEEDREAM_OPERATION_COMPOSE;

struct Written {
  const char* what;
  SeedreamOperation operation;
  void (*change)(Request& request);
  bool streams;
  const char* json;
};

const Written bodies[] = {
    {"nothing said", generate, [](Request&) {}, false,
     R"({"model":"seedream-4-5-251128","prompt":"a pear","size":"2K","sequential_image_generation":"disabled",
         "response_format":"url","stream":false,"watermark":false})"},
    {"several", generate, [](Request& r) { r.count = 4; }, true,
     R"({"model":"seedream-4-5-251128","prompt":"a pear","size":"2K","sequential_image_generation":"auto",
         "sequential_image_generation_options":{"max_images":4},"response_format":"url","stream":true,
         "watermark":false})"},
    {"a group at once", generate,
     [](Request& r) {
       r.count = 15;
       r.group = true;
       r.stream = false;
       r.size = "4K";
     },
     false,
     R"({"model":"seedream-4-5-251128","prompt":"a pear","size":"4K","sequential_image_generation":"auto",
         "sequential_image_generation_options":{"max_images":15},"response_format":"url","stream":false,
         "watermark":false})"},
    {"one, streamed", generate, [](Request& r) { r.stream = true; }, true,
     R"({"model":"seedream-4-5-251128","prompt":"a pear","size":"2K","sequential_image_generation":"disabled",
         "response_format":"url","stream":true,"watermark":false})"},
    {"a tier and a ratio", generate,
     [](Request& r) {
       r.size = "4K";
       r.aspect = "16:9";
     },
     false,
     R"({"model":"seedream-4-5-251128","prompt":"a pear","size":"5504x3040",
         "sequential_image_generation":"disabled","response_format":"url","stream":false,"watermark":false})"},
    {"pixels", generate, [](Request& r) { r.size = "3750x1250"; }, false,
     R"({"model":"seedream-4-5-251128","prompt":"a pear","size":"3750x1250",
         "sequential_image_generation":"disabled","response_format":"url","stream":false,"watermark":false})"},
    {"an edit: one text", edit,
     [](Request& r) {
       r.images = {{3000, 2000}};
     },
     false,
     R"({"model":"seedream-4-5-251128","prompt":"a pear","image":"data:image/png;base64,b25l","size":"3000x2000",
         "sequential_image_generation":"disabled","response_format":"url","stream":false,"watermark":false})"},
    {"a composition: a list", compose,
     [](Request& r) {
       r.images[1] = {0, 0};
       r.uploads[1] = {.media_type = {}, .bytes = {}, .url = "https://example.org/vase.jpg"};
     },
     false,
     R"({"model":"seedream-4-5-251128","prompt":"a pear",
         "image":["data:image/png;base64,b25l","https://example.org/vase.jpg"],"size":"2K",
         "sequential_image_generation":"disabled","response_format":"url","stream":false,"watermark":false})"},
    // What these models do not know is an error there: no groups, no streams.
    {"5.0 pro", generate,
     [](Request& r) {
       r.model = "seedream-5.0-pro";
       r.format = "png";
     },
     false,
     R"({"model":"dola-seedream-5-0-pro-260628","prompt":"a pear","size":"2K","response_format":"url",
         "output_format":"png","watermark":false})"},
    {"5.0 flash, which cannot stream", generate,
     [](Request& r) {
       r.model = "seedream-5.0-flash";
       r.count = 3;
       r.stream = true;
     },
     false,
     R"({"model":"dola-seedream-5-0-flash-260915","prompt":"a pear","size":"2K","response_format":"url",
         "watermark":false})"},
    {"5.0 lite", generate,
     [](Request& r) {
       r.model = "seedream-5.0-lite";
       r.size = "3K";
       r.aspect = "16:9";
     },
     false,
     R"({"model":"seedream-5-0-260128","prompt":"a pear","size":"4096x2304",
         "sequential_image_generation":"disabled","response_format":"url","stream":false,"watermark":false})"},
    {"4.0", generate,
     [](Request& r) {
       r.model = "seedream-4.0";
       r.size = "1K";
     },
     false,
     R"({"model":"seedream-4-0-250828","prompt":"a pear","size":"1K","sequential_image_generation":"disabled",
         "response_format":"url","stream":false,"watermark":false})"},
};

Result<ServiceCall> open(const Request& request, const Model& model) {
  return find_provider("modelark")->begin()->open(request, model);
}

constexpr const char* folder = "fixtures/modelark";

constexpr test::Reply replies[] = {
    {"one.json", "at https://cdn.example.net/1.jpeg; finished"},
    {"two-sizes.json", "at https://cdn.example.net/1.jpeg; here 000102; finished"},
    {"layers.json", "at https://cdn.example.net/base.jpeg; at https://cdn.example.net/l1.png; finished"},
    {"partly.json", "at https://cdn.example.net/1.jpeg; missing refused; here 000102; finished",
     "The output may hold sensitive content"},
    {"none.json", "missing unavailable; missing refused; failed refused, free", "sensitive content"},
    {"all-broke.json", "missing unavailable; failed unavailable, free", "Try again"},
    {"data-and-error.json", "here 000102; failed unavailable, unknown", "Try again"},
    {"error.json", "failed pay, free, hopeless", "QuotaExceeded: The quota is used up. Request ID: 7"},
    {"error-unknown.json", "failed unavailable, unknown", "NobodyKnows: Nobody knows"},
    {"error-is-text.json", "failed unavailable, unknown", "“Nobody knows”"},
    {"odd-members.json", "here 000102; finished"},
    {"damaged.json", "missing bad-answer; here 000102; finished", "cut or damaged"},
    {"all-damaged.json", "missing bad-answer; finished"},
    {"damaged-and-refused.json", "missing bad-answer; missing refused; finished"},
    {"no-picture.json", "failed bad-answer, unknown", "without a picture"},
    {"cut.json", "failed bad-answer, unknown", "not JSON"},
    {"html.json", "failed bad-answer, unknown", "not JSON"},
    {"stream.sse", "running; at https://cdn.example.net/1.jpeg; missing refused; finished"},
    {"stream-embedded.sse", "running; here 000102; here 030405; finished"},
    {"stream-none.sse", "running; missing refused; missing refused; failed refused, free"},
    {"stream-no-done.sse", "running; at https://cdn.example.net/1.jpeg; finished"},
    {"stream-no-completed.sse", "running; at https://cdn.example.net/1.jpeg; finished"},
    {"stream-cut-early.sse", "running; failed bad-answer, unknown", "stream was cut"},
    {"stream-cut.sse", "running; at https://cdn.example.net/1.jpeg; failed bad-answer, unknown",
     "stream was cut"},
    {"stream-cut-after-failure.sse", "running; missing refused; failed bad-answer, unknown",
     "stream was cut"},
    {"stream-error.sse", "running; failed refused, free, hopeless", "BadRequest: The size is wrong"},
    {"stream-error-after.sse",
     "running; at https://cdn.example.net/1.jpeg; missing unavailable; failed unavailable, unknown"},
    {"stream-unknown.sse", "running; at https://cdn.example.net/1.jpeg; finished"},
    {"stream-damaged.sse", "running; missing bad-answer; at https://cdn.example.net/2.jpeg; finished"},
    {"stream-broken.sse", "running; missing bad-answer; at https://cdn.example.net/2.jpeg; finished",
     "not JSON"},
    {"stream-no-picture.sse", "running; failed bad-answer, unknown", "without a picture"},
    {"stream-after-done.sse", "running; at https://cdn.example.net/1.jpeg; finished"},
};

struct Fault {
  const char* code;
  unsigned status;
  const char* type;
  const char* told;
};

// ByteDance's table of errors, row by row.
constexpr Fault faults[] = {
    {"MissingParameter", 400, "BadRequest", "refused, free, hopeless"},
    {"InvalidParameter", 400, "BadRequest", "refused, free, hopeless"},
    {"InvalidParameter.Size", 400, "BadRequest", "refused, free, hopeless"},
    {"InvalidEndpoint.ClosedEndpoint", 400, "BadRequest", "refused, free, hopeless"},
    {"InvalidImageURL", 400, "BadRequest", "refused, free, hopeless"},
    {"InputTextSensitiveContentDetected", 400, "BadRequest", "refused, free, hopeless"},
    {"InputImageSensitiveContentDetected", 400, "BadRequest", "refused, free, hopeless"},
    {"OutputImageSensitiveContentDetected", 400, "BadRequest", "refused, free"},
    {"SensitiveContentDetected", 400, "BadRequest", "refused, free, hopeless"},
    {"SensitiveContentDetected.SevereViolation", 400, "BadRequest", "refused, free, hopeless"},
    {"SensitiveContentDetected.Violence", 400, "BadRequest", "refused, free, hopeless"},
    {"InputTextRiskDetection", 400, "BadRequest", "refused, free, hopeless"},
    {"InputImageRiskDetection", 400, "BadRequest", "refused, free, hopeless"},
    {"OutputImageRiskDetection", 400, "BadRequest", "refused, free"},
    {"PolicyViolation", 400, "BadRequest", "refused, free, hopeless"},
    {"AuthenticationError", 401, "Unauthorized", "sign-in, free, hopeless"},
    {"InvalidAccountStatus", 401, "Unauthorized", "sign-in, free, hopeless"},
    {"AccountOverdueError", 403, "Forbidden", "pay, free, hopeless"},
    {"AccessDenied", 403, "Forbidden", "sign-in, free, hopeless"},
    {"OperationDenied.ServiceNotOpen", 403, "Forbidden", "refused, free, hopeless"},
    {"OperationDenied.ServiceOverdue", 403, "Forbidden", "pay, free, hopeless"},
    {"OperationDenied.PermissionDenied", 403, "Forbidden", "refused, free, hopeless"},
    {"InvalidEndpointOrModel.NotFound", 404, "NotFound", "refused, free, hopeless"},
    {"ModelNotOpen", 404, "NotFound", "refused, free, hopeless"},
    {"UnsupportedModel", 404, "NotFound", "refused, free, hopeless"},
    {"ModelAccountIpmRateLimitExceeded", 429, "TooManyRequests", "wait, free"},
    {"ModelAccountRpmRateLimitExceeded", 429, "TooManyRequests", "wait, free"},
    {"ModelAccountTpmRateLimitExceeded", 429, "TooManyRequests", "wait, free"},
    {"APIAccountRpmRateLimitExceeded", 429, "TooManyRequests", "wait, free"},
    {"RateLimitExceeded.EndpointRPMExceeded", 429, "TooManyRequests", "wait, free"},
    {"RateLimitExceeded.EndpointTPMExceeded", 429, "TooManyRequests", "wait, free"},
    {"AccountRateLimitExceeded", 429, "TooManyRequests", "wait, free"},
    {"RequestBurstTooFast", 429, "TooManyRequests", "wait, free"},
    {"ServerOverloaded", 429, "TooManyRequests", "wait, free"},
    {"InflightBatchsizeExceeded", 429, "TooManyRequests", "wait, free"},
    {"QuotaExceeded", 429, "TooManyRequests", "pay, free, hopeless"},
    {"SetLimitExceeded", 429, "TooManyRequests", "pay, free, hopeless"},
    {"InternalServiceError", 500, "InternalServerError", "unavailable, unknown"},
    // A word that nobody knows means what its type, or else its status, means.
    {"Brandnew", 400, "BadRequest", "refused, free, hopeless"},
    {"Brandnew", 401, "Unauthorized", "sign-in, free, hopeless"},
    {"Brandnew", 403, "Forbidden", "refused, free, hopeless"},
    {"Brandnew", 404, "NotFound", "refused, free, hopeless"},
    {"Brandnew", 429, "TooManyRequests", "wait, free"},
    {"Brandnew", 500, "InternalServerError", "unavailable, unknown"},
    // In streams the type stands in the code's place.
    {"BadRequest", 400, "", "refused, free, hopeless"},
    {"Unauthorized", 401, "", "sign-in, free, hopeless"},
    {"Forbidden", 403, "", "refused, free, hopeless"},
    {"NotFound", 404, "", "refused, free, hopeless"},
    {"TooManyRequests", 429, "", "wait, free"},
    {"InternalServerError", 500, "", "unavailable, unknown"},
};

std::string error_object(const Fault& fault) {
  return format(
      R"({"error":{"code":"%s","message":"What went wrong. Request ID: 7","param":"","type":"%s"}})",
      fault.code, fault.type);
}

}  // namespace

START_TEST(a_request_becomes_the_body_of_the_table) {
  const Written& body = bodies[_i];
  Request request = request_for(body.operation);
  body.change(request);
  auto call = open(request, test::model_of("modelark", request.model));
  ck_assert_msg(bool(call), "%s", body.what);
  assert_text_eq(test::json_difference(test::whole(call->body), body.json), "");
  assert_text_eq(call->method + " " + call->path, "POST /api/v3/images/generations");
  assert_text_eq(call->body_type, "application/json");
  ck_assert(call->creates && call->headers.empty());
  ck_assert_msg(call->streams == body.streams, "%s", body.what);
}
END_TEST

START_TEST(what_the_data_says_is_sent) {
  Model model = test::model_of("modelark");
  model.service_id = "ep-20260101-x";
  model.fields = {{"response_format", "b64_json"}};
  model.takes_seed = true;
  Request request = request_for(generate);
  request.seed = 7;
  auto call = open(request, model);
  ck_assert(bool(call));
  assert_text_eq(test::json_difference(test::whole(call->body),
                                       R"({"model":"ep-20260101-x","prompt":"a pear","size":"2K","seed":7,
                                           "sequential_image_generation":"disabled",
                                           "response_format":"b64_json","stream":false,"watermark":false})"),
                 "");
}
END_TEST

START_TEST(an_answer_means_what_the_table_says) {
  test::assert_heard("modelark", folder, replies[_i]);
}
END_TEST

START_TEST(no_answer_was_forgotten) {
  test::assert_all_heard(folder, replies);
}
END_TEST

// With its status, and where the status says nothing.
START_TEST(an_error_means_what_the_table_says) {
  const Fault& fault = faults[_i];
  const std::string error = error_object(fault), wanted = std::string("failed ") + fault.told;
  auto with_status = test::opened("modelark"), with_200 = test::opened("modelark"),
       streamed = test::opened("modelark");
  const Steps steps = with_status->hear(answer(fault.status, error));
  assert_text_eq(told(steps), wanted);
  assert_text_eq(told(with_200->hear(answer(200, error))), wanted);
  assert_text_eq(told(streamed->hear_event(error)), wanted);
  ck_assert(test::words_of(steps).find(std::string(fault.code) + ": What went wrong") != std::string::npos);
}
END_TEST

START_TEST(a_field_that_is_wrong_is_named) {
  const auto steps =
      test::opened("modelark")
          ->hear(answer(
              400,
              R"({"error":{"code":"InvalidParameter","message":"not valid","param":"size","type":"BadRequest"}})"));
  ck_assert_ptr_nonnull(strstr(test::words_of(steps).c_str(), "InvalidParameter: size: not valid"));
}
END_TEST

START_TEST(an_error_without_words_has_its_status) {
  for (const char* body :
       {"", "{}", "<html>", "{\"error\":null}", "{\"error\":{}}", "{\"error\":{\"code\":null}}"}) {
    assert_text_eq(told(test::opened("modelark")->hear(answer(429, body))), "failed wait, free");
    assert_text_eq(told(test::opened("modelark")->hear(answer(503, body))), "failed unavailable, free");
    assert_text_eq(told(test::opened("modelark")->hear(answer(504, body))), "failed unavailable, unknown");
  }
}
END_TEST

int main() {
  Suite* suite = suite_create("modelark");
  TCase* tcase = tcase_create("modelark");
  tcase_add_loop_test(tcase, a_request_becomes_the_body_of_the_table, 0, int(std::size(bodies)));
  tcase_add_test(tcase, what_the_data_says_is_sent);
  tcase_add_loop_test(tcase, an_answer_means_what_the_table_says, 0, int(std::size(replies)));
  tcase_add_test(tcase, no_answer_was_forgotten);
  tcase_add_loop_test(tcase, an_error_means_what_the_table_says, 0, int(std::size(faults)));
  tcase_add_test(tcase, a_field_that_is_wrong_is_named);
  tcase_add_test(tcase, an_error_without_words_has_its_status);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
