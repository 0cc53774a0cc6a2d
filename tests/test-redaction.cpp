// test-redaction.cpp - that a key is taken out of what others say, however it is written there.
#include "jobs/redaction.hpp"

#include <algorithm>

#include "support/check.hpp"
#include "support/suite.h"
#include "wire/base64.hpp"

using namespace seedream;
using namespace seedream::jobs;

namespace {

constexpr const char* key = "sk-or-v1-0123456789/abc+def";

std::string base64(const std::string& text) {
  std::string out(wire::base64_length(text.size()), '=');
  wire::encode_base64({reinterpret_cast<const guint8*>(text.data()), text.size()}, out.data());
  return out;
}

struct Saying {
  const char *text, *clean;
};

constexpr Saying sayings[] = {
    {"the key sk-or-v1-0123456789/abc+def is unknown", "the key … is unknown"},
    {"sk-or-v1-0123456789/abc+def", "…"},
    {"sk-or-v1-0123456789/abc+defsk-or-v1-0123456789/abc+def", "……"},
    {"a sk-or-v1-0123456789/abc+def b sk-or-v1-0123456789/abc+def c", "a … b … c"},
    {"sk-or-v1-0123456789%2Fabc%2Bdef", "…"},
    {"%73%6B%2D%6F%72%2D%76%31%2D%30%31%32%33%34%35%36%37%38%39%2F%61%62%63%2B%64%65%66", "…"},
    {"%73%6b%2d%6f%72%2d%76%31%2d%30%31%32%33%34%35%36%37%38%39%2f%61%62%63%2b%64%65%66", "…"},
    {"It says: “your key sk-or-v1-01234567”", "It says: “your key …”"},  // cut
    {"It says: “your key sk-or-v1-012”", "It says: “your key …”"},
    {"keys begin with sk-or-v1-", "keys begin with sk-or-v1-"},
    {"sk-or-v1-another key", "sk-or-v1-another key"},
    {"", ""},
};

}  // namespace

START_TEST(a_key_is_taken_out_as_the_table_says) {
  const Redaction redaction(key);
  assert_text_eq(redaction.clean(std::string(sayings[_i].text)), sayings[_i].clean);
  ck_assert_int_eq(redaction.finds_any(sayings[_i].text), strcmp(sayings[_i].text, sayings[_i].clean) != 0);
}
END_TEST

// "Bearer …", "user:…": whatever stands before it shifts its letters.
START_TEST(a_key_is_found_in_base64_wherever_it_stands_there) {
  const Redaction redaction(key);
  const std::string before(std::size_t(_i), 'x');
  for (const char* after : {"", "y", "yy", "yyy"}) {
    std::string text = base64(before + key + after);
    ck_assert_msg(redaction.finds_any(text), "%s", text.c_str());
    const std::string clean = redaction.clean(text);
    // What is left holds at most the edges, which others' letters share.
    ck_assert_msg(clean.size() <= base64(before + after).size() + 3 + 4, "%s", clean.c_str());
    std::replace(text.begin(), text.end(), '/', '_');
    std::replace(text.begin(), text.end(), '+', '-');
    ck_assert_msg(redaction.finds_any(text), "%s", text.c_str());
  }
}
END_TEST

START_TEST(no_key_is_found_nowhere) {
  const Redaction redaction("");
  ck_assert(!redaction.finds_any("") && !redaction.finds_any("anything"));
  assert_text_eq(redaction.clean(std::string("anything")), "anything");
}
END_TEST

START_TEST(a_short_key_is_found_as_it_is) {
  const Redaction redaction("k1");
  assert_text_eq(redaction.clean(std::string("k1 is wrong, and %6B%31")), "… is wrong, and %6B%31");
}
END_TEST

START_TEST(an_error_without_a_key_stays_what_it_is) {
  const Redaction redaction(key);
  ck_assert(!redaction.clean(ErrorPtr()));
  const GError* same = nullptr;
  ErrorPtr error = make_error(SEEDREAM_ERROR_PAY, "no money");
  same = error.get();
  ck_assert(redaction.clean(std::move(error)).get() == same);
  error = redaction.clean(make_error(SEEDREAM_ERROR_PAY, "no money for %s.", key));
  ck_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_PAY));
  ck_assert_str_eq(error->message, "no money for ….");
}
END_TEST

START_TEST(no_step_tells_the_key) {
  Steps steps;
  steps.emplace_back(Accepted{std::string("job-") + key});
  steps.emplace_back(PictureAt{"https://cdn.example/1.png?key=sk-or-v1-0123456789%2Fabc%2Bdef"});
  steps.emplace_back(PictureAt{"https://cdn.example/2.png"});
  steps.emplace_back(Missing{make_error(SEEDREAM_ERROR_REFUSED, "%s", key)});
  steps.emplace_back(Failed{make_error(SEEDREAM_ERROR_REFUSED, "%s", key), SEEDREAM_CHARGE_NO});
  const Steps clean = Redaction(key).clean(std::move(steps));
  ck_assert_uint_eq(clean.size(), 5);
  assert_text_eq(std::get_if<Accepted>(&clean[0])->service_id, "job-…");
  // To follow it would tell the key to whoever serves there.
  const auto* missing = std::get_if<Missing>(&clean[1]);
  ck_assert(missing && g_error_matches(missing->error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
  assert_text_eq(std::get_if<PictureAt>(&clean[2])->url, "https://cdn.example/2.png");
  ck_assert_str_eq(std::get_if<Missing>(&clean[3])->error->message, "…");
  ck_assert_str_eq(std::get_if<Failed>(&clean[4])->error->message, "…");
}
END_TEST

int main() {
  Suite* suite = suite_create("redaction");
  TCase* tcase = tcase_create("redaction");
  tcase_add_loop_test(tcase, a_key_is_taken_out_as_the_table_says, 0, int(std::size(sayings)));
  tcase_add_loop_test(tcase, a_key_is_found_in_base64_wherever_it_stands_there, 0, 7);
  tcase_add_test(tcase, no_key_is_found_nowhere);
  tcase_add_test(tcase, a_short_key_is_found_as_it_is);
  tcase_add_test(tcase, an_error_without_a_key_stays_what_it_is);
  tcase_add_test(tcase, no_step_tells_the_key);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
