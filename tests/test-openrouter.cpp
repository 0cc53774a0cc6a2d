// test-openrouter.cpp - OpenRouter's chat completions: what is sent, and what is made of each answer.
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
  const char *model, *content, *more;  // what differs
};

constexpr const char* text_only = R"({"type":"text","text":"a pear"})";
constexpr const char* with_one =
    R"({"type":"text","text":"a pear"},
       {"type":"image_url","image_url":{"url":"data:image/png;base64,b25l"}})";
constexpr const char* with_two =
    R"({"type":"text","text":"a pear"},
       {"type":"image_url","image_url":{"url":"data:image/png;base64,b25l"}},
       {"type":"image_url","image_url":{"url":"https://example.org/in.jpg"}})";

const Written bodies[] = {
    {"nothing said", generate, [](Request&) {}, "4.5", text_only,
     R"("image_config":{"image_size":"2K"},"stream":true)"},
    {"a size and a ratio", generate,
     [](Request& r) {
       r.size = "4K";
       r.aspect = "21:9";
     },
     "4.5", text_only, R"("image_config":{"image_size":"4K","aspect_ratio":"21:9"},"stream":true)"},
    {"1K, of which nobody knows the pixels", generate,
     [](Request& r) {
       r.size = "1K";
       r.aspect = "16:9";
     },
     "4.5", text_only, R"("image_config":{"image_size":"1K","aspect_ratio":"16:9"},"stream":true)"},
    {"pixels that a tier and a ratio make", generate, [](Request& r) { r.size = "2848x1600"; }, "4.5",
     text_only, R"("image_config":{"image_size":"2K","aspect_ratio":"16:9"},"stream":true)"},
    {"a seed and no stream", generate,
     [](Request& r) {
       r.seed = 0;
       r.stream = false;
     },
     "4.5", text_only, R"("image_config":{"image_size":"2K"},"seed":0,"stream":false)"},
    {"a large seed", generate, [](Request& r) { r.seed = G_GINT64_CONSTANT(9007199254740993); }, "4.5",
     text_only, R"("image_config":{"image_size":"2K"},"seed":9007199254740993,"stream":true)"},
    {"an edit", edit, [](Request&) {}, "4.5", with_one,
     R"("image_config":{"image_size":"2K","aspect_ratio":"4:3"},"stream":true)"},
    {"an edit at a tier", edit, [](Request& r) { r.size = "4K"; }, "4.5", with_one,
     R"("image_config":{"image_size":"4K","aspect_ratio":"4:3"},"stream":true)"},
    {"a composition with what lies elsewhere", compose,
     [](Request& r) {
       r.images[1] = {0, 0};
       r.uploads[1] = {.media_type = {}, .bytes = {}, .url = "https://example.org/in.jpg"};
       r.stream = true;
     },
     "4.5", with_two, R"("image_config":{"image_size":"2K"},"stream":true)"},
    {"another model", generate, [](Request& r) { r.model = "seedream-5.0-pro"; }, "5-0-pro", text_only,
     R"("image_config":{"image_size":"2K"},"stream":true)"},
};

Result<ServiceCall> open(const Request& request) {
  return find_provider("openrouter")->begin()->open(request, test::model_of("openrouter", request.model));
}

constexpr const char* folder = "fixtures/openrouter";

constexpr test::Reply replies[] = {
    {"one.json", "accepted gen-1; running; cost 0.04; here 000102; finished"},
    {"two.json", "accepted gen-1; running; cost 0.08; here 000102; here 030405; finished"},
    {"two-choices.json", "accepted gen-1; running; here 000102; here 030405; finished"},
    {"elsewhere.json", "accepted gen-1; running; at https://cdn.example.net/r/1.png; finished"},
    {"sparse.json", "here 000102; finished"},
    {"odd-members.json", "accepted 7; running; here 000102; finished"},
    {"wrong-price.json", "accepted gen-1; running; here 000102; finished"},
    {"damaged.json",
     "accepted gen-1; running; cost 0.12; missing bad-answer; missing bad-answer; here 000102; finished"},
    {"all-damaged.json", "accepted gen-1; running; cost 0.04; missing bad-answer; finished",
     "cut or damaged"},
    {"no-picture.json", "accepted gen-1; running; cost 0.04; failed bad-answer, unknown",
     "without a picture"},
    {"no-picture-but-words.json", "accepted gen-1; running; failed bad-answer, unknown",
     "“Which pear do you mean?”"},
    {"no-choices.json", "accepted gen-1; running; cost 0; failed bad-answer, unknown", "without a picture"},
    {"refusal.json", "accepted gen-1; running; failed refused, unknown", "“No pears of this kind.”"},
    {"filtered.json", "accepted gen-1; running; failed refused, unknown", "Change the prompt"},
    {"error.json", "failed unavailable, unknown", "“Provider disconnected” (HTTP 502)"},
    {"error-in-choice.json", "accepted gen-1; running; failed refused, free, hopeless", "“Output blocked”"},
    {"error-code-text.json", "failed pay, free", "“Insufficient credits” (HTTP 402)"},
    {"error-code-word.json", "failed unavailable, unknown", "“Provider disconnected” (HTTP 500)"},
    {"error-no-code.json", "failed unavailable, unknown", "“Nobody knows”"},
    {"error-is-text.json", "failed unavailable, unknown", "“Nobody knows”"},
    {"error-and-picture.json", "accepted gen-1; running; here 000102; failed unavailable, unknown"},
    {"html.json", "failed bad-answer, unknown", "not JSON"},
    {"cut.json", "failed bad-answer, unknown", "not JSON"},
    {"latin-1.json", "failed bad-answer, unknown", "not JSON"},
    {"stream.sse", "accepted gen-1; running; here 000102; cost 0.04; finished"},
    {"stream-two.sse", "accepted gen-1; running; here 000102; here 030405; cost 0.04; finished"},
    {"stream-no-picture.sse", "accepted gen-1; running; cost 0.04; failed bad-answer, unknown",
     "without a picture"},
    {"stream-words.sse", "accepted gen-1; running; failed bad-answer, unknown", "“Which pear?”"},
    {"stream-refusal.sse", "accepted gen-1; running; failed refused, unknown", "“No pears.”"},
    {"stream-error.sse", "accepted gen-1; running; failed unavailable, unknown", "“Provider disconnected”"},
    {"stream-error-word.sse", "accepted gen-1; running; failed unavailable, unknown", "(HTTP 500)"},
    {"stream-error-after.sse", "accepted gen-1; running; here 000102; failed unavailable, unknown"},
    {"stream-error-moderated.sse", "accepted gen-1; running; failed refused, free, hopeless"},
    {"stream-no-done.sse", "accepted gen-1; running; here 000102; cost 0.04; finished"},
    {"stream-cut-early.sse", "accepted gen-1; running; failed bad-answer, unknown", "stream was cut"},
    {"stream-cut-in-picture.sse", "failed bad-answer, unknown", "stream was cut"},
    {"stream-cut-after-picture.sse", "accepted gen-1; running; here 000102; failed bad-answer, unknown",
     "stream was cut"},
    {"stream-cut-after-finish.sse", "accepted gen-1; running; here 000102; finished"},
    {"stream-broken.sse", "missing bad-answer; accepted gen-1; running; here 030405; finished", "not JSON"},
    {"stream-all-broken.sse", "missing bad-answer; failed bad-answer, unknown"},
    {"stream-after-done.sse", "accepted gen-1; running; here 000102; finished"},
};

}  // namespace

START_TEST(a_request_becomes_the_body_of_the_table) {
  const Written& body = bodies[_i];
  Request request = request_for(body.operation);
  body.change(request);
  auto call = open(request);
  ck_assert_msg(bool(call), "%s", body.what);
  const std::string wanted =
      format(R"({"model":"bytedance-seed/seedream-%s","messages":[{"role":"user","content":[%s]}],
                 "modalities":["image"],%s})",
             body.model, body.content, body.more);
  assert_text_eq(test::json_difference(test::whole(call->body), wanted), "");
  assert_text_eq(call->method + " " + call->path, "POST /api/v1/chat/completions");
  assert_text_eq(call->body_type, "application/json");
  ck_assert(call->creates && call->streams == request.stream.value_or(true));
}
END_TEST

// The text first: where pictures stand before it, some models do not read it.
START_TEST(the_parts_of_the_message_keep_their_order) {
  auto call = open(request_for(compose));
  const std::string body = test::whole(call->body);
  const auto text = body.find("a pear"), one = body.find("b25l"), two = body.find("dHdv");
  ck_assert(text < one && one < two && two != std::string_view::npos);
}
END_TEST

START_TEST(the_program_is_known_by_its_headers_and_the_user_is_not) {
  for (const char* provider : {"openrouter", "openrouter-images"}) {
    auto call = find_provider(provider)->begin()->open(request_for(generate), test::model_of(provider));
    std::string headers;
    for (const auto& [name, value] : call->headers)
      headers += name + "=" + value + ";";
    assert_text_eq(headers,
                   "HTTP-Referer=app://seedream-for-gimp;X-OpenRouter-Title=Seedream for GIMP;"
                   "X-Title=Seedream for GIMP;X-OpenRouter-Categories=image-gen;");
  }
}
END_TEST

START_TEST(an_answer_means_what_the_table_says) {
  test::assert_heard("openrouter", folder, replies[_i]);
}
END_TEST

START_TEST(no_answer_was_forgotten) {
  test::assert_all_heard(folder, replies);
}
END_TEST

// The body has an id of its own, which is the same.
START_TEST(the_id_in_the_headers_comes_first) {
  const Headers headers = {{"content-type", "application/json"}, {"x-generation-id", "gen-9"}};
  test::assert_heard("openrouter", folder,
                     {"one.json", "accepted gen-9; running; cost 0.04; here 000102; finished"}, headers);
  test::assert_heard("openrouter", folder,
                     {"stream.sse", "accepted gen-9; running; here 000102; cost 0.04; finished"}, headers);
  test::assert_heard("openrouter", folder,
                     {"error.json", "accepted gen-9; running; failed unavailable, unknown"}, headers);
}
END_TEST

// Where a stream was asked for, a proxy may give all at once; and the other way round.
START_TEST(a_whole_answer_to_a_request_for_a_stream_is_read) {
  Request request = request_for(generate);
  request.stream = true;
  const auto steps =
      test::opened("openrouter", request)->hear(answer(200, test::file("fixtures/openrouter/one.json")));
  assert_text_eq(told(steps), "accepted gen-1; running; cost 0.04; here 000102; finished");
}
END_TEST

START_TEST(a_picture_of_64_mib_in_one_event_is_read) {
  const std::string base64(64u << 20, 'A');
  const std::string event = R"({"choices":[{"delta":{"images":[{"image_url":{"url":"data:image/png;base64,)" +
                            base64 + R"("}}]}}]})";
  const auto steps = test::opened("openrouter")->hear_event(event);
  ck_assert_uint_eq(steps.size(), 1);
  ck_assert_uint_eq(std::get_if<PictureHere>(&steps[0])->bytes.size(), 48u << 20);
}
END_TEST

int main() {
  Suite* suite = suite_create("openrouter");
  TCase* tcase = tcase_create("openrouter");
  tcase_add_loop_test(tcase, a_request_becomes_the_body_of_the_table, 0, int(std::size(bodies)));
  tcase_add_test(tcase, the_parts_of_the_message_keep_their_order);
  tcase_add_test(tcase, the_program_is_known_by_its_headers_and_the_user_is_not);
  tcase_add_loop_test(tcase, an_answer_means_what_the_table_says, 0, int(std::size(replies)));
  tcase_add_test(tcase, no_answer_was_forgotten);
  tcase_add_test(tcase, the_id_in_the_headers_comes_first);
  tcase_add_test(tcase, a_whole_answer_to_a_request_for_a_stream_is_read);
  tcase_add_test(tcase, a_picture_of_64_mib_in_one_event_is_read);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
