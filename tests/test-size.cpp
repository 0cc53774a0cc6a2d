// test-size.cpp - from the size somebody wants to one that a service draws.
#include "providers/size.hpp"

#include <algorithm>
#include <cmath>

#include "support/check.hpp"
#include "support/suite.h"
#include "support/talks.hpp"

using namespace seedream;

namespace {

struct Choice {
  const char *size, *aspect;
  const char* told;  // nullptr where it is refused
};

// A service with sizes of its own names.
constexpr Choice by_name[] = {
    {"", "", ""},
    {"auto", "", ""},
    {"2K", "", "square_hd = 2048x2048"},
    {"", "1:1", "square_hd = 2048x2048"},
    {"auto", "4:3", "landscape_4_3 = 2304x1728"},
    {"2K", "4:3", "landscape_4_3 = 2304x1728"},
    {"2K", "3:4", "portrait_4_3 = 1728x2304"},
    {"2K", "16:9", "landscape_16_9 = 2848x1600"},
    {"2K", "9:16", "portrait_16_9 = 1600x2848"},
    {"", "8:6", "landscape_4_3 = 2304x1728"},
    {"", "1920:1080", "landscape_16_9 = 2848x1600"},
    {"", "2848:1600", "landscape_16_9 = 2848x1600"},
    {"square", "", "square = 1920x1920"},
    {"square", "1:1", "square = 1920x1920"},
    {"portrait_16_9", "9:16", "portrait_16_9 = 1600x2848"},
    {"1920x1920", "", "square = 1920x1920"},
    {"2304x1728", "", "landscape_4_3 = 2304x1728"},
    {"1600x2848", "9:16", "portrait_16_9 = 1600x2848"},
    {"2048x2048", "1:1", "square_hd = 2048x2048"},
    {"1K", "", nullptr},
    {"4K", "", nullptr},
    {"2k", "", nullptr},
    {"portrait", "", nullptr},
    {"square", "4:3", nullptr},
    {"2048x2048", "4:3", nullptr},
    {"2048x2047", "", nullptr},
    {"0x0", "", nullptr},
    {"-1x-1", "", nullptr},
    {"2048", "", nullptr},
    {"2048x", "", nullptr},
    {"x2048", "", nullptr},
    {"2048x2048x2048", "", nullptr},
    {"2048 x 2048", "", nullptr},
    {"99999999999x1", "", nullptr},
    {"4K", "16:9", nullptr},
    {"", "2:1", nullptr},
    {"", "21:9", nullptr},
    {"", "3:2", nullptr},
    {"", "4x3", nullptr},
    {"", "4:", nullptr},
    {"", ":3", nullptr},
    {"", "4:0", nullptr},
    {"", "-4:-3", nullptr},
    {"", "4:3:1", nullptr},
    {"", "wide", nullptr},
};

// One with tiers, and ratios beside them.
constexpr Choice by_tier[] = {
    {"", "", "2K = 2048x2048"},
    {"auto", "", "2K = 2048x2048"},
    {"2K", "", "2K = 2048x2048"},
    {"4K", "", "4K = 4096x4096"},
    {"1K", "", "1K"},
    {"", "16:9", "2K 16:9 = 2848x1600"},
    {"auto", "9:16", "2K 9:16 = 1600x2848"},
    {"2K", "1:1", "2K 1:1 = 2048x2048"},
    {"2K", "4:5", "2K 4:5 = 1831x2289"},
    {"4K", "16:9", "4K 16:9 = 5504x3040"},
    {"4K", "32:18", "4K 16:9 = 5504x3040"},
    {"4K", "21:9", "4K 21:9 = 6240x2656"},
    {"1K", "16:9", "1K 16:9"},
    {"2848x1600", "", "2K 16:9 = 2848x1600"},
    {"2848x1600", "16:9", "2K 16:9 = 2848x1600"},
    {"5504x3040", "", "4K 16:9 = 5504x3040"},
    {"2048x2048", "", "2K 1:1 = 2048x2048"},
    {"3K", "", nullptr},
    {"2k", "", nullptr},
    {"square_hd", "", nullptr},
    {"2K", "2:1", nullptr},
    {"2K", "5:7", nullptr},
    {"", "1:16", nullptr},
    {"", "1e300:1", nullptr},
    {"2848x1600", "4:3", nullptr},
    {"2848x1601", "", nullptr},
    {"1024x1024", "", nullptr},
};

// One that draws any pixels within its limits: 3 686 400 to 16 777 216, from 1:16 to 16:1.
constexpr Choice by_pixels[] = {
    {"", "", "2K"},
    {"auto", "", "2K"},
    {"2K", "", "2K"},
    {"4K", "", "4K"},
    {"2K", "16:9", "2848x1600 = 2848x1600"},
    {"", "16:9", "2848x1600 = 2848x1600"},
    {"4K", "21:9", "6240x2656 = 6240x2656"},
    {"2K", "1:1", "2048x2048 = 2048x2048"},
    {"2K", "2:1", "2896x1448 = 2896x1448"},
    {"2K", "1:2", "1448x2896 = 1448x2896"},
    {"2K", "16:1", "8192x512 = 8192x512"},
    {"4K", "1:16", "1024x16384 = 1024x16384"},
    {"2560x1440", "", "2560x1440 = 2560x1440"},
    {"4096x4096", "", "4096x4096 = 4096x4096"},
    {"3750x1250", "", "3750x1250 = 3750x1250"},
    {"3750x1250", "3:1", "3750x1250 = 3750x1250"},
    {"6240x2656", "", "6240x2656 = 6240x2656"},
    {"7680x480", "", "7680x480 = 7680x480"},
    {"1500x1500", "", nullptr},
    {"2560x1439", "", nullptr},
    {"4096x4097", "", nullptr},
    {"8208x512", "", nullptr},
    {"500x8192", "", nullptr},
    {"65537x1", "", nullptr},
    {"3750x1250", "1:3", nullptr},
    {"2K", "17:1", nullptr},
    {"2K", "1:17", nullptr},
    {"2K", "1e300:1", nullptr},
    {"2K", "1:1e300", nullptr},
    {"1K", "", nullptr},
    {"1K", "1:1", nullptr},
    {"8K", "", nullptr},
};

// What is made of an edit's size.
struct EditChoice {
  const char* provider;
  Pixels region;  // 0×0: the service fetches the picture, and nobody here knows
  const char *size, *aspect, *told;
};
constexpr EditChoice by_region[] = {
    {"imarouter", {640, 480}, "", "", "landscape_4_3 = 2304x1728"},
    {"imarouter", {640, 480}, "auto", "", "landscape_4_3 = 2304x1728"},
    {"imarouter", {640, 480}, "2K", "", "landscape_4_3 = 2304x1728"},
    {"imarouter", {9, 16}, "2K", "", "portrait_16_9 = 1600x2848"},
    {"imarouter", {700, 700}, "2K", "", "square_hd = 2048x2048"},
    {"imarouter", {640, 480}, "square", "", "square = 1920x1920"},
    {"imarouter", {640, 480}, "auto", "16:9", "landscape_16_9 = 2848x1600"},
    {"imarouter", {0, 0}, "auto", "", ""},
    {"imarouter", {0, 0}, "2K", "", "square_hd = 2048x2048"},
    {"openrouter", {640, 480}, "", "", "2K 4:3 = 2304x1728"},
    {"openrouter", {640, 480}, "4K", "", "4K 4:3 = 4704x3520"},
    {"openrouter", {1500, 1000}, "2K", "", "2K 3:2 = 2496x1664"},
    {"openrouter", {480, 640}, "1K", "", "1K 3:4"},
    {"openrouter", {640, 480}, "2K", "1:1", "2K 1:1 = 2048x2048"},
    {"openrouter", {0, 0}, "4K", "", "4K = 4096x4096"},
    {"openrouter-images", {100, 200}, "2K", "", "2K 1:2 = 1448x2896"},
    {"modelark", {3000, 2000}, "", "", "3000x2000 = 3000x2000"},
    {"modelark", {3000, 2000}, "2K", "", "2K"},  // there the model keeps the picture's shape
    {"modelark", {3000, 2000}, "", "1:1", "2048x2048 = 2048x2048"},
    {"imarouter-v1", {300, 200}, "", "", "2352x1568 = 2352x1568"},
};

std::string told(const SizeChoice& choice) {
  std::string text = choice.name;
  if (!choice.ratio.empty())
    text += " " + choice.ratio;
  return choice.pixels.width ? text + format(" = %dx%d", choice.pixels.width, choice.pixels.height) : text;
}

const Model& imarouter() {
  return test::model_of("imarouter");
}

Result<SizeChoice> choose(const Model& model, const char* size, const char* aspect) {
  Request request;
  request.size = size;
  request.aspect = aspect;
  return choose_size(model, request);
}

void assert_chosen(const Model& model, const Choice& row) {
  auto choice = choose(model, row.size, row.aspect);
  if (row.told) {
    ck_assert_msg(bool(choice), "“%s” “%s” was refused", row.size, row.aspect);
    assert_text_eq(told(*choice), row.told);
    return;
  }
  ck_assert_msg(!choice, "“%s” “%s” was taken", row.size, row.aspect);
  ck_assert(g_error_matches(choice.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
}

// How many pixels the smallest frame of one shape around a region has: one side is the region's own, the
// other grows to the shape.
gint64 area_around(Pixels shape, Pixels region) {
  const gint64 w = region.width, h = region.height;
  if (w * shape.height <= h * shape.width)
    return (h * shape.width + shape.height - 1) / shape.height * h;
  return w * ((w * shape.height + shape.width - 1) / shape.width);
}

// Every size of known pixels that a service has a name for.
std::vector<Pixels> named_shapes(const Model& model) {
  std::vector<Pixels> shapes;
  for (const NamedSize& size : model.sizes.names)
    shapes.push_back(size.pixels);
  for (const Tier& tier : model.sizes.tiers)
    for (const Ratio& ratio : model.sizes.ratios)
      if (auto choice = choose(model, tier.name.c_str(), ratio.text.c_str()); choice && choice->pixels.width)
        shapes.push_back(choice->pixels);
  return shapes;
}

bool is_legal_shape(const SizeRules& rules, Pixels pixels) {
  return pixels.ratio() <= rules.max_ratio && pixels.ratio() >= 1 / rules.max_ratio;
}

// That the service takes it.
void assert_legal(const Model& model, const SizeChoice& choice) {
  const SizeRules& rules = model.sizes;
  ck_assert_int_gt(choice.pixels.width, 0);
  if (rules.any_pixels) {
    assert_text_eq(choice.name, format("%dx%d", choice.pixels.width, choice.pixels.height));
    ck_assert_msg(choice.pixels.count() >= rules.min_pixels && choice.pixels.count() <= rules.max_pixels &&
                      is_legal_shape(rules, choice.pixels),
                  "%s of %s", choice.name.c_str(), model.id.c_str());
    return;
  }
  const auto shapes = named_shapes(model);
  ck_assert_msg(std::find(shapes.begin(), shapes.end(), choice.pixels) != shapes.end(), "%s",
                told(choice).c_str());
}

void assert_nearest(const Model& model, Pixels region) {
  const SizeChoice choice = nearest_size(model.sizes, region);
  assert_legal(model, choice);
  const double off = shape_distance(choice.pixels, region);
  if (model.sizes.any_pixels) {
    ck_assert_msg(off < same_shape || !is_legal_shape(model.sizes, region), "%s for %d×%d",
                  choice.name.c_str(), region.width, region.height);
    return;
  }
  for (const Pixels& other : named_shapes(model))
    ck_assert_msg(off < shape_distance(other, region) + same_shape, "%s for %d×%d; %d×%d is nearer",
                  told(choice).c_str(), region.width, region.height, other.width, other.height);
}

// Neither the way over text nor the one over an edit leads elsewhere.
void assert_said_again(const Model& model, Pixels region) {
  const SizeChoice choice = nearest_size(model.sizes, region);
  auto again = choose(model, text_of(choice).c_str(), "");
  ck_assert_msg(bool(again), "%s", text_of(choice).c_str());
  assert_text_eq(told(*again), told(choice));
  Request edit = test::request_for(SEEDREAM_OPERATION_EDIT);
  edit.images = {region};
  for (const char* size : {"", "auto"}) {
    edit.size = size;
    auto followed = choose_size(model, edit);
    ck_assert(bool(followed));
    assert_text_eq(told(*followed), told(choice));
  }
}

// That no shape has a smaller frame.
void assert_smallest(const Model& model, Pixels region, Pixels frame) {
  if (model.sizes.any_pixels && is_legal_shape(model.sizes, region))
    ck_assert_msg(frame == region, "%d×%d around %d×%d", frame.width, frame.height, region.width,
                  region.height);
  if (model.sizes.any_pixels) {
    const double widest = model.sizes.max_ratio;
    ck_assert(frame.width == region.width || frame.width < region.height / widest + 1);
    ck_assert(frame.height == region.height || frame.height < region.width / widest + 1);
    return;
  }
  for (const Pixels& other : named_shapes(model))
    ck_assert_msg(double(frame.count()) <= double(area_around(other, region)) * (1 + same_shape),
                  "%d×%d is not the smallest around %d×%d; the one of %d×%d is smaller", frame.width,
                  frame.height, region.width, region.height, other.width, other.height);
}

// What every planned frame must keep.
void assert_good(const Model& model, Pixels region) {
  const Frame frame = plan_frame(model.sizes, region);
  const Pixels pixels = frame.pixels, shape = frame.size.pixels;
  assert_legal(model, frame.size);
  ck_assert_msg(pixels.width >= region.width && pixels.height >= region.height, "%d×%d does not hold %d×%d",
                pixels.width, pixels.height, region.width, region.height);
  // Its shape is the size's but for less than one pixel, on one of its sides.
  const double exact_width = double(pixels.height) * shape.width / shape.height;
  const double exact_height = double(pixels.width) * shape.height / shape.width;
  ck_assert_msg(std::abs(pixels.width - exact_width) < 1 || std::abs(pixels.height - exact_height) < 1 ||
                    (model.sizes.any_pixels && shape_distance(pixels, shape) < same_shape),
                "%d×%d has not the shape of %s", pixels.width, pixels.height, told(frame.size).c_str());
  assert_smallest(model, region, pixels);
}

// From 1:16 to 16:1, the loop variable's step being an eighth of an octave.
constexpr int ratios = 65;
constexpr int areas[] = {1, 2, 3, 16, 100, 511, 512, 513, 1600, 1999, 2048, 2848, 4096, 8192, 30000};

Pixels region_of(int step, int side) {
  const double ratio = std::exp2((step - ratios / 2) / 8.0);
  return {std::max(1, int(side * std::sqrt(ratio))), std::max(1, int(side / std::sqrt(ratio)))};
}

// For each model of each service, and each area.
template <typename Check>
void for_all(int step, Check check) {
  for (const auto& [provider, model] : test::offers())
    for (int side : areas)
      check(*model, region_of(step, side));
}

}  // namespace

START_TEST(a_size_of_a_service_with_names_is_chosen_as_the_table_says) {
  assert_chosen(imarouter(), by_name[_i]);
}
END_TEST

START_TEST(a_size_of_a_service_with_ratios_is_chosen_as_the_table_says) {
  assert_chosen(test::model_of("openrouter"), by_tier[_i]);
}
END_TEST

START_TEST(a_size_of_a_service_of_any_pixels_is_chosen_as_the_table_says) {
  assert_chosen(test::model_of("modelark"), by_pixels[_i]);
}
END_TEST

START_TEST(an_edit_s_size_follows_its_picture_as_the_table_says) {
  const EditChoice& row = by_region[_i];
  Request edit = test::request_for(SEEDREAM_OPERATION_EDIT);
  edit.images = {row.region};
  edit.size = row.size;
  edit.aspect = row.aspect;
  auto choice = choose_size(test::model_of(row.provider), edit);
  ck_assert_msg(bool(choice), "%s", row.told);
  assert_text_eq(told(*choice), row.told);
}
END_TEST

START_TEST(only_an_edit_follows_its_picture) {
  Request compose = test::request_for(SEEDREAM_OPERATION_COMPOSE);
  auto choice = choose_size(test::model_of("openrouter"), compose);
  ck_assert(bool(choice));
  assert_text_eq(told(*choice), "2K = 2048x2048");
}
END_TEST

// A model of the user's own, of which the service knows more than its data.
START_TEST(a_tier_of_unknown_pixels_is_asked_for_in_the_nearest_ratio) {
  Model model = test::model_of("openrouter");
  model.sizes.tiers = {{.name = "2K", .table = {}}, {.name = "4K", .table = {}}};
  const SizeChoice nearest = nearest_size(model.sizes, {1600, 900});
  assert_text_eq(told(nearest), "2K 16:9");
  assert_text_eq(text_of(nearest), "2K 16:9");
  const Frame frame = plan_frame(model.sizes, {1100, 900});
  assert_text_eq(told(frame.size), "2K 5:4");
  ck_assert((frame.pixels == Pixels{1125, 900}));
  Request edit = test::request_for(SEEDREAM_OPERATION_EDIT);
  edit.images = {frame.pixels};
  edit.size = text_of(frame.size);
  auto again = choose_size(model, edit);
  ck_assert(bool(again));
  assert_text_eq(told(*again), "2K 5:4");
}
END_TEST

// A picture that is drawn, not edited, has no other way to say its shape.
START_TEST(a_size_of_unknown_pixels_is_said_with_its_ratio) {
  Model model = test::model_of("openrouter");
  model.sizes.tiers = {{.name = "2K", .table = {}}, {.name = "4K", .table = {}}};
  const Frame frame = plan_frame(model.sizes, {1100, 900}, "4K");
  assert_text_eq(text_of(frame.size), "4K 5:4");
  assert_text_eq(told(*choose(model, "4K 5:4", "")), "4K 5:4");
  assert_text_eq(told(*choose(model, "5:4", "")), "2K 5:4");
  const Frame again = plan_frame(model.sizes, {1100, 900}, "4K 5:4");
  ck_assert(again.pixels == frame.pixels);
  assert_text_eq(told(again.size), "4K 5:4");
  const Frame wide = plan_frame(model.sizes, {1000, 1000}, "4K 16:9");
  assert_text_eq(told(wide.size), "4K 16:9");
  ck_assert((wide.pixels == Pixels{1778, 1000}));
}
END_TEST

// The largest image that GIMP has, and the widest shape.
START_TEST(the_largest_frame_is_one_that_a_number_can_tell) {
  for (const char* wish : {"64x1", "1x64", "65536x1", "1x65536"}) {
    const Frame frame = plan_frame(imarouter().sizes, {262'144, 262'144}, wish);
    ck_assert_msg(frame.pixels.width >= 262'144 && frame.pixels.height >= 262'144, "%s", wish);
  }
}
END_TEST

// Of a service that takes ratios alone.
START_TEST(a_ratio_needs_no_tier) {
  Model model = test::model_of("openrouter");
  model.sizes.tiers.clear();
  model.sizes.default_tier.clear();
  const Frame frame = plan_frame(model.sizes, {1100, 900});
  assert_text_eq(text_of(frame.size), "5:4");
  assert_text_eq(told(*choose(model, "5:4", "")), " 5:4");
  assert_text_eq(told(*choose(model, "", "5:4")), " 5:4");
  ck_assert(!choose(model, "", "5:7"));
}
END_TEST

START_TEST(a_ratio_behind_a_size_is_as_one_beside_it) {
  assert_text_eq(told(*choose(test::model_of("openrouter"), "4K 16:9", "")),
                 told(*choose(test::model_of("openrouter"), "4K", "16:9")));
  assert_text_eq(told(*choose(imarouter(), "2K 4:3", "")), told(*choose(imarouter(), "2K", "4:3")));
  ck_assert(!choose(imarouter(), "2K 4:3", "1:1"));
  ck_assert(!choose(imarouter(), "8K 4:3", ""));
  ck_assert(!choose(imarouter(), "2K x", ""));
}
END_TEST

START_TEST(a_ratio_is_never_dropped_without_a_word) {
  Model model = test::model_of("modelark");
  model.sizes.default_tier.clear();
  ck_assert(bool(choose(model, "", "")));
  ck_assert(!choose(model, "", "16:9"));
  ck_assert(bool(choose(model, "2K", "16:9")));
}
END_TEST

START_TEST(a_refusal_names_every_size) {
  auto choice = choose(imarouter(), "4K", "");
  ck_assert(!choice);
  const ErrorPtr error = choice.take_error();
  for (const NamedSize& size : imarouter().sizes.names)
    ck_assert_ptr_nonnull(strstr(error->message, size.name.c_str()));
}
END_TEST

START_TEST(a_tier_beyond_the_limits_is_refused) {
  Model model = test::model_of("modelark");
  model.sizes.min_pixels = 100;
  model.sizes.max_pixels = 2048 * 2048 - 1;
  ck_assert(!choose(model, "2K", "1:1"));
  ck_assert(bool(choose(model, "1024x1024", "1:1")));
}
END_TEST

// A model's file may say limits into which hardly any shape fits.
START_TEST(within_narrow_limits_a_frame_has_the_shape_of_its_size) {
  SizeRules rules = test::model_of("modelark").sizes;
  rules.min_pixels = 4;
  rules.max_pixels = 7;
  for (const Pixels region : {Pixels{640, 524288}, {640, 64}, {3, 2}}) {
    const Frame frame = plan_frame(rules, region);
    ck_assert(frame.size.pixels.count() >= 4 && frame.size.pixels.count() <= 7);
    ck_assert(shape_distance(frame.pixels, frame.size.pixels) < same_shape);
    ck_assert(frame.pixels.width >= region.width && frame.pixels.height >= region.height);
  }
}
END_TEST

START_TEST(a_refusal_names_the_limits) {
  Model model = test::model_of("modelark");
  const ErrorPtr error = choose(model, "8K", "").take_error();
  for (const char* limit : {"2K, 4K, ", "3686400", "16777216", "1:16 to 16:1"})
    ck_assert_msg(strstr(error->message, limit), "%s", error->message);
  model.sizes.tiers.clear();
  const ErrorPtr bare = choose(model, "8K", "").take_error();
  ck_assert_msg(strstr(bare->message, "draws 3686400 to"), "%s", bare->message);
}
END_TEST

// A size that is wished for decides the frame's shape, a tier only its pixels.
constexpr struct {
  const char *model, *wish;
  Pixels region;
  const char* told;
  Pixels frame;
} wishes[] = {
    {"imarouter", "portrait_4_3", {600, 400}, "portrait_4_3 = 1728x2304", {600, 800}},
    {"imarouter", "1920x1920", {600, 400}, "1920x1920 = 1920x1920", {600, 600}},
    {"imarouter", "2K", {600, 450}, "landscape_4_3 = 2304x1728", {600, 450}},
    {"openrouter", "4K", {1100, 900}, "4K 5:4 = 4579x3663", {1126, 900}},
    {"modelark", "4K", {1000, 1000}, "4096x4096 = 4096x4096", {1000, 1000}},
    {"modelark", "2K", {1800, 200}, "6144x682 = 6144x682", {1800, 200}},
    {"modelark", "2304x1728", {100, 100}, "2304x1728 = 2304x1728", {134, 100}},
};

START_TEST(a_wish_for_a_size_is_kept_by_the_frame) {
  const auto& row = wishes[_i];
  const Model& model = test::model_of(row.model);
  const Frame frame = plan_frame(model.sizes, row.region, row.wish);
  assert_text_eq(told(frame.size), row.told);
  ck_assert_msg(frame.pixels == row.frame, "%dx%d", frame.pixels.width, frame.pixels.height);
}
END_TEST

START_TEST(a_region_of_any_shape_gets_the_smallest_frame) {
  for_all(_i, assert_good);
}
END_TEST

START_TEST(a_picture_of_any_shape_gets_the_nearest_size) {
  for_all(_i, assert_nearest);
}
END_TEST

START_TEST(a_size_can_be_said_again_as_text) {
  for_all(_i, assert_said_again);
}
END_TEST

// Neither smaller nor larger than it needs to be.
START_TEST(a_legal_picture_of_any_pixels_keeps_its_size) {
  const Model& model = test::model_of("modelark");
  for (const Pixels& region : {Pixels{2560, 1440}, Pixels{3000, 2000}, Pixels{4096, 4096}, Pixels{7680, 480},
                               Pixels{512, 8192}, Pixels{1921, 1920}})
    ck_assert(nearest_size(model.sizes, region).pixels == region);
  ck_assert((nearest_size(model.sizes, {640, 480}).pixels == Pixels{2218, 1663}));
  ck_assert((nearest_size(model.sizes, {12000, 9000}).pixels == Pixels{4729, 3547}));
}
END_TEST

// What is called 16:9 is 1.8 % off that at 4K, so its shape counts for more than its pixels.
START_TEST(of_one_shape_the_size_is_taken_that_holds_the_picture) {
  const struct {
    Pixels region;
    const char* wanted;
  } table[] = {{{3, 2}, "2K 3:2 = 2496x1664"},        {{2496, 1664}, "2K 3:2 = 2496x1664"},
               {{2499, 1666}, "4K 3:2 = 4992x3328"},  {{9000, 6000}, "4K 3:2 = 4992x3328"},
               {{16, 9}, "2K 16:9 = 2848x1600"},      {{9600, 5400}, "2K 16:9 = 2848x1600"},
               {{5504, 3040}, "4K 16:9 = 5504x3040"}, {{100, 10}, "2K 21:9 = 3136x1344"},
               {{10, 100}, "4K 9:16 = 3040x5504"}};
  for (const auto& row : table)
    assert_text_eq(told(nearest_size(test::model_of("openrouter").sizes, row.region)), row.wanted);
}
END_TEST

START_TEST(every_small_region_gets_the_smallest_frame) {
  for (int height = 1; height <= 64; ++height)
    assert_good(imarouter(), {_i, height});
}
END_TEST

START_TEST(a_region_of_a_size_s_own_shape_is_its_own_frame) {
  for (const NamedSize& size : imarouter().sizes.names)
    for (int part : {1, 2, 4, 16, 32}) {
      const Pixels region{size.pixels.width / part, size.pixels.height / part};
      ck_assert(plan_frame(imarouter().sizes, region).pixels == region);
    }
}
END_TEST

START_TEST(the_largest_canvas_of_gimp_has_a_frame) {
  for (int width : {1, 524288})
    for (int height : {1, 524288})
      assert_good(imarouter(), {width, height});
}
END_TEST

int main() {
  Suite* suite = suite_create("size");
  TCase* tcase = tcase_create("size");
  tcase_add_loop_test(tcase, a_size_of_a_service_with_names_is_chosen_as_the_table_says, 0,
                      int(std::size(by_name)));
  tcase_add_loop_test(tcase, a_size_of_a_service_with_ratios_is_chosen_as_the_table_says, 0,
                      int(std::size(by_tier)));
  tcase_add_loop_test(tcase, a_size_of_a_service_of_any_pixels_is_chosen_as_the_table_says, 0,
                      int(std::size(by_pixels)));
  tcase_add_loop_test(tcase, an_edit_s_size_follows_its_picture_as_the_table_says, 0,
                      int(std::size(by_region)));
  tcase_add_test(tcase, only_an_edit_follows_its_picture);
  tcase_add_test(tcase, a_tier_of_unknown_pixels_is_asked_for_in_the_nearest_ratio);
  tcase_add_test(tcase, a_size_of_unknown_pixels_is_said_with_its_ratio);
  tcase_add_test(tcase, the_largest_frame_is_one_that_a_number_can_tell);
  tcase_add_test(tcase, a_ratio_needs_no_tier);
  tcase_add_test(tcase, a_ratio_behind_a_size_is_as_one_beside_it);
  tcase_add_test(tcase, a_ratio_is_never_dropped_without_a_word);
  tcase_add_test(tcase, a_refusal_names_every_size);
  tcase_add_test(tcase, a_tier_beyond_the_limits_is_refused);
  tcase_add_test(tcase, within_narrow_limits_a_frame_has_the_shape_of_its_size);
  tcase_add_test(tcase, a_refusal_names_the_limits);
  tcase_add_loop_test(tcase, a_wish_for_a_size_is_kept_by_the_frame, 0, int(std::size(wishes)));
  tcase_add_loop_test(tcase, a_region_of_any_shape_gets_the_smallest_frame, 0, ratios);
  tcase_add_loop_test(tcase, a_picture_of_any_shape_gets_the_nearest_size, 0, ratios);
  tcase_add_loop_test(tcase, a_size_can_be_said_again_as_text, 0, ratios);
  tcase_add_test(tcase, a_legal_picture_of_any_pixels_keeps_its_size);
  tcase_add_test(tcase, of_one_shape_the_size_is_taken_that_holds_the_picture);
  tcase_add_loop_test(tcase, every_small_region_gets_the_smallest_frame, 1, 65);
  tcase_add_test(tcase, a_region_of_a_size_s_own_shape_is_its_own_frame);
  tcase_add_test(tcase, the_largest_canvas_of_gimp_has_a_frame);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
