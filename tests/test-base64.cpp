// test-base64.cpp - a whole text gives its bytes, in one piece or many; anything less, or more, gives none.
// And bytes give the text that GLib writes.
#include "wire/base64.hpp"

#include <optional>
#include <vector>

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

// Nothing: it is no whole text.
std::optional<std::string> in_pieces(std::string_view text, std::size_t size) {
  Base64Decoder decoder;
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += size) {
    const std::string_view piece = text.substr(at, size);
    std::vector<guint8> out(Base64Decoder::most_bytes(piece.size()));
    const std::size_t written = decoder.feed(piece, out.data());
    ck_assert_uint_le(written, out.size());
    bytes.append(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(written));
  }
  ck_assert(!(decoder.is_damaged() && decoder.is_whole()));
  return decoder.is_whole() ? std::optional(bytes) : std::nullopt;
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

START_TEST(pieces_give_what_the_whole_gives) {
  for (std::size_t size = 1; size <= 9; ++size) {
    for (const Whole& each : whole)
      ck_assert_msg(in_pieces(each.text, size) == each.bytes, "“%s” by %zu", each.text, size);
    for (const std::string_view each : broken)
      ck_assert_msg(!in_pieces(each, size), "“%s” by %zu", test::one_line(std::string(each)).c_str(), size);
  }
}
END_TEST

START_TEST(a_large_picture_comes_whole_in_pieces) {
  const Bytes bytes = some_noise(1'000'001);
  const std::string text = encoded(bytes);
  for (const std::size_t size : {1, 3, 1000, 4096, 65'537})
    ck_assert(in_pieces(text, size) == text_of(bytes));
  ck_assert(!in_pieces(text.substr(1), 4096));
}
END_TEST

START_TEST(a_piece_that_is_damaged_spoils_all_that_follow) {
  Base64Decoder decoder;
  guint8 out[8];
  ck_assert_uint_eq(decoder.feed("AAEC", out), 3);
  ck_assert_uint_eq(decoder.feed("AA*C", out), 0);
  ck_assert(decoder.is_damaged());
  ck_assert_uint_eq(decoder.feed("AAEC", out), 0);
  ck_assert(decoder.is_damaged() && !decoder.is_whole());
}
END_TEST

// The loop variable is how many bytes there are.
START_TEST(bytes_become_the_text_that_glib_writes) {
  const Bytes bytes = some_noise(static_cast<std::size_t>(_i));
  const std::string wanted = encoded(bytes);
  ck_assert_uint_eq(base64_length(bytes.size()), wanted.size());
  std::string text(wanted.size() + 1, '*');
  encode_base64({bytes.data(), bytes.size()}, text.data());
  assert_text_eq(text, wanted + "*");
}
END_TEST

START_TEST(a_large_picture_becomes_the_text_that_glib_writes) {
  const Bytes bytes = some_noise(5'000'001);
  std::string text(base64_length(bytes.size()), '*');
  encode_base64({bytes.data(), bytes.size()}, text.data());
  ck_assert(text == encoded(bytes));
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
  tcase_add_test(tcase, pieces_give_what_the_whole_gives);
  tcase_add_test(tcase, a_large_picture_comes_whole_in_pieces);
  tcase_add_test(tcase, a_piece_that_is_damaged_spoils_all_that_follow);
  tcase_add_loop_test(tcase, bytes_become_the_text_that_glib_writes, 0, 100);
  tcase_add_test(tcase, a_large_picture_becomes_the_text_that_glib_writes);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
