// test-openrouter-account.cpp - what OpenRouter tells of a key, and of a model.
#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;
using test::answer;

namespace {

constexpr const char* folder = "fixtures/openrouter-account/";

struct Key {
  const char* body;
  double usd;  // below 0: it has no limit that anybody tells
};
constexpr Key keys[] = {
    {R"({"data":{"limit":100,"limit_remaining":74.5}})", 74.5},
    {R"({"data":{"limit":100,"limit_remaining":0}})", 0},
    {R"({"data":{"limit":null,"limit_remaining":null}})", -1},
    {R"({"data":{}})", -1},
    {R"({"data":{"limit_remaining":"74.5"}})", -1},
};

std::string with_prices(const char* lines) {
  return format(R"({"id":"m","endpoints":[{"supported_parameters":{},"pricing":[%s]}]})", lines);
}

struct Price {
  const char* lines;
  double usd, usd_per_input;  // below 0: nobody knows
};
constexpr Price prices[] = {
    {"", -1, 0},
    {R"({"billable":"output_image","unit":"image","cost_usd":0.05})", 0.05, 0},
    {R"({"billable":"output_image","unit":"image","cost_usd":0})", 0, 0},
    {R"({"billable":"output_image","unit":"image","cost_usd":0.05},
        {"billable":"input_image","unit":"image","cost_usd":0.003})",
     0.05, 0.003},
    {R"({"billable":"input_image","unit":"image","cost_usd":0.003},
        {"billable":"output_image","unit":"image","cost_usd":0.05})",
     0.05, 0.003},
    {R"({"billable":"input_reference","unit":"image","cost_usd":0.003},
        {"billable":"output_image","unit":"image","cost_usd":0.05})",
     0.05, 0.003},
    // Nobody says which picture is of which variant: the dearest is the safe guess.
    {R"({"billable":"output_image","unit":"image","cost_usd":0.045,"variant":"1k"},
        {"billable":"output_image","unit":"image","cost_usd":0.09,"variant":"2k"})",
     0.09, 0},
    // Nor how many megapixels or tokens a picture has.
    {R"({"billable":"output_image","unit":"megapixel","cost_usd":0.01})", -1, 0},
    {R"({"billable":"output_image","unit":"token","cost_usd":0.0000083})", -1, 0},
    {R"({"billable":"input_image","unit":"image","cost_usd":0.003})", -1, 0},
    {R"({"billable":"output_image","unit":"image","cost_usd":"0.05"})", -1, 0},
    {R"({"billable":"output_image","unit":"image","cost_usd":-1})", -1, 0},
    {R"({"billable":"output_image","unit":"image"})", -1, 0},
    {R"(null,7,"text",{})", -1, 0},
};

Model discovered(const char* provider, const std::string& body, const char* usual = "") {
  auto model = find_provider(provider)->discovery->read(answer(200, body), test::model_of(provider, usual));
  ck_assert_msg(bool(model), "%s", body.c_str());
  return *model;
}

std::string ratios_of(const Model& model) {
  std::string text;
  for (const Ratio& ratio : model.sizes.ratios)
    text += ratio.text + " ";
  return text;
}

std::string tiers_of(const Model& model) {
  std::string text;
  for (const Tier& tier : model.sizes.tiers)
    text += tier.name + (tier.table.empty() ? " " : "+ ");
  return text;
}

}  // namespace

START_TEST(a_key_s_limit_is_its_balance) {
  for (const char* provider : {"openrouter", "openrouter-images"}) {
    const AccountCalls* account = find_provider(provider)->account;
    assert_text_eq(account->ask().path, "/api/v1/key");
    auto read = account->read(answer(200, keys[_i].body));
    ck_assert_msg(bool(read), "%s", keys[_i].body);
    ck_assert_double_eq(read->balance_usd.value_or(-1), keys[_i].usd);
  }
}
END_TEST

START_TEST(the_documented_answer_about_a_key_is_read) {
  auto read =
      find_provider("openrouter")->account->read(answer(200, test::file(std::string(folder) + "key.json")));
  ck_assert(bool(read));
  ck_assert_double_eq(read->balance_usd.value_or(-1), 74.5);
}
END_TEST

START_TEST(a_model_is_asked_for_by_author_and_name) {
  for (const char* provider : {"openrouter", "openrouter-images"}) {
    const DiscoveryCalls* discovery = find_provider(provider)->discovery;
    const ServiceCall call = discovery->ask("bytedance-seed/seedream-4.5");
    assert_text_eq(call.path, "/api/v1/images/models/bytedance-seed/seedream-4.5/endpoints");
    ck_assert(call.method == "GET" && !call.creates && !call.streams && !call.body);
    assert_text_eq(discovery->ask("a b/c?d#e").path, "/api/v1/images/models/a%20b/c%3Fd%23e/endpoints");
  }
}
END_TEST

// What is shipped and what the service tells are the same thing.
START_TEST(the_shipped_model_is_what_the_service_tells) {
  const std::string body = test::file(std::string(folder) + "seedream-4.5.json");
  for (const char* provider : {"openrouter", "openrouter-images"}) {
    const Model &known = test::model_of(provider), told = discovered(provider, body);
    assert_text_eq(told.id + told.name + told.service_id, known.id + known.name + known.service_id);
    assert_text_eq(tiers_of(told), tiers_of(known));
    assert_text_eq(told.sizes.default_tier, known.sizes.default_tier);
    std::string sorted[2] = {ratios_of(told), ratios_of(known)};
    ck_assert_uint_eq(told.sizes.ratios.size(), known.sizes.ratios.size());
    for (const Ratio& ratio : known.sizes.ratios)
      ck_assert_msg(sorted[0].find(ratio.text + " ") != std::string::npos, "%s", ratio.text.c_str());
    ck_assert_uint_eq(told.inputs.max_count, known.inputs.max_count);
    ck_assert_uint_eq(told.max_count, known.max_count);
    ck_assert_uint_eq(told.max_per_request, known.max_per_request);
    ck_assert(told.takes_seed && told.qualities.empty() && told.formats.empty());
    ck_assert_double_eq(told.price->usd, known.price->usd);
    ck_assert(told.streams == known.streams);
  }
}
END_TEST

START_TEST(an_unknown_model_is_what_the_service_tells) {
  const Model model = discovered("openrouter-images", test::file(std::string(folder) + "unknown.json"));
  assert_text_eq(model.id, "someone/brush-2");
  assert_text_eq(model.name, "someone/brush-2");
  assert_text_eq(model.service_id, "someone/brush-2");
  assert_text_eq(tiers_of(model), "512 1K ");
  assert_text_eq(model.sizes.default_tier, "512");  // what is usual elsewhere is not offered
  assert_text_eq(ratios_of(model), "1:1 1:4 16:9 ");
  ck_assert_uint_eq(model.inputs.max_count, 0);
  ck_assert_uint_eq(model.max_per_request, 4);
  ck_assert(!model.takes_seed);
  ck_assert(model.qualities == (std::vector<std::string>{"auto", "high"}));
  ck_assert(model.formats == (std::vector<std::string>{"png", "webp"}));
  ck_assert_double_eq(model.price->usd, 0.05);
  ck_assert_double_eq(model.price->usd_per_input, 0.003);
}
END_TEST

// Its fields are others, and its ratios fewer.
START_TEST(what_the_chat_cannot_say_is_left_out) {
  const Model model = discovered("openrouter", test::file(std::string(folder) + "unknown.json"));
  assert_text_eq(ratios_of(model), "1:1 16:9 ");
  ck_assert(model.qualities.empty() && model.formats.empty());
  ck_assert_uint_eq(model.max_per_request, 1);
  ck_assert_uint_eq(model.max_count, 10);
}
END_TEST

// An absent parameter is one that the endpoint does not take.
START_TEST(what_is_not_listed_is_not_taken) {
  const Model model = discovered("openrouter-images", with_prices(""));
  ck_assert(model.sizes.tiers.empty() && model.sizes.ratios.empty() && model.sizes.default_tier.empty());
  ck_assert(!model.takes_seed && model.qualities.empty() && model.formats.empty());
  ck_assert_uint_eq(model.inputs.max_count, 0);
  ck_assert_uint_eq(model.max_per_request, 1);
  ck_assert_uint_ge(model.max_count, 1);
  auto call = find_provider("openrouter-images")
                  ->begin()
                  ->open(test::request_for(SEEDREAM_OPERATION_GENERATE), model);
  ck_assert(bool(call));
  assert_text_eq(test::json_difference(test::whole(call->body), R"({"model":"m","prompt":"a pear"})"), "");
}
END_TEST

START_TEST(a_price_is_read_as_the_table_says) {
  const Model model = discovered("openrouter-images", with_prices(prices[_i].lines));
  ck_assert_msg(model.price.has_value() == (prices[_i].usd >= 0), "%s", prices[_i].lines);
  if (!model.price)
    return;
  ck_assert_double_eq(model.price->usd, prices[_i].usd);
  ck_assert_double_eq(model.price->usd_per_input, prices[_i].usd_per_input);
}
END_TEST

// The data says from how many pixels on it counts.
START_TEST(a_known_model_of_two_prices_keeps_both) {
  const std::string body = R"({"id":"bytedance-seed/seedream-5-0-pro","endpoints":[{"pricing":[
      {"billable":"output_image","unit":"image","cost_usd":0.045},
      {"billable":"output_image","unit":"image","cost_usd":0.09,"variant":"2k"}]}]})";
  const Model model = discovered("openrouter-images", body, "seedream-5.0-pro");
  assert_text_eq(model.id, "seedream-5.0-pro");
  ck_assert_double_eq(model.price->usd, 0.045);
  ck_assert_double_eq(model.price->large_usd, 0.09);
  ck_assert(model.price->large_pixels == 2360000);
}
END_TEST

START_TEST(odd_parameters_are_survived) {
  for (const char* parameters :
       {"null", "[]", "7", R"({"resolution":7,"aspect_ratio":[],"n":"4","seed":null})",
        R"({"resolution":{"values":[7,null,{},"2K"]},"aspect_ratio":{"values":["x","0:1",7]}})",
        R"({"n":{"max":-1},"input_references":{"max":1e300}})",
        R"({"n":{"max":0},"input_references":{"max":"9"}})"}) {
    const Model model = discovered(
        "openrouter-images", format(R"({"id":"m","endpoints":[{"supported_parameters":%s}]})", parameters));
    ck_assert(model.sizes.ratios.empty() && !model.takes_seed);
    ck_assert_uint_eq(model.max_per_request, 1);
    ck_assert_uint_le(model.inputs.max_count, 1000);
  }
}
END_TEST

START_TEST(an_answer_that_names_no_model_is_an_error) {
  for (const char* body :
       {"", "{}", "[]", "<html>", R"({"id":"m"})", R"({"id":"m","endpoints":[]})",
        R"({"id":"m","endpoints":{}})", R"({"endpoints":[{}]})", R"({"id":null,"endpoints":[{}]})",
        R"({"id":"","endpoints":[{}]})", R"({"id":"m","endpoints":[7]})", "\xff"}) {
    auto model =
        find_provider("openrouter")->discovery->read(answer(200, body), test::model_of("openrouter"));
    ck_assert_msg(!model, "%s", body);
    ck_assert_int_eq(model.take_error()->code, SEEDREAM_ERROR_BAD_ANSWER);
  }
}
END_TEST

int main() {
  Suite* suite = suite_create("openrouter-account");
  TCase* tcase = tcase_create("openrouter-account");
  tcase_add_loop_test(tcase, a_key_s_limit_is_its_balance, 0, int(std::size(keys)));
  tcase_add_test(tcase, the_documented_answer_about_a_key_is_read);
  tcase_add_test(tcase, a_model_is_asked_for_by_author_and_name);
  tcase_add_test(tcase, the_shipped_model_is_what_the_service_tells);
  tcase_add_test(tcase, an_unknown_model_is_what_the_service_tells);
  tcase_add_test(tcase, what_the_chat_cannot_say_is_left_out);
  tcase_add_test(tcase, what_is_not_listed_is_not_taken);
  tcase_add_loop_test(tcase, a_price_is_read_as_the_table_says, 0, int(std::size(prices)));
  tcase_add_test(tcase, a_known_model_of_two_prices_keeps_both);
  tcase_add_test(tcase, odd_parameters_are_survived);
  tcase_add_test(tcase, an_answer_that_names_no_model_is_an_error);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
