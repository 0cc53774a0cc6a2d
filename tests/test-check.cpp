// test-check.cpp - what a service cannot do is said before anything is sent, with the limit's name.
#include "providers/check.hpp"

#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;

namespace {

constexpr auto generate = SEEDREAM_OPERATION_GENERATE;
constexpr auto edit = SEEDREAM_OPERATION_EDIT;
constexpr auto compose = SEEDREAM_OPERATION_COMPOSE;

void set_images(Request& request, std::size_t n) {
  request.images.assign(n, {640, 480});
}

struct Check {
  const char* what;
  const char* provider;
  SeedreamOperation operation;
  void (*change)(Request& request);
  const char* limit;  // what the message names; nullptr: it is fine
};

const Check checks[] = {
    {"nothing special", "imarouter", generate, [](Request&) {}, nullptr},
    {"an edit", "imarouter", edit, [](Request&) {}, nullptr},
    {"a composition", "imarouter", compose, [](Request&) {}, nullptr},
    {"no prompt", "imarouter", generate, [](Request& r) { r.prompt.clear(); }, "prompt"},
    {"a blank prompt", "modelark", edit, [](Request& r) { r.prompt = " \t\r\n"; }, "prompt"},
    {"a prompt of bytes", "openrouter", generate, [](Request& r) { r.prompt = "a\xffpear"; }, "UTF-8"},
    {"a prompt cut in a letter", "openrouter", generate, [](Request& r) { r.prompt = "鸟\xe9\xb8"; },
     "UTF-8"},
    {"a prompt in another script", "openrouter", generate, [](Request& r) { r.prompt = "鸟"; }, nullptr},

    {"a picture to generate from", "imarouter", generate, [](Request& r) { set_images(r, 1); }, "edit one"},
    {"nothing to edit", "imarouter", edit, [](Request& r) { set_images(r, 0); }, "one picture, not 0"},
    {"two to edit", "imarouter", edit, [](Request& r) { set_images(r, 2); }, "one picture, not 2"},
    {"one to compose", "imarouter", compose, [](Request& r) { set_images(r, 1); }, "two pictures"},
    {"none to compose", "imarouter", compose, [](Request& r) { set_images(r, 0); }, "two pictures"},
    {"14 to compose", "openrouter", compose, [](Request& r) { set_images(r, 14); }, nullptr},
    {"15 to compose", "openrouter", compose, [](Request& r) { set_images(r, 15); }, "14 pictures"},

    {"1:16", "openrouter", edit,
     [](Request& r) {
       r.images = {{100, 1600}};
     },
     nullptr},
    {"16:1", "openrouter", edit,
     [](Request& r) {
       r.images = {{1600, 100}};
     },
     nullptr},
    {"narrower", "openrouter", edit,
     [](Request& r) {
       r.images = {{100, 1601}};
     },
     "1:16"},
    {"wider", "openrouter", edit,
     [](Request& r) {
       r.images = {{1601, 100}};
     },
     "16:1"},
    {"the second one", "openrouter", compose,
     [](Request& r) {
       r.images[1] = {9, 900};
     },
     "Image 2 is 9×900"},
    {"of unknown size", "openrouter", edit,
     [](Request& r) {
       r.images = {{0, 0}};
     },
     nullptr},

    {"none wanted", "imarouter", generate, [](Request& r) { r.count = 0; }, "1 to 4"},
    {"four", "imarouter", generate, [](Request& r) { r.count = 4; }, nullptr},
    {"five", "imarouter", generate, [](Request& r) { r.count = 5; }, "1 to 4"},
    {"ten", "openrouter", generate, [](Request& r) { r.count = 10; }, nullptr},
    {"eleven", "openrouter-images", generate, [](Request& r) { r.count = 11; }, "1 to 10"},
    {"15", "modelark", generate, [](Request& r) { r.count = 15; }, nullptr},
    {"16", "modelark", generate, [](Request& r) { r.count = 16; }, "1 to 15"},
    {"14 in, one out", "modelark", compose, [](Request& r) { set_images(r, 14); }, nullptr},
    {"together 15", "modelark", compose,
     [](Request& r) {
       set_images(r, 12);
       r.count = 3;
     },
     nullptr},
    {"together 16", "modelark", compose,
     [](Request& r) {
       set_images(r, 12);
       r.count = 4;
     },
     "15 at most, not 16"},
    {"a group", "modelark", generate,
     [](Request& r) {
       r.count = 4;
       r.group = true;
     },
     nullptr},
    {"a group elsewhere", "openrouter", generate,
     [](Request& r) {
       r.count = 4;
       r.group = true;
     },
     "no groups"},

    {"a quality", "imarouter", generate, [](Request& r) { r.quality = "high"; }, nullptr},
    {"no such quality", "imarouter", generate, [](Request& r) { r.quality = "best"; }, "low, medium, high"},
    {"a quality elsewhere", "modelark", generate, [](Request& r) { r.quality = "high"; }, "no quality"},
    {"a format", "imarouter", generate, [](Request& r) { r.format = "webp"; }, nullptr},
    {"a format that is only wished for", "modelark", generate, [](Request& r) { r.format = "png"; }, nullptr},
    {"no such format", "imarouter", generate, [](Request& r) { r.format = "gif"; }, "png, jpeg or webp"},
    {"a format in capitals", "imarouter", generate, [](Request& r) { r.format = "PNG"; },
     "png, jpeg or webp"},

    {"a seed", "openrouter", generate, [](Request& r) { r.seed = 7; }, nullptr},
    {"a seed of 0", "openrouter-images", generate, [](Request& r) { r.seed = 0; }, nullptr},
    {"a seed elsewhere", "modelark", generate, [](Request& r) { r.seed = 7; }, "no seed"},
    {"a seed at ImaRouter", "imarouter", generate, [](Request& r) { r.seed = 0; }, "no seed"},

    {"a stream", "openrouter", generate, [](Request& r) { r.stream = true; }, nullptr},
    {"a stream of ModelArk's", "modelark", generate, [](Request& r) { r.stream = true; }, nullptr},
    {"no stream", "openrouter", generate, [](Request& r) { r.stream = false; }, nullptr},
    {"a stream elsewhere", "imarouter", generate, [](Request& r) { r.stream = true; }, nullptr},
    {"a stream of images", "openrouter-images", generate, [](Request& r) { r.stream = true; }, nullptr},
    {"no stream elsewhere", "imarouter", generate, [](Request& r) { r.stream = false; }, nullptr},

    {"a size", "modelark", generate, [](Request& r) { r.size = "3750x1250"; }, nullptr},
    {"too small a size", "modelark", generate, [](Request& r) { r.size = "1500x1500"; }, "3686400"},
    {"no such ratio", "openrouter", generate, [](Request& r) { r.aspect = "7:5"; }, "16:9"},
};

}  // namespace

START_TEST(a_request_is_fine_or_not_as_the_table_says) {
  const Check& row = checks[_i];
  Request request = test::request_for(row.operation);
  row.change(request);
  auto checked = check_request(*find_provider(row.provider), test::model_of(row.provider), request);
  ck_assert_msg(bool(checked) == !row.limit, "%s: %s", row.what,
                checked ? "" : checked.take_error()->message);
  if (checked)
    return;
  const ErrorPtr error = checked.take_error();
  ck_assert_int_eq(error->code, SEEDREAM_ERROR_INVALID);
  ck_assert_msg(strstr(error->message, row.limit), "%s: %s", row.what, error->message);
}
END_TEST

// What a service tells of a model may say that it takes none.
START_TEST(a_model_that_takes_no_pictures_edits_none) {
  Model blind = test::model_of("openrouter");
  blind.inputs.max_count = 0;
  const Provider& provider = *find_provider("openrouter");
  ck_assert(bool(check_request(provider, blind, test::request_for(generate))));
  for (auto operation : {edit, compose}) {
    auto checked = check_request(provider, blind, test::request_for(operation));
    ck_assert(!checked);
    ck_assert_ptr_nonnull(strstr(checked.take_error()->message, "Seedream 4.5 takes 0 pictures at most"));
  }
}
END_TEST

START_TEST(an_empty_prompt_is_refused_by_every_service) {
  for (const Provider* provider : providers())
    for (const char* prompt : {"", " ", "\t\r\n"}) {
      Request request = test::request_for(generate);
      request.prompt = prompt;
      auto checked = check_request(*provider, test::model_of(provider->id), request);
      ck_assert(!checked);
      ck_assert_int_eq(checked.take_error()->code, SEEDREAM_ERROR_INVALID);
    }
}
END_TEST

int main() {
  Suite* suite = suite_create("check");
  TCase* tcase = tcase_create("check");
  tcase_add_loop_test(tcase, a_request_is_fine_or_not_as_the_table_says, 0, int(std::size(checks)));
  tcase_add_test(tcase, a_model_that_takes_no_pictures_edits_none);
  tcase_add_test(tcase, an_empty_prompt_is_refused_by_every_service);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
