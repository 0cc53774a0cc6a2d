// test-model.cpp - models are data: what is shipped is sound, and what users write is not believed unseen.
#include "providers/model.hpp"

#include <algorithm>
#include <set>

#include "providers/provider.hpp"
#include "providers/size.hpp"
#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;

namespace {

// The smallest model there can be.
constexpr const char* least = R"({"id":"m","name":"M","services":{"modelark":{"id":"x","any_pixels":true}}})";

// A model that offers something, with members of its own and of its service's.
std::string offering(const std::string& service, const std::string& root = "") {
  return R"({"id":"m","name":"M",)" + root + R"("services":{"modelark":{"id":"x",)" + service + "}}}";
}

struct Broken {
  std::string json;
  const char* place;  // what the message names
};

const Broken broken[] = {
    {"", "empty"},
    {"{", "not JSON"},
    {"\xff", "UTF-8"},
    {std::string(100, '['), "nested"},
    {"null", "services"},
    {"[]", "services"},
    {"7", "services"},
    {"{}", "services"},
    {R"({"id":"m","name":"M","services":null})", "services"},
    {R"({"id":"m","name":"M","services":[]})", "services"},
    {R"({"id":"m","name":"M","services":{}})", "services"},
    {R"({"id":"m","name":"M","services":{"modelark":7}})", "services"},
    {R"({"id":"m","name":"M","services":{"modelark":{}}})", "id"},
    {R"({"name":"M","services":{"modelark":{"id":"x","any_pixels":true}}})", "id"},
    {R"({"id":7,"name":"M","services":{"modelark":{"id":"x","any_pixels":true}}})", "id"},
    {R"({"id":"","name":"M","services":{"modelark":{"id":"x","any_pixels":true}}})", "id"},
    {R"({"id":"a\nb","name":"M","services":{"modelark":{"id":"x","any_pixels":true}}})", "id"},
    {R"({"id":"a\u001b[31m","name":"M","services":{"modelark":{"id":"x","any_pixels":true}}})", "id"},
    {R"({"id":"m","services":{"modelark":{"id":"x","any_pixels":true}}})", "name"},
    {R"({"id":"m","name":["M"],"services":{"modelark":{"id":"x","any_pixels":true}}})", "name"},
    {R"({"id":"m","name":"M","services":{"modelark":{"id":7,"any_pixels":true}}})", "id"},
    {R"({"id":"m","name":"M","services":{"modelark":{"id":"x"}}})", "sizes"},
    {offering(R"("tiers":["2K"])"), "ratios"},
    {offering(R"("ratios":["1:1"])"), "tiers"},
    {offering(R"("any_pixels":false)"), "any_pixels"},
    {offering(R"("any_pixels":1)"), "any_pixels"},
    {offering(R"("any_pixels":"yes")"), "any_pixels"},
    {offering(R"("any_pixels":true,"ids":[])"), "ids"},
    {offering(R"("any_pixels":true,"ids":{"cn-beijing":7})"), "ids"},
    {offering(R"("sizes":["2048x2048"])"), "sizes"},
    {offering(R"("sizes":{"a":7})"), "sizes"},
    {offering(R"("sizes":{"a":"2048"})"), "sizes"},
    {offering(R"("sizes":{"a":"0x5"})"), "sizes"},
    {offering(R"("sizes":{"a":"-5x5"})"), "sizes"},
    {offering(R"("sizes":{"a":"65537x1"})"), "sizes"},
    {offering(R"("sizes":{"a":"65536x4"})"), "sizes"},
    {offering(R"("sizes":{"a":"99999999999999999999x1"})"), "sizes"},
    {offering(R"("any_pixels":true,"tiers":"2K")"), "tiers"},
    {offering(R"("any_pixels":true,"tiers":[7])"), "tiers"},
    {offering(R"("any_pixels":true,"tiers":[""])"), "tiers"},
    {offering(R"("any_pixels":true,"tiers":["2K"])", R"("tiers":[],)"), "tiers"},
    {offering(R"("any_pixels":true,"tiers":["2K"])", R"("tiers":{"2K":"2048x2048"},)"), "tiers"},
    {offering(R"("any_pixels":true,"tiers":["2K"])", R"("tiers":{"2K":{"4-3":"1x1"}},)"), "tiers"},
    {offering(R"("any_pixels":true,"tiers":["2K"])", R"("tiers":{"2K":{"4:3":"1:1"}},)"), "tiers"},
    {offering(R"("any_pixels":true,"tiers":["2K"])", R"("tiers":{"2K":{"4:3":null}},)"), "tiers"},
    {offering(R"("any_pixels":true,"ratios":"1:1")"), "ratios"},
    {offering(R"("any_pixels":true,"ratios":["1x1"])"), "ratios"},
    {offering(R"("any_pixels":true,"ratios":["0:1"])"), "ratios"},
    {offering(R"("any_pixels":true,"ratios":["1:-1"])"), "ratios"},
    {offering(R"("any_pixels":true,"ratios":["inf:1"])"), "ratios"},
    {offering(R"("any_pixels":true,"ratios":["1e300:1e-300"])"), "ratios"},
    {offering(R"("any_pixels":true,"ratios":["1000:1"])"), "ratios"},
    {offering(R"("any_pixels":true,"tiers":["2K"],"default_tier":7)"), "default_tier"},
    {offering(R"("any_pixels":true,"tiers":["2K"],"default_tier":"4K")"), "default_tier"},
    {offering(R"("any_pixels":true,"default_tier":"2K")"), "default_tier"},
    {offering(R"("any_pixels":true)", R"("pixels":7,)"), "pixels"},
    {offering(R"("any_pixels":true)", R"("pixels":{"min":0},)"), "pixels.min"},
    {offering(R"("any_pixels":true)", R"("pixels":{"min":-5},)"), "pixels.min"},
    {offering(R"("any_pixels":true)", R"("pixels":{"min":"921600"},)"), "pixels.min"},
    {offering(R"("any_pixels":true)", R"("pixels":{"min":1.5},)"), "pixels.min"},
    {offering(R"("any_pixels":true)", R"("pixels":{"max":1e300},)"), "pixels.max"},
    {offering(R"("any_pixels":true)", R"("pixels":{"max":1e999},)"), "pixels.max"},
    {offering(R"("any_pixels":true)", R"("pixels":{"min":10,"max":5},)"), "pixels"},
    {offering(R"("any_pixels":true)", R"("pixels":{"min":7,"max":7,"max_ratio":1},)"), "pixels"},
    {offering(R"("any_pixels":true)", R"("pixels":{"max_ratio":0.5},)"), "pixels.max_ratio"},
    {offering(R"("any_pixels":true)", R"("pixels":{"max_ratio":65},)"), "pixels.max_ratio"},
    {offering(R"("any_pixels":true)", R"("inputs":[],)"), "inputs"},
    {offering(R"("any_pixels":true)", R"("inputs":{"max":-1},)"), "inputs.max"},
    {offering(R"("any_pixels":true)", R"("inputs":{"max":1001},)"), "inputs.max"},
    {offering(R"("any_pixels":true)", R"("inputs":{"max":1e300},)"), "inputs.max"},
    {offering(R"("any_pixels":true)", R"("inputs":{"max_bytes":0},)"), "inputs.max_bytes"},
    {offering(R"("any_pixels":true)", R"("inputs":{"max_pixels":0},)"), "inputs.max_pixels"},
    {offering(R"("any_pixels":true)", R"("inputs":{"min_side":0},)"), "inputs.min_side"},
    {offering(R"("any_pixels":true)", R"("inputs":{"max_ratio":0},)"), "inputs.max_ratio"},
    {offering(R"("any_pixels":true)", R"("inputs":{"types":"image/png"},)"), "inputs.types"},
    {offering(R"("any_pixels":true,"inputs":{"types":[7]})"), "inputs.types"},
    {offering(R"("any_pixels":true,"usd_per_picture":"0.04")"), "usd_per_picture"},
    {offering(R"("any_pixels":true,"usd_per_picture":-0.04)"), "usd_per_picture"},
    {offering(R"("any_pixels":true,"usd_per_picture":1e999)"), "usd_per_picture"},
    {offering(R"("any_pixels":true,"usd_per_picture":1,"usd_per_input":-1)"), "usd_per_input"},
    {offering(R"("any_pixels":true,"usd_per_picture":1,"large":7)"), "large"},
    {offering(R"("any_pixels":true,"usd_per_picture":1,"large":{})"), "large.above_pixels"},
    {offering(R"("any_pixels":true,"usd_per_picture":1,"large":{"above_pixels":0,"usd_per_picture":1})"),
     "large.above_pixels"},
    {offering(R"("any_pixels":true,"usd_per_picture":1,"large":{"above_pixels":9})"),
     "large.usd_per_picture"},
    {offering(R"("any_pixels":true,"usd_per_picture":1,"large":{"above_pixels":9,"usd_per_picture":-1})"),
     "large.usd_per_picture"},
    {offering(R"("any_pixels":true,"qualities":"high")"), "qualities"},
    {offering(R"("any_pixels":true,"formats":{})"), "formats"},
    {offering(R"("any_pixels":true,"formats":[null])"), "formats"},
    {offering(R"("any_pixels":true,"max_count":0)"), "max_count"},
    {offering(R"("any_pixels":true,"max_count":101)"), "max_count"},
    {offering(R"("any_pixels":true,"max_count":1.5)"), "max_count"},
    {offering(R"("any_pixels":true,"max_count":"4")"), "max_count"},
    {offering(R"("any_pixels":true,"max_count":true)"), "max_count"},
    {offering(R"("any_pixels":true,"max_per_request":-1)"), "max_per_request"},
    {offering(R"("any_pixels":true,"max_per_request":[])"), "max_per_request"},
    {offering(R"("any_pixels":true,"takes_seed":"true")"), "takes_seed"},
    {offering(R"("any_pixels":true,"streams":1)"), "streams"},
    {offering(R"("any_pixels":true,"draws_groups":{})"), "draws_groups"},
    {offering(R"("any_pixels":true,"fields":[])"), "fields"},
    {offering(R"("any_pixels":true,"fields":{"edit":7})"), "fields"},
    {offering(R"("any_pixels":true)", R"("recommended_prompt_words":-1,)"), "recommended_prompt_words"},
    {offering(R"("any_pixels":true,"like":7)"), "like"},
    {offering(R"("any_pixels":true,"like":"openrouter")"), "like"},
    {R"({"id":"m","name":"M","services":{"a":{"like":"b"},"b":{"id":"x","sizes":{"s":"1"}}}})", "sizes"},
};

// Services may say the same as another, and more.
constexpr const char* alike = R"({"id":"m","name":"M","pixels":{"min":100,"max":1000000},
  "inputs":{"max":3,"types":["image/png"]},
  "services":{
    "openrouter":{"id":"x","usd_per_picture":0.5,"sizes":{"s":"10x10"},"takes_seed":true,"max_count":9,
                  "qualities":["high"],"fields":{"edit":"one"},"inputs":{"max":5}},
    "sandbox":{"like":"openrouter","usd_per_picture":0,"takes_seed":false,"qualities":null,"fields":{}}}})";

ModelPtr only(std::string_view json, std::string_view service = "modelark") {
  auto offers = read_model(json);
  ck_assert_msg(bool(offers), "%s", offers ? "" : offers.take_error()->message);
  for (const auto& [name, model] : *offers)
    if (name == service)
      return model;
  ck_abort_msg("no such service");
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(), [&](const char* each) { return word == each; });
}

const Model& shipped(int index) {
  return *test::offers()[static_cast<std::size_t>(index)].second;
}

const Provider& provider_of(int index) {
  const Provider* provider = find_provider(test::offers()[static_cast<std::size_t>(index)].first);
  ck_assert_ptr_nonnull(provider);
  return *provider;
}

}  // namespace

START_TEST(a_broken_file_is_refused_at_its_place) {
  auto offers = read_model(broken[_i].json);
  ck_assert_msg(!offers, "%s was taken", test::one_line(broken[_i].json).c_str());
  const ErrorPtr error = offers.take_error();
  ck_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
  ck_assert_msg(strstr(error->message, broken[_i].place), "%s: %s", test::one_line(broken[_i].json).c_str(),
                test::one_line(error->message).c_str());
}
END_TEST

START_TEST(a_refusal_names_the_service) {
  auto offers = read_model(offering(R"("any_pixels":true,"max_count":0)"));
  ck_assert_ptr_nonnull(strstr(offers.take_error()->message, "modelark"));
}
END_TEST

// The loop variable is where a shipped file is cut, or wrong.
START_TEST(a_damaged_file_is_refused_or_read) {
  const std::string text = test::file("../data/models/seedream-4.5.json");
  for (std::size_t at = static_cast<std::size_t>(_i); at < text.rfind('}'); at += 16) {
    ck_assert(!read_model(std::string_view(text).substr(0, at)));
    for (const char wrong : {'\0', '"', '{', ']', '9', '\xff', 'x'}) {
      std::string damaged = text;
      damaged[at] = wrong;
      if (auto offers = read_model(damaged))
        ck_assert(!offers->empty());
    }
  }
}
END_TEST

START_TEST(the_smallest_model_has_usual_limits) {
  const ModelPtr model = only(least);
  assert_text_eq(model->id + model->name + model->service_id, "mMx");
  ck_assert_uint_eq(model->max_count, 1);
  ck_assert_uint_eq(model->max_per_request, 1);
  ck_assert_uint_eq(model->inputs.max_count, 1);
  ck_assert(!model->price && !model->takes_seed && !model->streams && !model->draws_groups);
  ck_assert(model->formats.empty() && model->qualities.empty() && model->region_ids.empty());
  ck_assert_double_eq(model->sizes.max_ratio, 16);
  assert_text_eq(model->field("edit", "imageUrl"), "imageUrl");
}
END_TEST

START_TEST(what_nobody_knows_is_left_alone) {
  ck_assert(
      bool(read_model(offering(R"("any_pixels":true,"layers":{"max":99},"note":null)", R"("x":[1],)"))));
}
END_TEST

START_TEST(a_service_that_is_like_another_says_only_what_differs) {
  const ModelPtr one = only(alike, "openrouter"), other = only(alike, "sandbox");
  assert_text_eq(other->service_id, "x");
  ck_assert_uint_eq(other->max_count, 9);
  ck_assert(one->takes_seed && !other->takes_seed);
  ck_assert_double_eq(one->price->usd, 0.5);
  ck_assert_double_eq(other->price->usd, 0);
  ck_assert_uint_eq(one->inputs.max_count, 5);
  ck_assert_uint_eq(other->inputs.max_count, 5);
  ck_assert_uint_eq(other->qualities.size(), 1);  // null is nothing said
  assert_text_eq(one->field("edit", "usual"), "one");
  assert_text_eq(other->field("edit", "usual"), "usual");
  ck_assert(one->sizes.names.size() == 1 && other->sizes.names.size() == 1);
}
END_TEST

START_TEST(pixels_are_read_as_people_write_them) {
  ck_assert((read_pixels("2048x1536") == Pixels{2048, 1536}));
  ck_assert((read_pixels("65536x65536")->count() == gint64(1) << 32));
  ck_assert((read_pixels("65536x1024") == Pixels{65536, 1024}));
  for (const char* text : {"", "x", "1", "1x", "x1", "1x1x1", "1X1", " 1x1", "1x1 ", "1.5x2", "+1x1", "0x1",
                           "1x0", "-1x1", "65537x1", "1x99999999999", "1×1", "65x1", "1x65"})
    ck_assert_msg(!read_pixels(text), "%s", text);
}
END_TEST

START_TEST(ratios_are_read_as_people_write_them) {
  ck_assert_double_eq_tol(read_ratio("16:9")->value, 16.0 / 9, 1e-12);
  ck_assert_double_eq_tol(read_ratio("9:19.5")->value, 9 / 19.5, 1e-12);
  assert_text_eq(read_ratio("9:19.5")->text, "9:19.5");
  for (const char* text : {"",     ":",    "1",    "1:",    ":1",    "1:1:1", "1x1",          "0:1",
                           "1:0",  "-1:1", "1:-1", "nan:1", "inf:1", "1:inf", "1e308:1e-308", "1e-308:1e308",
                           "65:1", "1:65", " 1:1", "1:1 ",  "auto"})
    ck_assert_msg(!read_ratio(text), "%s", text);
}
END_TEST

struct Estimate {
  unsigned count;
  Pixels each;
  unsigned n_inputs;
  double usd;
};

// One picture 0.045, of more than 2 360 000 pixels 0.09; each that goes in 0.003.
constexpr Estimate estimates[] = {
    {1, {1024, 1024}, 0, 0.045},
    {1, {2048, 2048}, 0, 0.09},
    {3, {2048, 2048}, 0, 0.27},
    {1, {2360, 1000}, 0, 0.045},
    {1, {2360, 1001}, 0, 0.09},
    {1, {1024, 1024}, 10, 0.075},
    {1, {}, 0, 0.09},  // nobody knows how large it will be: no budget shall be passed by surprise
    {0, {2048, 2048}, 0, 0},
};

START_TEST(drawing_costs_what_the_table_says) {
  const Estimate& row = estimates[_i];
  const auto usd =
      price_of(test::model_of("openrouter", "seedream-5.0-pro"), row.count, row.each, row.n_inputs);
  ck_assert(usd.has_value());
  ck_assert_double_eq_tol(*usd, row.usd, 1e-9);
}
END_TEST

// What goes in is paid for with each request.
START_TEST(pictures_that_go_in_several_times_cost_several_times) {
  const Model& chat = test::model_of("openrouter", "seedream-5.0-pro");
  const Model& images = test::model_of("openrouter-images", "seedream-5.0-pro");
  ck_assert_double_eq_tol(*price_of(chat, 4, {1024, 1024}, 2), 4 * 0.045 + 4 * 2 * 0.003, 1e-9);
  ck_assert_double_eq_tol(*price_of(images, 4, {1024, 1024}, 2), 4 * 0.045 + 2 * 0.003, 1e-9);
}
END_TEST

START_TEST(what_nobody_has_said_a_price_of_has_none) {
  ck_assert(!price_of(test::model_of("modelark", "seedream-5.0-flash"), 1, {2048, 2048}, 1));
  ck_assert_double_eq(*price_of(test::model_of("sandbox"), 4, {2048, 2048}, 14), 0);
  ck_assert_double_eq_tol(*price_of(test::model_of("modelark"), 15, {4096, 4096}, 14), 0.6, 1e-9);
}
END_TEST

START_TEST(every_service_has_a_model) {
  for (const Provider* provider : providers())
    assert_text_eq(test::model_of(provider->id).id, "seedream-4.5");
}
END_TEST

START_TEST(a_shipped_model_makes_sense) {
  const Model& model = shipped(_i);
  ck_assert(!model.id.empty() && !model.name.empty() && !model.service_id.empty());
  ck_assert_uint_ge(model.max_count, 1);
  ck_assert_uint_ge(model.max_count, model.max_per_request);
  ck_assert_uint_ge(model.inputs.max_count, 2);
  ck_assert(!model.price || model.price->usd >= 0);
  for (const auto& [region, id] : model.region_ids) {
    const auto regions = provider_of(_i).regions;
    ck_assert(
        std::any_of(regions.begin(), regions.end(), [&](const auto& each) { return region == each.id; }));
  }
  for (const std::string& format : model.formats)
    ck_assert(is_one_of(format, {"png", "jpeg", "webp"}));
  for (const std::string& type : model.inputs.media_types)
    ck_assert(is_one_of(type, {"image/png", "image/jpeg", "image/webp"}));
  ck_assert_int_eq(model.inputs.min_side, 15);  // more than 14 pixels, says ByteDance
}
END_TEST

START_TEST(a_shipped_model_s_sizes_can_be_asked_for) {
  const Model& model = shipped(_i);
  std::set<std::string> names;
  std::vector<std::pair<std::string, std::string>> said;
  for (const NamedSize& size : model.sizes.names) {
    ck_assert_msg(names.insert(size.name).second, "%s twice", size.name.c_str());
    said.emplace_back(size.name, "");
  }
  for (const Tier& tier : model.sizes.tiers) {
    ck_assert_msg(names.insert(tier.name).second, "%s twice", tier.name.c_str());
    said.emplace_back(tier.name, "");
    for (const Ratio& ratio : model.sizes.ratios)
      said.emplace_back(tier.name, ratio.text);
  }
  for (const auto& [size, aspect] : said) {
    Request request;
    request.size = size;
    request.aspect = aspect;
    auto choice = choose_size(model, request);
    ck_assert_msg(choice && choice->name == size && choice->ratio == aspect, "%s %s", size.c_str(),
                  aspect.c_str());
  }
}
END_TEST

// ByteDance's tables keep ByteDance's limits, and their shapes are what they are called, but for whole
// blocks.
START_TEST(a_shipped_table_keeps_its_own_limits) {
  const SizeRules& rules = shipped(_i).sizes;
  for (const Tier& tier : rules.tiers)
    for (const auto& [ratio, pixels] : tier.table) {
      ck_assert(pixels.count() >= rules.min_pixels && pixels.count() <= rules.max_pixels);
      ck_assert_double_le(std::abs(pixels.ratio() / ratio.value - 1), 0.03);
    }
}
END_TEST

int main() {
  Suite* suite = suite_create("model");
  TCase* reading = tcase_create("reading");
  tcase_add_loop_test(reading, a_broken_file_is_refused_at_its_place, 0, int(std::size(broken)));
  tcase_add_test(reading, a_refusal_names_the_service);
  tcase_add_loop_test(reading, a_damaged_file_is_refused_or_read, 0, 16);
  tcase_add_test(reading, the_smallest_model_has_usual_limits);
  tcase_add_test(reading, what_nobody_knows_is_left_alone);
  tcase_add_test(reading, a_service_that_is_like_another_says_only_what_differs);
  tcase_add_test(reading, pixels_are_read_as_people_write_them);
  tcase_add_test(reading, ratios_are_read_as_people_write_them);
  suite_add_tcase(suite, reading);
  TCase* prices = tcase_create("prices");
  tcase_add_loop_test(prices, drawing_costs_what_the_table_says, 0, int(std::size(estimates)));
  tcase_add_test(prices, pictures_that_go_in_several_times_cost_several_times);
  tcase_add_test(prices, what_nobody_has_said_a_price_of_has_none);
  suite_add_tcase(suite, prices);
  TCase* data = tcase_create("shipped");
  const int n = static_cast<int>(test::offers().size());
  tcase_add_test(data, every_service_has_a_model);
  tcase_add_loop_test(data, a_shipped_model_makes_sense, 0, n);
  tcase_add_loop_test(data, a_shipped_model_s_sizes_can_be_asked_for, 0, n);
  tcase_add_loop_test(data, a_shipped_table_keeps_its_own_limits, 0, n);
  suite_add_tcase(suite, data);
  return run_suite(suite);
}
