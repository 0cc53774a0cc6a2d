// test-imarouter.cpp - ImaRouter's answers, as its page writes them and as others have seen them, and the
// talk.
#include "providers/imarouter/imarouter.hpp"

#include "providers/imarouter/reader.hpp"
#include "support/answers.hpp"
#include "support/check.hpp"
#include "support/files.h"
#include "support/suite.h"
#include "wire/data-url.hpp"

using namespace seedream;
using namespace seedream::imarouter;
using namespace std::chrono_literals;
using test::answer;

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

std::string fixture(const char* name) {
  CharPtr path(g_strdup_printf("fixtures/imarouter/%s.json", name));
  const Bytes bytes = Bytes::adopt(read_test_file(path.get()));
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

constexpr Pace pace{50ms, 100ms};

Request plain_request() {
  Request request;
  request.prompt = "a pear";
  return request;
}

// A talk whose create has been sent, and taken if somebody wants it so.
std::unique_ptr<Exchange> talk(bool taken) {
  auto exchange = begin(pace);
  ck_assert(bool(exchange->open(plain_request())));
  if (taken)
    ck_assert_uint_eq(exchange->hear(answer(200, fixture("create"))).size(), 2);
  return exchange;
}

wire::JsonDocument body_of(const ServiceCall& call) {
  auto document = wire::JsonDocument::parse(text_of(call.body));
  ck_assert(bool(document));
  return *document;
}

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
  GDir* dir = g_dir_open(TESTS_DIR "/fixtures/imarouter", 0, nullptr);
  ck_assert_ptr_nonnull(dir);
  std::size_t found = 0;
  while (g_dir_read_name(dir))
    ++found;
  g_dir_close(dir);
  ck_assert_uint_eq(found, std::size(readings));
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

START_TEST(a_create_is_one_post_that_costs) {
  auto call = begin(pace)->open(plain_request());
  ck_assert(bool(call));
  ck_assert(call->creates);
  assert_text_eq(call->method, "POST");
  assert_text_eq(call->path, "/v1/image/seedream-4.5/generate");
  assert_text_eq(call->body_type, "application/json");
  assert_text_eq(std::string(text_of(call->body)), "{\"prompt\":\"a pear\",\"numImages\":1}");
}
END_TEST

// The body of the page's own sample.
START_TEST(the_page_s_sample_is_sent_member_for_member) {
  Request request = plain_request();
  request.prompt = "a brass compass on slate, soft north light";
  request.size = "portrait_4_3";
  request.quality = "high";
  request.format = "png";
  auto call = begin(pace)->open(request);
  ck_assert(bool(call));
  assert_text_eq(std::string(text_of(call->body)),
                 "{\"prompt\":\"a brass compass on slate, soft north light\",\"imageSize\":\"portrait_4_3\","
                 "\"quality\":\"high\",\"numImages\":1,\"outputFormat\":\"png\"}");
}
END_TEST

START_TEST(an_edit_sends_one_url_and_a_composition_a_list) {
  Request request = plain_request();
  request.uploads = {{"image/png", Bytes::adopt(g_bytes_new("one", 3))},
                     {"image/jpeg", Bytes::adopt(g_bytes_new("two", 3))}};
  request.operation = SEEDREAM_OPERATION_COMPOSE;
  auto compose = begin(pace)->open(request);
  request.uploads.pop_back();
  request.operation = SEEDREAM_OPERATION_EDIT;
  auto edit = begin(pace)->open(request);
  ck_assert(compose && edit);
  assert_text_eq(compose->path, "/v1/image/seedream-4.5/compose");
  assert_text_eq(edit->path, "/v1/image/seedream-4.5/edit");
  const auto edited = body_of(*edit), composed = body_of(*compose);
  assert_text_eq(edited.root().at("imageUrl").text().value_or("nothing"), "data:image/png;base64,b25l");
  const auto urls = composed.root().at("imageUrls").items();
  ck_assert_uint_eq(urls.size(), 2);
  assert_text_eq(urls[0].text().value_or("nothing"), "data:image/png;base64,b25l");
  assert_text_eq(urls[1].text().value_or("nothing"), "data:image/jpeg;base64,dHdv");
}
END_TEST

START_TEST(a_size_that_cannot_be_drawn_is_no_call) {
  Request request = plain_request();
  request.size = "4K";
  auto call = begin(pace)->open(request);
  ck_assert(!call);
  ck_assert(g_error_matches(call.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
}
END_TEST

START_TEST(a_taken_job_is_looked_at_soon_and_then_less_often) {
  auto exchange = talk(false);
  const auto taken = exchange->hear(answer(200, fixture("create")));
  ck_assert_uint_eq(taken.size(), 2);
  assert_text_eq(std::get_if<Accepted>(&taken[0])->service_id, job);
  const Ask* ask = std::get_if<Ask>(&taken[1]);
  ck_assert(ask && !ask->call.creates && ask->after == pace.first_poll);
  assert_text_eq(ask->call.method, "GET");
  assert_text_eq(ask->call.path, "/v1/jobs/job_01HZX3");
  const auto queued = exchange->hear(answer(200, fixture("job-queued")));
  ck_assert_int_eq(std::get_if<Underway>(&queued.at(0))->state, SEEDREAM_JOB_STATE_QUEUED);
  const auto running = exchange->hear(answer(200, fixture("job-running")));
  ck_assert_int_eq(std::get_if<Underway>(&running.at(0))->state, SEEDREAM_JOB_STATE_RUNNING);
  ck_assert(std::get_if<Ask>(&running.at(1))->after == pace.next_poll);
}
END_TEST

START_TEST(a_completed_job_names_its_pictures_and_is_over) {
  const auto steps = talk(true)->hear(answer(200, fixture("job-several")));
  ck_assert_uint_eq(steps.size(), 3);
  assert_text_eq(std::get_if<PictureAt>(&steps[0])->url, "https://cdn.example.net/r/1.png");
  assert_text_eq(std::get_if<PictureAt>(&steps[1])->url, "https://cdn.example.net/r/2.png");
  ck_assert(std::holds_alternative<Finished>(steps[2]));
}
END_TEST

START_TEST(a_picture_in_the_answer_is_decoded) {
  const auto steps = talk(true)->hear(answer(200, fixture("job-base64")));
  ck_assert_uint_eq(steps.size(), 2);
  const PictureHere* here = std::get_if<PictureHere>(&steps[0]);
  ck_assert(here && here->bytes.size() == 3);
  ck_assert_mem_eq(here->bytes.data(), "\0\1\2", 3);
}
END_TEST

START_TEST(a_damaged_picture_in_the_answer_was_paid_for) {
  const auto steps =
      talk(true)->hear(answer(200, R"({"status":"completed","output":["data:image/png;base64,AA"]})"));
  ck_assert_uint_eq(steps.size(), 1);
  ck_assert_int_eq(std::get_if<Failed>(&steps[0])->charged, SEEDREAM_CHARGE_YES);
}
END_TEST

START_TEST(a_201_and_a_202_take_a_job_too) {
  for (unsigned status : {200u, 201u, 202u})
    ck_assert(std::holds_alternative<Accepted>(talk(false)->hear(answer(status, fixture("create"))).at(0)));
}
END_TEST

// The fixtures of a refusal, in each form of words.
START_TEST(a_refusal_s_words_are_shown) {
  for (const char* file : {"refusal-string", "refusal-object", "refusal-message", "refusal-wrapped"}) {
    const auto steps = talk(false)->hear(answer(422, fixture(file)));
    const Failed* failed = std::get_if<Failed>(&steps.at(0));
    ck_assert_msg(failed && strstr(failed->error->message, words), "%s", file);
    ck_assert_int_eq(failed->error->code, SEEDREAM_ERROR_REFUSED);
    ck_assert_int_eq(failed->charged, SEEDREAM_CHARGE_NO);
  }
}
END_TEST

START_TEST(the_sandbox_speaks_the_same_and_costs_nothing) {
  const Provider* sandbox = find_provider("sandbox");
  auto call = sandbox->begin()->open(plain_request());
  ck_assert(bool(call));
  assert_text_eq(call->path, "/v1/image/seedream-4.5/generate");
  ck_assert_double_eq(sandbox->can.usd_per_image, 0);
  ck_assert_double_eq(find_provider("imarouter")->can.usd_per_image, 0.04);
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
  tcase_add_test(exchange, a_create_is_one_post_that_costs);
  tcase_add_test(exchange, the_page_s_sample_is_sent_member_for_member);
  tcase_add_test(exchange, an_edit_sends_one_url_and_a_composition_a_list);
  tcase_add_test(exchange, a_size_that_cannot_be_drawn_is_no_call);
  tcase_add_test(exchange, a_taken_job_is_looked_at_soon_and_then_less_often);
  tcase_add_test(exchange, a_completed_job_names_its_pictures_and_is_over);
  tcase_add_test(exchange, a_picture_in_the_answer_is_decoded);
  tcase_add_test(exchange, a_damaged_picture_in_the_answer_was_paid_for);
  tcase_add_test(exchange, a_201_and_a_202_take_a_job_too);
  tcase_add_test(exchange, a_refusal_s_words_are_shown);
  tcase_add_test(exchange, the_sandbox_speaks_the_same_and_costs_nothing);
  suite_add_tcase(suite, exchange);
  return run_suite(suite);
}
