// test-region.cpp - what a model is called in the places where its service runs.
#include "seedream-model-private.hpp"
#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream;

namespace {

constexpr struct {
  const char *provider, *root, *asked, *sent;
} names[] = {
    {"modelark", "https://ark.ap-southeast.bytepluses.com", "", "seedream-4-5-251128"},
    {"modelark", "https://ark.eu-west.bytepluses.com", "seedream-4.5", "seedream-4-5-251128"},
    {"modelark", "https://ark.cn-beijing.volces.com", "", "doubao-seedream-4-5-251128"},
    {"modelark", "https://ark.cn-beijing.volces.com", "seedream-4.5", "doubao-seedream-4-5-251128"},
    {"modelark", "https://ark.cn-beijing.volces.com", "seedream-4-5-251128", "doubao-seedream-4-5-251128"},
    {"modelark", "https://ark.cn-beijing.volces.com", "seedream-5.0-pro", "doubao-seedream-5-0-pro-260628"},
    {"modelark", "https://ark.eu-west.bytepluses.com", "doubao-seedream-4-5-251128", "seedream-4-5-251128"},
    {"modelark", "http://127.0.0.1:8080", "seedream-4.5", "seedream-4-5-251128"},
    {"openrouter", "https://openrouter.ai", "seedream-4.5", "bytedance-seed/seedream-4.5"},
    {"sandbox", "", "", "seedream-4.5"},
};

}  // namespace

START_TEST(a_model_has_the_name_that_the_table_says) {
  const auto& each = names[_i];
  const Provider* provider = find_provider(each.provider);
  const ModelPtr known = find_model(each.provider, each.asked);
  ck_assert(provider && known);
  const ModelPtr there = named_there(known, *provider, each.root);
  assert_text_eq(there->service_id, each.sent);
  assert_text_eq(there->id, known->id);
}
END_TEST

START_TEST(another_place_does_not_change_what_is_known) {
  const ModelPtr known = find_model("modelark", "");
  ck_assert(named_there(known, *find_provider("modelark"), "https://ark.cn-beijing.volces.com") != known);
  assert_text_eq(find_model("modelark", "")->service_id, "seedream-4-5-251128");
}
END_TEST

int main() {
  Suite* suite = suite_create("region");
  TCase* tcase = tcase_create("region");
  tcase_add_loop_test(tcase, a_model_has_the_name_that_the_table_says, 0, int(std::size(names)));
  tcase_add_test(tcase, another_place_does_not_change_what_is_known);
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
