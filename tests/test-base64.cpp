// test-base64.cpp - a whole text gives its bytes; anything less, or more, gives none.
#include "wire/base64.hpp"

#include "support/check.hpp"
#include "support/pictures.hpp"
#include "support/suite.h"

using namespace seedream;
using namespace seedream::wire;

namespace {

struct Whole {
  const char* text;
  std::string bytes;
};
const Whole whole[] = {
    {"", ""},
    {"AA==", std::string("\0", 1)},
    {"AAE=", std::string("\0\1", 2)},
    {"AAEC", std::string("\0\1\2", 3)},
    {"AAECAA==", std::string("\0\1\2\0", 4)},
    {"+/+/", "\xfb\xff\xbf"},
    {"////", "\xff\xff\xff"},
    {"/w==", "\xff"},
    {"aGVsbG8=", "hello"},
    {"AB==", std::string("\0", 1)},  // bits that nobody needs
};

constexpr std::string_view broken[] = {
    "A",
    "AA",
    "AAE",
    "AAECA",
    "AAECAA",
    "AAECAA=",
    "AA=",
    "A===",
    "====",
    "=",
    "==",
    "=AAA",
    "A=AA",
    "AA=A",
    "AA==AAEC",
    "AAE=AAEC",
    "AAEC====",
    "AAEC=",
    "AAEC==",
    "AAEC===",
    " AAEC",
    "AAEC ",
    "AAE ",
    "AA E",
    "AAEC\n",
    "AAEC\r\n",
    "AA\nEC\n",
    "AAEC\tAA",
    "AA-_",
    "-_-_",
    "AAE*",
    "AAE\"",
    "AAE\\",
    "AAE.",
    "A,AA",
    "AAE\xc3",
    "\xff\xff\xff\xff",
    "%2B%2",
    "AAE\x7f",
    "data:image/png;base64,AAEC",
    std::string_view("AAE\0", 4),
    std::string_view("\0\0\0\0", 4),
};

std::string encoded(const Bytes& bytes) {
  return CharPtr(g_base64_encode(bytes.data(), bytes.size())).get();
}

Bytes some_noise(std::size_t size) {
  const auto noise = test::noise(size);
  return Bytes::adopt(g_bytes_new(noise.data(), noise.size()));
}

}  // namespace

START_TEST(a_whole_text_gives_its_bytes) {
  auto bytes = decode_base64(whole[_i].text);
  ck_assert_msg(bool(bytes), "“%s” was refused", whole[_i].text);
  ck_assert(text_of(*bytes) == whole[_i].bytes);
  ck_assert(bool(*bytes));
}
END_TEST

START_TEST(what_is_broken_is_refused) {
  auto bytes = decode_base64(broken[_i]);
  ck_assert_msg(!bytes, "“%s” was taken", test::one_line(std::string(broken[_i])).c_str());
  ck_assert(g_error_matches(bytes.take_error().get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
}
END_TEST

// The loop variable is how many bytes there are.
START_TEST(a_text_that_is_cut_is_refused_but_between_groups) {
  const std::string text = encoded(some_noise(static_cast<std::size_t>(_i)));
  for (std::size_t size = 0; size <= text.size(); ++size)
    ck_assert_msg(bool(decode_base64(std::string_view(text).substr(0, size))) == (size % 4 == 0), "%zu",
                  size);
}
END_TEST

// The loop variable is the byte that stands where it should not.
START_TEST(one_wrong_byte_anywhere_is_noticed) {
  const char wrong = static_cast<char>(_i);
  const bool known = g_ascii_isalnum(wrong) || wrong == '+' || wrong == '/';
  for (std::size_t at = 0; at < 8; ++at) {
    std::string text = "AAECAAEC";
    text[at] = wrong;
    const bool pads = wrong == '=' && at == 7;
    ck_assert_msg(bool(decode_base64(text)) == (known || pads), "%zu", at);
  }
}
END_TEST

START_TEST(a_large_picture_comes_whole) {
  const Bytes bytes = some_noise(5'000'001);
  auto back = decode_base64(encoded(bytes));
  ck_assert(bool(back));
  ck_assert(g_bytes_equal(back->get(), bytes.get()));
}
END_TEST

int main() {
  Suite* suite = suite_create("base64");
  TCase* tcase = tcase_create("base64");
  tcase_add_loop_test(tcase, a_whole_text_gives_its_bytes, 0, int(std::size(whole)));
  tcase_add_loop_test(tcase, what_is_broken_is_refused, 0, int(std::size(broken)));
  tcase_add_loop_test(tcase, a_text_that_is_cut_is_refused_but_between_groups, 0, 32);
  tcase_add_loop_test(tcase, one_wrong_byte_anywhere_is_noticed, 0, 256);
  tcase_add_test(tcase, a_large_picture_comes_whole);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
