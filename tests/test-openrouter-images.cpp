// test-openrouter-images.cpp - OpenRouter's image API: what is sent, and what is made of each answer.
#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;
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
  const char* json;
};

const Written bodies[] = {
    {"nothing said", generate, [](Request&) {},
     R"({"model":"bytedance-seed/seedream-4.5","prompt":"a pear","resolution":"2K","n":1})"},
    {"everything said", generate,
     [](Request& r) {
       r.size = "4K";
       r.aspect = "9:21";
       r.count = 10;
       r.seed = 7;
     },
     R"({"model":"bytedance-seed/seedream-4.5","prompt":"a pear","resolution":"4K","aspect_ratio":"9:21",
         "n":10,"seed":7})"},
    {"an edit", edit, [](Request&) {},
     R"({"model":"bytedance-seed/seedream-4.5","prompt":"a pear","resolution":"2K","aspect_ratio":"4:3","n":1,
         "input_references":[{"type":"image_url","image_url":{"url":"data:image/png;base64,b25l"}}]})"},
    {"a composition with what lies elsewhere", compose,
     [](Request& r) {
       r.images[0] = {0, 0};
       r.uploads[0] = {.media_type = {}, .bytes = {}, .url = "https://example.org/in.jpg"};
       r.seed = 0;
     },
     R"({"model":"bytedance-seed/seedream-4.5","prompt":"a pear","resolution":"2K","n":1,"seed":0,
         "input_references":[{"type":"image_url","image_url":{"url":"https://example.org/in.jpg"}},
                             {"type":"image_url","image_url":{"url":"data:image/jpeg;base64,dHdv"}}]})"},
    {"another model", generate, [](Request& r) { r.model = "seedream-5.0-pro"; },
     R"({"model":"bytedance-seed/seedream-5-0-pro","prompt":"a pear","resolution":"2K","n":1})"},
};

constexpr const char* folder = "fixtures/openrouter-images";

constexpr test::Reply replies[] = {
    {"one.json", "here 000102; cost 0.04; finished"},
    {"three.json", "here 000102; here 030405; here 060708; cost 0.12; finished"},
    {"elsewhere.json", "at https://cdn.example.net/r/1.png; here 000102; here 030405; finished"},
    {"sparse.json", "here 000102; finished"},
    {"odd-members.json", "here 000102; finished"},
    {"damaged.json", "missing bad-answer; here 000102; cost 0.08; finished", "cut or damaged"},
    {"all-damaged.json", "missing bad-answer; cost 0.04; finished"},
    {"no-picture.json", "cost 0; failed bad-answer, unknown", "without a picture"},
    {"no-data.json", "failed bad-answer, unknown", "without a picture"},
    {"error.json", "failed unavailable, unknown", "“The image generation failed” (HTTP 502)"},
    {"error-no-code.json", "failed refused, free, hopeless", "“No endpoints found” (HTTP 404)"},
    {"cut.json", "failed bad-answer, unknown", "not JSON"},
    {"html.json", "failed bad-answer, unknown", "not JSON"},
    {"stream.sse", "here 000102; cost 0.04; finished"},
    {"stream-two.sse", "here 000102; here 030405; cost 0.04; finished"},
    {"stream-no-done.sse", "here 000102; cost 0.04; finished"},
    {"stream-unknown.sse", "here 000102; cost 0.04; finished"},
    {"stream-error.sse", "failed unavailable, unknown", "“Provider disconnected”"},
    {"stream-error-after.sse", "here 000102; cost 0.04; failed unavailable, unknown"},
    {"stream-cut.sse", "failed bad-answer, unknown", "stream was cut"},
    {"stream-no-picture.sse", "failed bad-answer, unknown", "without a picture"},
    {"stream-broken.sse", "missing bad-answer; here 000102; cost 0.04; finished", "not JSON"},
};

}  // namespace

START_TEST(a_request_becomes_the_body_of_the_table) {
  const Written& body = bodies[_i];
  Request request = request_for(body.operation);
  body.change(request);
  auto call = find_provider("openrouter-images")
                  ->begin()
                  ->open(request, test::model_of("openrouter-images", request.model));
  ck_assert_msg(bool(call), "%s", body.what);
  assert_text_eq(test::json_difference(test::whole(call->body), body.json), "");
  assert_text_eq(call->method + " " + call->path, "POST /api/v1/images");
  assert_text_eq(call->body_type, "application/json");
  ck_assert(call->creates && call->streams);
}
END_TEST

// A field that an endpoint does not list is an error there.
START_TEST(only_what_the_model_knows_is_said) {
  Model model = test::model_of("openrouter-images");
  model.qualities = {"high"};
  model.formats = {"png", "webp"};
  model.max_per_request = 1;
  model.sizes.tiers.clear();
  model.sizes.ratios.clear();
  model.sizes.default_tier.clear();
  Request request = request_for(generate);
  request.quality = "high";
  request.format = "webp";
  auto call = find_provider("openrouter-images")->begin()->open(request, model);
  ck_assert(bool(call));
  assert_text_eq(
      test::json_difference(
          test::whole(call->body),
          R"({"model":"bytedance-seed/seedream-4.5","prompt":"a pear","quality":"high","output_format":"webp"})"),
      "");
}
END_TEST

START_TEST(an_answer_means_what_the_table_says) {
  test::assert_heard("openrouter-images", folder, replies[_i]);
}
END_TEST

START_TEST(no_answer_was_forgotten) {
  test::assert_all_heard(folder, replies);
}
END_TEST

START_TEST(the_id_is_in_the_headers) {
  const Headers headers = {{"x-generation-id", "gen-9"}};
  test::assert_heard("openrouter-images", folder,
                     {"one.json", "accepted gen-9; here 000102; cost 0.04; finished"}, headers);
  test::assert_heard("openrouter-images", folder,
                     {"stream.sse", "accepted gen-9; here 000102; cost 0.04; finished"}, headers);
}
END_TEST

START_TEST(base64_may_be_caught_or_a_data_url) {
  const char* text = R"({"data":[{"b64_json":"caught:1/0"},{"b64_json":"data:image/png;base64,AAEC"},
                                 {"url":"caught:1/1","b64_json":"AAEC"},{"b64_json":"data:image/png,AAEC"}]})";
  const Steps steps = test::opened("openrouter-images")->hear(test::answer(200, text));
  assert_text_eq(test::told(steps),
                 "at caught:1/0; here 000102; at caught:1/1; missing bad-answer; finished");
}
END_TEST

int main() {
  Suite* suite = suite_create("openrouter-images");
  TCase* tcase = tcase_create("openrouter-images");
  tcase_add_loop_test(tcase, a_request_becomes_the_body_of_the_table, 0, int(std::size(bodies)));
  tcase_add_test(tcase, only_what_the_model_knows_is_said);
  tcase_add_loop_test(tcase, an_answer_means_what_the_table_says, 0, int(std::size(replies)));
  tcase_add_test(tcase, no_answer_was_forgotten);
  tcase_add_test(tcase, the_id_is_in_the_headers);
  tcase_add_test(tcase, base64_may_be_caught_or_a_data_url);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
