// test-imarouter.cpp - ImaRouter's answers, as its page writes them and as others have seen them, and the
// talk.
#include "providers/imarouter/reader.hpp"
#include "providers/imarouter/talk.hpp"
#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;
using namespace seedream::imarouter;
using namespace std::chrono_literals;
using test::answer;
using test::request_for;
using test::told;

namespace {

struct Reading {
  const char* file;
  const char* id;
  Phase phase;
  const char* first_output;  // nullptr: none
  std::size_t n_outputs;
  const char* error;
};

constexpr const char* job = "job_01HZX3";
constexpr const char* task = "img_task_1";
constexpr const char* first = "https://cdn.example.net/r/1.png";
constexpr const char* words = "prompt rejected";

constexpr Reading readings[] = {
    {"create", job, Phase::queued, nullptr, 0, ""},
    {"create-bare", job, Phase::running, nullptr, 0, ""},
    {"create-number", "4711", Phase::queued, nullptr, 0, ""},
    {"create-job-id", job, Phase::queued, nullptr, 0, ""},
    {"create-job-id-snake", job, Phase::queued, nullptr, 0, ""},
    {"create-task-id", task, Phase::queued, nullptr, 0, ""},
    {"create-wrapped", task, Phase::queued, nullptr, 0, ""},
    {"create-wrapped-id", job, Phase::running, nullptr, 0, ""},
    {"create-no-id", "", Phase::queued, nullptr, 0, "accepted"},
    {"job-queued", job, Phase::queued, nullptr, 0, ""},
    {"job-running", job, Phase::running, nullptr, 0, ""},
    {"job-processing", job, Phase::running, nullptr, 0, ""},
    {"job-in-progress", job, Phase::running, nullptr, 0, ""},
    {"job-unknown-status", job, Phase::running, nullptr, 0, ""},
    {"job-no-status", job, Phase::running, nullptr, 0, ""},
    {"job-completed", job, Phase::completed, first, 1, ""},
    {"job-several", job, Phase::completed, first, 2, ""},
    {"job-strings", job, Phase::completed, first, 2, ""},
    {"job-results", job, Phase::completed, first, 1, ""},
    {"job-images", job, Phase::completed, first, 1, ""},
    {"job-url", job, Phase::completed, first, 1, ""},
    {"job-holes", job, Phase::completed, first, 1, ""},
    {"job-base64", job, Phase::completed, "data:image/png;base64,AAEC", 1, ""},
    {"job-wrapped", task, Phase::completed, "https://cdn.example.net/image.png", 1, ""},
    {"job-strings-without-id", "", Phase::completed, first, 1, ""},
    {"job-empty", job, Phase::completed, nullptr, 0, ""},
    {"job-failed", job, Phase::failed, nullptr, 0, words},
    {"job-failed-object", job, Phase::failed, nullptr, 0, words},
    {"job-failed-wrapped", "", Phase::failed, nullptr, 0, "image prompt rejected"},
    {"job-failed-message", job, Phase::failed, nullptr, 0, words},
    {"job-failed-reason", job, Phase::failed, nullptr, 0, words},
    {"job-failed-silent", job, Phase::failed, nullptr, 0, ""},
    {"job-error", job, Phase::failed, nullptr, 0, words},
    {"job-cancelled", job, Phase::failed, nullptr, 0, ""},
    {"job-expired", job, Phase::failed, nullptr, 0, ""},
    {"refusal-string", "", Phase::running, nullptr, 0, words},
    {"refusal-object", "", Phase::running, nullptr, 0, words},
    {"refusal-message", "", Phase::running, nullptr, 0, words},
    {"refusal-wrapped", "", Phase::running, nullptr, 0, words},
};

std::string fixture(const std::string& name) {
  return test::file("fixtures/imarouter/" + name + ".json");
}

constexpr Pace pace{50ms, 100ms};

std::unique_ptr<Exchange> begin() {
  return begin_talk(page_contract(*find_provider("imarouter"), pace));
}

Result<ServiceCall> open(const Request& request) {
  return begin()->open(request, test::model_of("imarouter"));
}

// A talk whose create has been sent, and taken if somebody wants it so.
std::unique_ptr<Exchange> talk(bool taken, SeedreamOperation operation = SEEDREAM_OPERATION_GENERATE) {
  auto exchange = begin();
  ck_assert(bool(exchange->open(request_for(operation), test::model_of("imarouter"))));
  if (taken)
    ck_assert_uint_eq(exchange->hear(answer(200, fixture("create"))).size(), 2);
  return exchange;
}

struct Written {
  const char* what;
  SeedreamOperation operation;
  void (*change)(Request& request);
  const char *path, *json;
};

const Written bodies[] = {
    {"nothing said", SEEDREAM_OPERATION_GENERATE, [](Request&) {}, "generate",
     R"({"prompt":"a pear","numImages":1})"},
    {"the page's own sample", SEEDREAM_OPERATION_GENERATE,
     [](Request& r) {
       r.prompt = "a brass compass on slate, soft north light";
       r.size = "portrait_4_3";
       r.quality = "high";
       r.format = "png";
     },
     "generate",
     R"({"prompt":"a brass compass on slate, soft north light","imageSize":"portrait_4_3",
         "quality":"high","numImages":1,"outputFormat":"png"})"},
    {"several", SEEDREAM_OPERATION_GENERATE,
     [](Request& r) {
       r.count = 4;
       r.aspect = "16:9";
     },
     "generate", R"({"prompt":"a pear","imageSize":"landscape_16_9","numImages":4})"},
    {"an edit, sized as its picture is", SEEDREAM_OPERATION_EDIT, [](Request&) {}, "edit",
     R"({"prompt":"a pear","imageSize":"landscape_4_3","numImages":1,"imageUrl":"data:image/png;base64,b25l"})"},
    {"an edit of what lies elsewhere", SEEDREAM_OPERATION_EDIT,
     [](Request& r) {
       r.images = {{0, 0}};
       r.uploads = {{.media_type = {}, .bytes = {}, .url = "https://example.org/in.png"}};
     },
     "edit", R"({"prompt":"a pear","numImages":1,"imageUrl":"https://example.org/in.png"})"},
    {"a composition", SEEDREAM_OPERATION_COMPOSE, [](Request&) {}, "compose",
     R"({"prompt":"a pear","numImages":1,
         "imageUrls":["data:image/png;base64,b25l","data:image/jpeg;base64,dHdv"]})"},
};

}  // namespace

START_TEST(an_answer_is_read_as_the_table_says) {
  const Reading& reading = readings[_i];
  auto document = wire::JsonDocument::parse(fixture(reading.file));
  ck_assert_msg(bool(document), "%s", reading.file);
  const JobAnswer read = read_job(document->root());
  assert_text_eq(read.id, reading.id);
  ck_assert_msg(phase_of(read.status) == reading.phase, "%s: “%s”", reading.file, read.status.c_str());
  ck_assert_uint_eq(read.outputs.size(), reading.n_outputs);
  if (reading.first_output)
    assert_text_eq(read.outputs.front(), reading.first_output);
  assert_text_eq(read.error, reading.error);
}
END_TEST

START_TEST(every_fixture_is_in_the_table) {
  ck_assert_uint_eq(test::files_in("fixtures/imarouter").size(), std::size(readings));
}
END_TEST

START_TEST(a_word_means_its_phase) {
  constexpr struct {
    const char* word;
    Phase phase;
  } table[] = {
      {"queued", Phase::queued},       {"pending", Phase::queued},      {"submitted", Phase::queued},
      {"running", Phase::running},     {"processing", Phase::running},  {"in_progress", Phase::running},
      {"completed", Phase::completed}, {"succeeded", Phase::completed}, {"success", Phase::completed},
      {"failed", Phase::failed},       {"error", Phase::failed},        {"cancelled", Phase::failed},
      {"canceled", Phase::failed},     {"expired", Phase::failed},      {"", Phase::running},
      {"COMPLETE-ISH", Phase::running}};
  for (const auto& each : table)
    ck_assert_msg(phase_of(each.word) == each.phase, "%s", each.word);
}
END_TEST

START_TEST(a_request_becomes_the_body_of_the_table) {
  const Written& body = bodies[_i];
  Request request = request_for(body.operation);
  body.change(request);
  auto call = open(request);
  ck_assert_msg(bool(call), "%s", body.what);
  ck_assert(call->creates && !call->streams && call->headers.empty());
  assert_text_eq(call->method + " " + call->path, std::string("POST /v1/image/seedream-4.5/") + body.path);
  assert_text_eq(call->body_type, "application/json");
  assert_text_eq(test::json_difference(test::whole(call->body), body.json), "");
}
END_TEST

START_TEST(names_that_the_service_may_change_are_data) {
  Model model = test::model_of("imarouter");
  model.service_id = "a model/of 5";
  model.fields = {{"edit", "imageUrls"}, {"compose", "referenceImages"}};
  auto edit = begin()->open(request_for(SEEDREAM_OPERATION_EDIT), model);
  auto compose = begin()->open(request_for(SEEDREAM_OPERATION_COMPOSE), model);
  ck_assert(edit && compose);
  assert_text_eq(edit->path, "/v1/image/a%20model%2Fof%205/edit");
  auto edited = wire::JsonDocument::parse(test::whole(edit->body));
  auto composed = wire::JsonDocument::parse(test::whole(compose->body));
  ck_assert_uint_eq(edited->root().at("imageUrls").items().size(), 1);
  ck_assert_uint_eq(composed->root().at("referenceImages").items().size(), 2);
  // Several pictures are a list, whatever its name.
  model.fields["compose"] = "image";
  auto named_oddly = begin()->open(request_for(SEEDREAM_OPERATION_COMPOSE), model);
  ck_assert_uint_eq(wire::JsonDocument::parse(test::whole(named_oddly->body))->root().at("image").items().size(),
                    2);
}
END_TEST

struct Talk {
  const char* file;
  const char* told;
};

// What is made of an answer to the create.
constexpr Talk created[] = {
    {"create", "accepted job_01HZX3; ask GET /v1/jobs/job_01HZX3 in 50 ms"},
    {"create-bare", "accepted job_01HZX3; ask GET /v1/jobs/job_01HZX3 in 50 ms"},
    {"create-number", "accepted 4711; ask GET /v1/jobs/4711 in 50 ms"},
    {"create-wrapped", "accepted img_task_1; ask GET /v1/jobs/img_task_1 in 50 ms"},
    {"create-no-id", "failed bad-answer, unknown"},
    {"job-failed-wrapped", "failed refused, free"},
};

// And of one to the poll.
constexpr Talk polled[] = {
    {"job-queued", "queued; ask GET /v1/jobs/job_01HZX3 in 100 ms"},
    {"job-running", "running; ask GET /v1/jobs/job_01HZX3 in 100 ms"},
    {"job-unknown-status", "running; ask GET /v1/jobs/job_01HZX3 in 100 ms"},
    {"job-no-status", "running; ask GET /v1/jobs/job_01HZX3 in 100 ms"},
    {"job-completed", "at https://cdn.example.net/r/1.png; finished"},
    {"job-several", "at https://cdn.example.net/r/1.png; at https://cdn.example.net/r/2.png; finished"},
    {"job-base64", "here 000102; finished"},
    {"job-wrapped", "at https://cdn.example.net/image.png; cost 0.042; finished"},
    {"job-empty", "failed bad-answer, unknown"},
    {"job-failed", "failed refused, free"},
    {"job-failed-object", "failed refused, free"},
    {"job-failed-silent", "failed refused, free"},
    {"job-cancelled", "failed refused, free"},
    {"job-expired", "failed refused, free"},
};

// Odd things that stand where a job should.
constexpr struct {
  const char* body;
  const char* told;
} odd_jobs[] = {
    {R"({"status":"completed","output":[7,true,"",{"url":""},{"url":7},{"b64_json":""},{"b64_json":7}]})",
     "failed bad-answer, unknown"},
    {R"({"status":"completed","output":[{"url":"","b64_json":"AAEC"}],"amount_usd":-1})",
     "here 000102; finished"},
    {R"({"status":"completed","output":[{"b64_json":"data:image/png;base64,AAEC"},{"b64_json":"caught:1/0"}]})",
     "here 000102; at caught:1/0; finished"},
    {R"({"status":"completed","url":7,"output":{"url":"https://cdn.example.net/r/1.png"}})",
     "at https://cdn.example.net/r/1.png; finished"},
    {R"({"status":"completed","output":["https://cdn.example.net/r/1.png","data:image/png;base64,AA"]})",
     "at https://cdn.example.net/r/1.png; missing bad-answer; finished"},
    {R"({"status":7})", "running; ask GET /v1/jobs/job_01HZX3 in 100 ms"},
    {R"({"status":"failed","error":"","message":"prompt rejected"})", "failed refused, free"},
    {R"([])", "failed bad-answer, unknown"},
    {R"(<html>)", "failed bad-answer, unknown"},
    {"{\"status\":\"completed\",\"output\":[\"\xff\"]}", "failed bad-answer, unknown"},
    {R"({"status":"completed","output":["https://cdn.example.net/r/1.p)", "failed bad-answer, unknown"},
};

START_TEST(a_create_s_answer_means_what_the_table_says) {
  for (unsigned status : {200u, 201u, 202u})
    assert_text_eq(told(talk(false)->hear(answer(status, fixture(created[_i].file)))), created[_i].told);
}
END_TEST

START_TEST(a_poll_s_answer_means_what_the_table_says) {
  assert_text_eq(told(talk(true)->hear(answer(200, fixture(polled[_i].file)))), polled[_i].told);
}
END_TEST

START_TEST(an_odd_answer_to_a_poll_means_what_the_table_says) {
  assert_text_eq(told(talk(true)->hear(answer(200, odd_jobs[_i].body))), odd_jobs[_i].told);
}
END_TEST

// Some service may draw while we wait for its answer, and forget that there are jobs.
START_TEST(pictures_that_come_with_the_create_s_answer_are_taken) {
  const auto steps = talk(false)->hear(answer(200, fixture("job-strings-without-id")));
  assert_text_eq(told(steps), "at https://cdn.example.net/r/1.png; finished");
}
END_TEST

START_TEST(a_create_that_is_refused_with_a_200_says_why) {
  for (const char* file : {"refusal-string", "refusal-object", "refusal-message", "refusal-wrapped"}) {
    const auto steps = talk(false)->hear(answer(200, fixture(file)));
    assert_text_eq(told(steps), "failed refused, unknown");
    ck_assert_ptr_nonnull(strstr(test::words_of(steps).c_str(), "“prompt rejected”"));
  }
}
END_TEST

struct Fault {
  unsigned status;
  const char *created, *polled;
};

// A refused create costs nothing; what a job costs whose poll fails nobody knows.
constexpr Fault faults[] = {
    {400, "refused, free", "refused, unknown"},
    {401, "sign-in, free", "sign-in, unknown"},
    {402, "pay, free", "pay, unknown"},
    {403, "refused, free", "refused, unknown"},
    {404, "refused, free", "refused, unknown"},
    {408, "unavailable, unknown", "unavailable, unknown"},
    {413, "shrink, free", "shrink, unknown"},
    {422, "refused, free", "refused, unknown"},
    {429, "wait, free", "wait, unknown"},
    {500, "unavailable, unknown", "unavailable, unknown"},
    {502, "unavailable, unknown", "unavailable, unknown"},
    {503, "unavailable, free", "unavailable, unknown"},
    {504, "unavailable, unknown", "unavailable, unknown"},
};

START_TEST(a_status_means_what_the_table_says) {
  const Fault& fault = faults[_i];
  for (const char* body : {"", "{}", "[]", "<html>", R"({"error":"no"})", R"({"error":{"message":"no"}})"}) {
    assert_text_eq(told(talk(false)->hear(answer(fault.status, body))),
                   std::string("failed ") + fault.created);
    assert_text_eq(told(talk(true)->hear(answer(fault.status, body))), std::string("failed ") + fault.polled);
  }
}
END_TEST

// A damaged picture was drawn all the same: this is no refusal.
START_TEST(a_damaged_picture_in_the_answer_is_missing) {
  const auto steps =
      talk(true)->hear(answer(200, R"({"status":"completed","output":["data:image/png;base64,AA"]})"));
  assert_text_eq(told(steps), "missing bad-answer; finished");
}
END_TEST

START_TEST(a_job_from_elsewhere_is_polled_on) {
  auto exchange = begin();
  auto call = exchange->resume("job_01HZX3");
  ck_assert(call.has_value());
  assert_text_eq(call->path, "/v1/jobs/job_01HZX3");
  assert_text_eq(told(exchange->hear(answer(200, fixture("job-running")))),
                 "running; ask GET /v1/jobs/job_01HZX3 in 100 ms");
  assert_text_eq(told(exchange->hear(answer(200, fixture("job-completed")))),
                 "at https://cdn.example.net/r/1.png; finished");
}
END_TEST

// The fixtures of a refusal, in each form of words.
START_TEST(a_refusal_s_words_are_shown) {
  for (const char* file : {"refusal-string", "refusal-object", "refusal-message", "refusal-wrapped"}) {
    const auto steps = talk(false)->hear(answer(422, fixture(file)));
    assert_text_eq(told(steps), "failed refused, free");
    ck_assert_msg(test::words_of(steps).find("“prompt rejected”") != std::string::npos, "%s", file);
  }
}
END_TEST

START_TEST(a_failed_job_s_words_are_shown) {
  for (const char* file : {"job-failed", "job-failed-object", "job-failed-wrapped", "job-failed-message",
                           "job-failed-reason", "job-error"}) {
    const auto steps = talk(true)->hear(answer(200, fixture(file)));
    ck_assert_msg(test::words_of(steps).find("prompt rejected”") != std::string::npos, "%s", file);
  }
}
END_TEST

// The provider's name for it, for people: "this provider may want public URLs".
START_TEST(who_refuses_pictures_in_the_request_may_want_addresses) {
  constexpr struct {
    unsigned status;
    SeedreamOperation operation;
    bool hints;
  } table[] = {{400, SEEDREAM_OPERATION_EDIT, true},      {415, SEEDREAM_OPERATION_COMPOSE, true},
               {422, SEEDREAM_OPERATION_EDIT, true},      {401, SEEDREAM_OPERATION_EDIT, false},
               {413, SEEDREAM_OPERATION_EDIT, false},     {500, SEEDREAM_OPERATION_EDIT, false},
               {400, SEEDREAM_OPERATION_GENERATE, false}, {422, SEEDREAM_OPERATION_GENERATE, false}};
  for (const auto& row : table)
    for (const char* body : {R"({"error":"bad image"})", "{}", "", "<html>"}) {
      const std::string said = test::words_of(talk(false, row.operation)->hear(answer(row.status, body)));
      ck_assert_msg((said.find("public URL") != std::string::npos) == row.hints, "%u: %s", row.status,
                    said.c_str());
      ck_assert((said.find("bad image") != std::string::npos) == (strstr(body, "bad image") != nullptr));
      ck_assert(said.find("html") == std::string::npos);
    }
}
END_TEST

START_TEST(plain_text_is_quoted_and_a_page_is_not) {
  HttpAnswer plain = answer(400, "no such model");
  plain.media_type = "text/plain";
  ck_assert_ptr_nonnull(strstr(test::words_of(talk(false)->hear(plain)).c_str(), "“no such model”"));
  plain.media_type = "text/html";
  ck_assert_ptr_null(strstr(test::words_of(talk(false)->hear(plain)).c_str(), "no such model"));
}
END_TEST

START_TEST(the_sandbox_speaks_the_same_and_costs_nothing) {
  for (const Written& body : bodies) {
    Request request = request_for(body.operation);
    body.change(request);
    auto call = find_provider("sandbox")->begin()->open(request, test::model_of("sandbox"));
    ck_assert(bool(call));
    assert_text_eq(call->path, std::string("/v1/image/seedream-4.5/") + body.path);
    assert_text_eq(test::json_difference(test::whole(call->body), body.json), "");
  }
  ck_assert_double_eq(price_of(test::model_of("sandbox"), 4, {}, 0).value_or(-1), 0);
  ck_assert_double_eq(price_of(test::model_of("imarouter"), 1, {}, 0).value_or(-1), 0.04);
}
END_TEST

int main() {
  Suite* suite = suite_create("imarouter");
  TCase* reader = tcase_create("reader");
  tcase_add_loop_test(reader, an_answer_is_read_as_the_table_says, 0, int(std::size(readings)));
  tcase_add_test(reader, every_fixture_is_in_the_table);
  tcase_add_test(reader, a_word_means_its_phase);
  suite_add_tcase(suite, reader);
  TCase* exchange = tcase_create("exchange");
  tcase_add_loop_test(exchange, a_request_becomes_the_body_of_the_table, 0, int(std::size(bodies)));
  tcase_add_test(exchange, names_that_the_service_may_change_are_data);
  tcase_add_loop_test(exchange, a_create_s_answer_means_what_the_table_says, 0, int(std::size(created)));
  tcase_add_loop_test(exchange, a_poll_s_answer_means_what_the_table_says, 0, int(std::size(polled)));
  tcase_add_loop_test(exchange, an_odd_answer_to_a_poll_means_what_the_table_says, 0,
                      int(std::size(odd_jobs)));
  tcase_add_test(exchange, pictures_that_come_with_the_create_s_answer_are_taken);
  tcase_add_test(exchange, a_create_that_is_refused_with_a_200_says_why);
  tcase_add_loop_test(exchange, a_status_means_what_the_table_says, 0, int(std::size(faults)));
  tcase_add_test(exchange, a_damaged_picture_in_the_answer_is_missing);
  tcase_add_test(exchange, a_job_from_elsewhere_is_polled_on);
  tcase_add_test(exchange, a_refusal_s_words_are_shown);
  tcase_add_test(exchange, a_failed_job_s_words_are_shown);
  tcase_add_test(exchange, who_refuses_pictures_in_the_request_may_want_addresses);
  tcase_add_test(exchange, plain_text_is_quoted_and_a_page_is_not);
  tcase_add_test(exchange, the_sandbox_speaks_the_same_and_costs_nothing);
  suite_add_tcase(suite, exchange);
  return run_suite(suite);
}
