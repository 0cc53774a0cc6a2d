// test-faults.cpp - what an HTTP status means to the user and to his money, and whose words may be shown.
#include "providers/faults.hpp"

#include <set>

#include "base/presentable.hpp"
#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;

namespace {

SeedreamError expected_code(unsigned status) {
  switch (status) {
    case 401:
      return SEEDREAM_ERROR_SIGN_IN;
    case 402:
      return SEEDREAM_ERROR_PAY;
    case 408:
      return SEEDREAM_ERROR_UNAVAILABLE;
    case 413:
      return SEEDREAM_ERROR_SHRINK;
    case 429:
      return SEEDREAM_ERROR_WAIT;
    default:
      return status < 500 ? SEEDREAM_ERROR_REFUSED : SEEDREAM_ERROR_UNAVAILABLE;
  }
}

// A client error is a refusal; 408 and the server's own errors may come after the drawing has begun, but 503
// turns away at the door.
SeedreamCharge expected_charge(unsigned status) {
  const bool perhaps = status == 408 || (status >= 500 && status != 503);
  return perhaps ? SEEDREAM_CHARGE_UNKNOWN : SEEDREAM_CHARGE_NO;
}

struct Words {
  std::string came, shown;
};

const Words table[] = {
    {"", ""},
    {"prompt rejected", "prompt rejected"},
    {"  spaces around \n", "spaces around"},
    {"two\nlines\r\nand a\ttab", "two lines  and a tab"},
    {"bell\a escape\x1b[31m delete\x7f.", "bell  escape [31m delete ."},
    {"next\u0085line", "next line"},
    {"zero\u200bwidth, \u202eturned\u202c, \ufeffmark", "zero width,  turned ,  mark"},
    {"line\u2028and\u2029paragraph", "line and paragraph"},
    {"птица — 鸟 🐦", "птица — 鸟 🐦"},
    {"broken \xff\xc3 text", "broken \ufffd\ufffd text"},
    {std::string("a\0b", 3), "a\ufffdb"},
    {"\x01\x02\x03", ""},
    {"100 %s %n", "100 %s %n"},
};

}  // namespace

START_TEST(a_status_means_what_the_table_says) {
  const auto status = static_cast<unsigned>(_i);
  const Failed failed = failure_of({.status = status}, true);
  ck_assert(failed.error->domain == SEEDREAM_ERROR);
  ck_assert_int_eq(failed.error->code, expected_code(status));
  ck_assert_int_eq(failed.charged, expected_charge(status));
  ck_assert_ptr_nonnull(strstr(failed.error->message, std::to_string(status).c_str()));
}
END_TEST

START_TEST(after_the_create_nobody_knows_what_was_charged) {
  const Failed failed = failure_of({.status = static_cast<unsigned>(_i)}, false);
  ck_assert_int_eq(failed.charged, SEEDREAM_CHARGE_UNKNOWN);
  ck_assert_int_eq(failed.error->code, expected_code(static_cast<unsigned>(_i)));
}
END_TEST

START_TEST(a_status_that_is_no_error_makes_no_sense) {
  const Failed failed = failure_of({.status = static_cast<unsigned>(_i)}, true);
  ck_assert_int_eq(failed.error->code, SEEDREAM_ERROR_BAD_ANSWER);
  ck_assert_int_eq(failed.charged, SEEDREAM_CHARGE_UNKNOWN);
}
END_TEST

START_TEST(the_service_s_words_are_quoted) {
  const Failed failed = failure_of({.status = 400, .words = "100 %s\npears"}, true);
  ck_assert_ptr_nonnull(strstr(failed.error->message, "“100 %s pears”"));
}
END_TEST

START_TEST(a_service_s_own_code_counts_for_more_than_the_status) {
  const Failed failed = failure_of({.status = 403, .kind = SEEDREAM_ERROR_PAY, .hopeless = true}, true);
  ck_assert_int_eq(failed.error->code, SEEDREAM_ERROR_PAY);
  ck_assert_int_eq(failed.charged, SEEDREAM_CHARGE_NO);
  ck_assert(failed.hopeless);
  ck_assert(!failure_of({.status = 403}, true).hopeless);
}
END_TEST

// Somebody has to say what to do, and of another failure something else.
START_TEST(each_code_has_an_advice_of_its_own) {
  std::set<std::string> advices;
  for (int code = SEEDREAM_ERROR_SIGN_IN; code <= SEEDREAM_ERROR_BAD_ANSWER; ++code) {
    const Failed failed = failure_of({.status = 400, .kind = static_cast<SeedreamError>(code)}, true);
    ck_assert_int_eq(failed.error->code, code);
    ck_assert_msg(advices.insert(failed.error->message).second, "%s", failed.error->message);
  }
}
END_TEST

START_TEST(what_nobody_can_read_may_have_cost) {
  const Failed failed = unreadable(*find_provider("modelark"), "%s's answer is not JSON.");
  assert_text_eq(failed.error->message, "ModelArk's answer is not JSON.");
  ck_assert_int_eq(failed.error->code, SEEDREAM_ERROR_BAD_ANSWER);
  ck_assert_int_eq(failed.charged, SEEDREAM_CHARGE_UNKNOWN);
}
END_TEST

START_TEST(words_are_made_safe_to_show) {
  assert_text_eq(presentable(table[_i].came), table[_i].shown);
}
END_TEST

START_TEST(long_words_end_after_three_hundred_characters) {
  for (const char* letter : {"a", "é", "鸟", "🐦"}) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
      text += letter;
    const std::string shown = presentable(text);
    ck_assert_int_eq(g_utf8_strlen(shown.c_str(), -1), 300);
    ck_assert(g_utf8_validate(shown.data(), static_cast<gssize>(shown.size()), nullptr));
    ck_assert(text.starts_with(shown));
  }
}
END_TEST

// The loop variable is which byte stands in the text.
START_TEST(no_byte_makes_the_words_unsafe) {
  const std::string shown = presentable(std::string("ab") + static_cast<char>(_i) + "cd");
  ck_assert(g_utf8_validate(shown.data(), static_cast<gssize>(shown.size()), nullptr));
  for (const char* p = shown.c_str(); *p; p = g_utf8_next_char(p))
    ck_assert(!g_unichar_iscntrl(g_utf8_get_char(p)));
  ck_assert(shown.ends_with("cd"));
}
END_TEST

int main() {
  Suite* suite = suite_create("faults");
  TCase* tcase = tcase_create("faults");
  tcase_add_loop_test(tcase, a_status_means_what_the_table_says, 400, 600);
  tcase_add_loop_test(tcase, after_the_create_nobody_knows_what_was_charged, 400, 600);
  tcase_add_loop_test(tcase, a_status_that_is_no_error_makes_no_sense, 300, 310);
  tcase_add_test(tcase, the_service_s_words_are_quoted);
  tcase_add_test(tcase, a_service_s_own_code_counts_for_more_than_the_status);
  tcase_add_test(tcase, each_code_has_an_advice_of_its_own);
  tcase_add_test(tcase, what_nobody_can_read_may_have_cost);
  tcase_add_loop_test(tcase, words_are_made_safe_to_show, 0, int(std::size(table)));
  tcase_add_test(tcase, long_words_end_after_three_hundred_characters);
  tcase_add_loop_test(tcase, no_byte_makes_the_words_unsafe, 0, 256);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
