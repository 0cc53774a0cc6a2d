// test-money.cpp - amounts as people read them.
#include "plugin/money.hpp"

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream::plugin;

namespace {

constexpr struct {
  double usd;
  const char* text;
} amounts[] = {
    {0, "$0.00"},      {0.04, "$0.04"},   {0.04 * 3, "$0.12"}, {0.04 * 15 * 7, "$4.20"},
    {0.045, "$0.045"}, {0.009, "$0.009"}, {1.005, "$1.00"},    {12.5, "$12.50"},
};

}  // namespace

START_TEST(an_amount_is_written_as_the_table_says) {
  assert_text_eq(in_dollars(amounts[_i].usd), amounts[_i].text);
}
END_TEST

int main() {
  Suite* suite = suite_create("money");
  TCase* tcase = tcase_create("money");
  tcase_add_loop_test(tcase, an_amount_is_written_as_the_table_says, 0, int(std::size(amounts)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
