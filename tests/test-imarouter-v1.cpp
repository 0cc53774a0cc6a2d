// test-imarouter-v1.cpp - ImaRouter's documented contract: what is sent, and what is made of each answer.
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
  const char* json;
};

const Written bodies[] = {
    {"nothing said", generate, [](Request&) {},
     R"({"model":"doubao-seedream-4.5","prompt":"a pear","size":"2K","watermark":false})"},
    {"everything said", generate,
     [](Request& r) {
       r.count = 4;
       r.size = "4K";
       r.aspect = "16:9";
       r.format = "png";
     },
     R"({"model":"doubao-seedream-4.5","prompt":"a pear","size":"5504x3040","n":4,"output_format":"png",
         "watermark":false})"},
    {"one picture", edit,
     [](Request& r) {
       r.images = {{3000, 2000}};
     },
     R"({"model":"doubao-seedream-4.5","prompt":"a pear","size":"3000x2000","watermark":false,
         "image":"data:image/png;base64,b25l"})"},
    {"one that lies elsewhere", edit,
     [](Request& r) {
       r.images = {{0, 0}};
       r.uploads = {{.media_type = {}, .bytes = {}, .url = "https://example.org/in.png"}};
     },
     R"({"model":"doubao-seedream-4.5","prompt":"a pear","size":"2K","watermark":false,
         "image":"https://example.org/in.png"})"},
    {"several pictures", compose, [](Request&) {},
     R"({"model":"doubao-seedream-4.5","prompt":"a pear","size":"2K","watermark":false,
         "images":["data:image/png;base64,b25l","data:image/jpeg;base64,dHdv"]})"},
};

Result<ServiceCall> open(const Request& request, const Model& model) {
  return find_provider("imarouter-v1")->begin()->open(request, model);
}

constexpr const char* folder = "fixtures/imarouter-v1";

// What is made of an answer to the create, and of one to the poll.
constexpr test::Reply created[] = {
    {"create.json", "accepted img_task_1; ask GET /v1/images/generations/img_task_1 in 1000 ms"},
    {"create-wrapped.json", "accepted img_task_1; ask GET /v1/images/generations/img_task_1 in 1000 ms"},
    {"create-id.json", "accepted img_task_1; ask GET /v1/images/generations/img_task_1 in 1000 ms"},
    {"create-refused.json", "failed refused, unknown", "“Add credit”"},
    {"create-refused-object.json", "failed refused, unknown", "“Add credit”"},
    {"create-done.json", "at https://cdn.example.net/image.png; here 000102; finished"},
    {"create-done-here.json", "at https://cdn.example.net/image.png; finished"},
    {"failed.json", "failed refused, free", "“image prompt rejected”"},
};
constexpr test::Reply polled[] = {
    {"queued.json", "queued; ask GET /v1/images/generations/img_task_1 in 5000 ms"},
    {"processing.json", "running; ask GET /v1/images/generations/img_task_1 in 5000 ms"},
    {"succeeded.json", "at https://cdn.example.net/image.png; cost 0.042; finished"},
    {"completed.json", "at https://cdn.example.net/1.png; at https://cdn.example.net/2.png; finished"},
    {"failed.json", "failed refused, free", "“image prompt rejected”"},
    {"failed-reason.json", "failed refused, free", "“image prompt rejected”"},
    {"failed-outside.json", "failed refused, free", "“image prompt rejected”"},
    {"empty.json", "failed bad-answer, unknown", "sent no picture"},
};

struct Balance {
  const char* body;
  double usd;  // below 0: nothing is told
};
constexpr Balance balances[] = {
    {R"({"success":true,"message":"","data":{"object":"user_balance","user_id":1001,"username":"demo-user",
         "balance_usd":12.5,"used_amount_usd":3}})",
     12.5},
    {R"({"data":{"balance_usd":0}})", 0},
    {R"({"data":{"balance_usd":7}})", 7},
    {R"({"success":false,"message":"no","data":null})", -1},
    {R"({"data":{"balance_usd":null}})", -1},
    {R"({"data":{"balance_usd":"12.5"}})", -1},
    {R"({"data":{"balance_usd":1e999}})", -1},
    {R"({"balance_usd":12.5})", -1},
};

}  // namespace

START_TEST(a_request_becomes_the_body_of_the_table) {
  const Written& body = bodies[_i];
  Request request = request_for(body.operation);
  body.change(request);
  auto call = open(request, test::model_of("imarouter-v1"));
  ck_assert_msg(bool(call), "%s", body.what);
  assert_text_eq(test::json_difference(test::whole(call->body), body.json), "");
  assert_text_eq(call->method + " " + call->path, "POST /v1/images/generations");
  assert_text_eq(call->body_type, "application/json");
  ck_assert(call->creates && !call->streams && call->headers.empty());
}
END_TEST

START_TEST(names_that_the_service_may_change_are_data) {
  Model model = test::model_of("imarouter-v1");
  model.fields = {{"image", "image_url"}, {"images", "image_urls"}, {"count", "num"}, {"format", "type"}};
  model.sizes.default_tier.clear();
  model.qualities = {"high"};
  Request request = request_for(compose);
  request.count = 2;
  request.format = "png";
  request.quality = "high";
  auto call = open(request, model);
  ck_assert(bool(call));
  assert_text_eq(
      test::json_difference(test::whole(call->body),
                            R"({"model":"doubao-seedream-4.5","prompt":"a pear","num":2,"type":"png",
                                           "quality":"high","watermark":false,
                                           "image_urls":["data:image/png;base64,b25l","data:image/jpeg;base64,dHdv"]})"),
      "");
  auto single = wire::JsonDocument::parse(test::whole(open(request_for(edit), model)->body));
  ck_assert(single->root().at("image_url").is_string());
}
END_TEST

START_TEST(a_create_s_answer_means_what_the_table_says) {
  test::assert_heard("imarouter-v1", folder, created[_i]);
}
END_TEST

START_TEST(a_poll_s_answer_means_what_the_table_says) {
  auto exchange = find_provider("imarouter-v1")->begin();
  exchange->resume("img_task_1");
  test::assert_heard(*exchange, folder, polled[_i]);
}
END_TEST

START_TEST(no_answer_was_forgotten) {
  std::vector<test::Reply> all(std::begin(created), std::end(created));
  all.insert(all.end(), std::begin(polled), std::end(polled));
  test::assert_all_heard(folder, all);
}
END_TEST

// It says little more than "no" where it is given pictures and wants their addresses.
START_TEST(pictures_that_it_does_not_take_are_explained) {
  for (unsigned status : {400u, 415u, 422u}) {
    auto exchange = test::opened("imarouter-v1", request_for(edit));
    const Steps steps = exchange->hear(answer(status, R"({"error":{"message":"invalid image"}})"));
    assert_text_eq(told(steps), "failed refused, free");
    ck_assert_ptr_nonnull(
        strstr(test::words_of(steps).c_str(), "“invalid image – this provider may want public URL"));
  }
}
END_TEST

START_TEST(the_balance_is_read_as_the_table_says) {
  const AccountCalls* account = find_provider("imarouter-v1")->account;
  assert_text_eq(account->ask().path, "/api/usage/token/user-balance");
  auto read = account->read(answer(200, balances[_i].body));
  ck_assert_msg(bool(read) == (balances[_i].usd >= 0), "%s", balances[_i].body);
  if (read)
    ck_assert_double_eq(read->balance_usd.value_or(-1), balances[_i].usd);
  else
    ck_assert_int_eq(read.take_error()->code, SEEDREAM_ERROR_BAD_ANSWER);
}
END_TEST

int main() {
  Suite* suite = suite_create("imarouter-v1");
  TCase* tcase = tcase_create("imarouter-v1");
  tcase_add_loop_test(tcase, a_request_becomes_the_body_of_the_table, 0, int(std::size(bodies)));
  tcase_add_test(tcase, names_that_the_service_may_change_are_data);
  tcase_add_loop_test(tcase, a_create_s_answer_means_what_the_table_says, 0, int(std::size(created)));
  tcase_add_loop_test(tcase, a_poll_s_answer_means_what_the_table_says, 0, int(std::size(polled)));
  tcase_add_test(tcase, no_answer_was_forgotten);
  tcase_add_test(tcase, pictures_that_it_does_not_take_are_explained);
  tcase_add_loop_test(tcase, the_balance_is_read_as_the_table_says, 0, int(std::size(balances)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
