// test-intake.cpp - answers that are taken in while they come: the same pictures as when all is read at the
// end.
#include "jobs/intake.hpp"

#include "support/check.hpp"
#include "support/dots.h"
#include "support/suite.h"
#include "wire/base64.hpp"

using namespace seedream;
using namespace seedream::jobs;

namespace {

Bytes bytes_of(const std::string& text) {
  return Bytes::of(text);
}

Bytes dot(unsigned number) {
  auto bytes = wire::decode_base64(dots[number]);
  ck_assert(bool(bytes));
  return *bytes;
}

std::string data_url(const std::string& base64) {
  return "\"data:image/png;base64," + base64 + "\"";
}

// One intake of text, and what came of it.
struct Taking {
  Taking() = default;
  void take(const std::string& whole, std::size_t step) {
    for (std::size_t at = 0; at < whole.size(); at += step)
      intake.take(bytes_of(whole.substr(at, step)));
  }
  void finish() {
    intake.end([this](const Whole&) { over = true; });
    while (!over)
      g_main_context_iteration(nullptr, TRUE);
  }
  // What stands between the quotes of a list's element.
  std::string name(unsigned number) const {
    std::size_t at = 0;
    for (unsigned i = 0; i < number * 2 + 1; ++i)
      at = text.find('"', at) + 1;
    return text.substr(at, text.find('"', at) - at);
  }

  std::shared_ptr<Catch> pictures = std::make_shared<Catch>();
  std::string text;
  unsigned eased = 0;
  bool over = false;
  Intake intake{pictures, [this](const std::string& more) { text += more; }, [this] { ++eased; }};
};

constexpr std::size_t steps[] = {1, 7, 64, 1u << 20};

}  // namespace

START_TEST(pictures_are_caught_on_their_way) {
  Taking taking;
  taking.take("[" + data_url(dots[0]) + "," + data_url(dots[1]) + ",\"words\"]", steps[_i]);
  taking.finish();
  for (unsigned i = 0; i < 2; ++i) {
    const Whole whole = taking.pictures->find(taking.name(i));
    ck_assert(whole && whole->buffer && !whole->error);
    const Bytes wanted = dot(i);
    ck_assert(g_bytes_equal(whole->bytes.get(), wanted.get()));
    ck_assert(whole->info.codec == &image::png_codec);
  }
  assert_text_eq(taking.name(2), "words");
  ck_assert(!taking.pictures->find("words"));
}
END_TEST

START_TEST(a_picture_is_taken_once) {
  Taking taking;
  taking.take("[" + data_url(dots[0]) + "]", 1000);
  taking.finish();
  const Whole whole = taking.pictures->find(taking.name(0));
  ck_assert(!taking.pictures->take(dot(0)));  // equal bytes, but others
  ck_assert(taking.pictures->take(whole->bytes) == whole);
  ck_assert(!taking.pictures->take(whole->bytes));
  ck_assert(!taking.pictures->find(taking.name(0)));
}
END_TEST

START_TEST(a_damaged_picture_is_an_error) {
  Taking taking;
  taking.take("[" + data_url("iVBOR?") + "," + data_url(dots[0]) + "]", steps[_i]);
  taking.finish();
  const Whole damaged = taking.pictures->find(taking.name(0)), sound = taking.pictures->find(taking.name(1));
  ck_assert(damaged && damaged->error && !damaged->bytes && !damaged->buffer);
  ck_assert(sound && sound->buffer);
}
END_TEST

START_TEST(what_is_no_picture_is_kept_as_it_came) {
  Taking taking;
  taking.take("[" + data_url("QUFBQQ==") + "]", steps[_i]);
  taking.finish();
  const Whole whole = taking.pictures->find(taking.name(0));
  ck_assert(whole && whole->error && !whole->buffer);
  assert_text_eq(std::string(text_of(whole->bytes)), "AAAA");
}
END_TEST

START_TEST(a_text_of_too_many_pictures_is_no_end_of_memory) {
  std::string text = "[";
  for (int i = 0; i < 65; ++i)
    text += (i ? "," : "") + data_url(dots[0]);
  Taking taking;
  taking.take(text + "]", 1u << 20);
  taking.finish();
  ck_assert(taking.pictures->find(taking.name(63))->buffer);
  ck_assert(!taking.pictures->find(taking.name(64))->buffer);
}
END_TEST

START_TEST(one_picture_comes_whole) {
  const Bytes picture = dot(2);
  const std::string text(text_of(picture));
  Intake intake([] {});
  for (std::size_t at = 0; at < text.size(); at += steps[_i])
    intake.take(bytes_of(text.substr(at, steps[_i])));
  Whole whole;
  intake.end([&](const Whole& came) { whole = came; });
  ck_assert(intake.is_ended());
  while (!whole)
    g_main_context_iteration(nullptr, TRUE);
  ck_assert(!intake.is_ended());
  ck_assert(whole->buffer && g_bytes_equal(whole->bytes.get(), picture.get()));
}
END_TEST

START_TEST(who_brings_too_much_is_told_and_told_when_there_is_room) {
  Taking taking;
  ck_assert(!taking.intake.is_full());
  taking.take(std::string(3u << 20, ' '), 256u << 10);
  ck_assert(taking.intake.is_full());
  while (taking.intake.is_full())
    g_main_context_iteration(nullptr, TRUE);
  ck_assert_uint_eq(taking.eased, 1);
  taking.finish();
  ck_assert_uint_eq(taking.text.size(), 3u << 20);
}
END_TEST

START_TEST(a_dropped_one_says_nothing_more) {
  bool told = false;
  auto pictures = std::make_shared<Catch>();
  auto intake = std::make_unique<Intake>(
      pictures, [&](const std::string&) { told = true; }, [&] { told = true; });
  intake->take(bytes_of("[" + data_url(dots[0]) + "]"));
  intake->end([&](const Whole&) { told = true; });
  intake.reset();
  const gint64 end = g_get_monotonic_time() + G_USEC_PER_SEC / 5;
  while (g_get_monotonic_time() < end)
    g_main_context_iteration(nullptr, FALSE);
  ck_assert(!told);
}
END_TEST

int main() {
  Suite* suite = suite_create("intake");
  TCase* tcase = tcase_create("all");
  constexpr int n_steps = int(std::size(steps));
  tcase_add_loop_test(tcase, pictures_are_caught_on_their_way, 0, n_steps);
  tcase_add_test(tcase, a_picture_is_taken_once);
  tcase_add_loop_test(tcase, a_damaged_picture_is_an_error, 0, n_steps);
  tcase_add_loop_test(tcase, what_is_no_picture_is_kept_as_it_came, 0, n_steps);
  tcase_add_test(tcase, a_text_of_too_many_pictures_is_no_end_of_memory);
  tcase_add_loop_test(tcase, one_picture_comes_whole, 0, n_steps);
  tcase_add_test(tcase, who_brings_too_much_is_told_and_told_when_there_is_room);
  tcase_add_test(tcase, a_dropped_one_says_nothing_more);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
