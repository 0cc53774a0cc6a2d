// test-size.cpp - from the size somebody wants to one that a service draws.
#include "providers/size.hpp"

#include <algorithm>
#include <cmath>

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;

namespace {

struct Choice {
  const char *size, *aspect, *name;  // name: nullptr where it is refused
};

// Against ImaRouter's sizes.
constexpr Choice choices[] = {
    {"", "", ""},
    {"auto", "", ""},
    {"2K", "", "square_hd"},
    {"", "1:1", "square_hd"},
    {"auto", "4:3", "landscape_4_3"},
    {"2K", "4:3", "landscape_4_3"},
    {"2K", "3:4", "portrait_4_3"},
    {"2K", "16:9", "landscape_16_9"},
    {"2K", "9:16", "portrait_16_9"},
    {"", "8:6", "landscape_4_3"},
    {"", "1920:1080", "landscape_16_9"},
    {"", "2848:1600", "landscape_16_9"},
    {"square", "", "square"},
    {"square", "1:1", "square"},
    {"portrait_16_9", "9:16", "portrait_16_9"},
    {"1920x1920", "", "square"},
    {"2304x1728", "", "landscape_4_3"},
    {"1600x2848", "9:16", "portrait_16_9"},
    {"2048x2048", "1:1", "square_hd"},
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

const Capabilities& imarouter() {
  return find_provider("imarouter")->can;
}

// The smallest frame of one shape around a region: one side is the region's own, the other grows to the
// shape.
Frame around(const NamedSize& size, int width, int height) {
  const gint64 w = width, h = height;
  if (w * size.height <= h * size.width)
    return {&size, int((h * size.width + size.height - 1) / size.height), height};
  return {&size, width, int((w * size.height + size.width - 1) / size.width)};
}

// What every planned frame must keep.
void assert_good(const Capabilities& can, int width, int height) {
  const Frame frame = plan_frame(can, width, height);
  ck_assert_ptr_nonnull(frame.size);
  ck_assert_msg(frame.width >= width && frame.height >= height, "%d×%d does not hold %d×%d", frame.width,
                frame.height, width, height);
  // Its shape is the size's but for less than one pixel, on one of its sides.
  const double exact_width = double(frame.height) * frame.size->width / frame.size->height;
  const double exact_height = double(frame.width) * frame.size->height / frame.size->width;
  ck_assert_msg(std::abs(frame.width - exact_width) < 1 || std::abs(frame.height - exact_height) < 1,
                "%d×%d has not the shape of %s", frame.width, frame.height, frame.size->name);
  for (const NamedSize& size : can.sizes) {
    const Frame other = around(size, width, height);
    ck_assert_msg(gint64(frame.width) * frame.height <= gint64(other.width) * other.height,
                  "%s (%d×%d) is not the smallest around %d×%d; %s (%d×%d) is smaller", frame.size->name,
                  frame.width, frame.height, width, height, size.name, other.width, other.height);
  }
}

// From 1:16 to 16:1, the loop variable's step being a quarter of an octave.
constexpr int ratios = 33;
constexpr int areas[] = {1, 2, 3, 16, 100, 511, 512, 513, 1600, 1999, 2848, 8192, 30000};

}  // namespace

START_TEST(a_size_is_chosen_as_the_table_says) {
  const Choice& choice = choices[_i];
  auto name = choose_size(imarouter(), choice.size, choice.aspect);
  if (!choice.name) {
    ck_assert_msg(!name, "“%s” “%s” was taken", choice.size, choice.aspect);
    ck_assert(g_error_matches(name.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
    return;
  }
  ck_assert_msg(bool(name), "“%s” “%s” was refused", choice.size, choice.aspect);
  assert_text_eq(*name, choice.name);
}
END_TEST

START_TEST(a_refusal_names_every_size) {
  auto name = choose_size(imarouter(), "4K", "");
  ck_assert(!name);
  const ErrorPtr error = name.take_error();
  for (const NamedSize& size : imarouter().sizes)
    ck_assert_ptr_nonnull(strstr(error->message, size.name));
}
END_TEST

START_TEST(a_region_of_any_shape_gets_the_smallest_frame) {
  const double ratio = std::exp2((_i - ratios / 2) / 4.0);
  for (const Provider* provider : providers())
    for (int side : areas) {
      const int width = std::max(1, int(side * std::sqrt(ratio)));
      const int height = std::max(1, int(side / std::sqrt(ratio)));
      assert_good(provider->can, width, height);
    }
}
END_TEST

START_TEST(every_small_region_gets_the_smallest_frame) {
  for (int height = 1; height <= 64; ++height)
    assert_good(imarouter(), _i, height);
}
END_TEST

START_TEST(a_region_of_a_size_s_own_shape_is_its_own_frame) {
  for (const NamedSize& size : imarouter().sizes)
    for (int part : {1, 2, 4, 16, 32}) {
      const Frame frame = plan_frame(imarouter(), size.width / part, size.height / part);
      ck_assert_int_eq(frame.width, size.width / part);
      ck_assert_int_eq(frame.height, size.height / part);
    }
}
END_TEST

START_TEST(the_largest_canvas_of_gimp_has_a_frame) {
  for (int width : {1, 524288})
    for (int height : {1, 524288})
      assert_good(imarouter(), width, height);
}
END_TEST

int main() {
  Suite* suite = suite_create("size");
  TCase* tcase = tcase_create("size");
  tcase_add_loop_test(tcase, a_size_is_chosen_as_the_table_says, 0, int(std::size(choices)));
  tcase_add_test(tcase, a_refusal_names_every_size);
  tcase_add_loop_test(tcase, a_region_of_any_shape_gets_the_smallest_frame, 0, ratios);
  tcase_add_loop_test(tcase, every_small_region_gets_the_smallest_frame, 1, 65);
  tcase_add_test(tcase, a_region_of_a_size_s_own_shape_is_its_own_frame);
  tcase_add_test(tcase, the_largest_canvas_of_gimp_has_a_frame);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
