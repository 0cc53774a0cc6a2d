// test-stage-text.cpp - what the status bar says of a job.
#include "plugin/stage-text.hpp"

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream::plugin;

namespace {

constexpr struct {
  SeedreamStage stage;
  double fraction, elapsed, expected;
  const char* text;
} stages[] = {
    {SEEDREAM_STAGE_PREPARING, -1, 0, -1, "Preparing"},
    {SEEDREAM_STAGE_UPLOADING, -1, 0, -1, "Uploading"},
    {SEEDREAM_STAGE_UPLOADING, 0.456, 1, 20, "Uploading, 45 %"},
    {SEEDREAM_STAGE_UPLOADING, 1, 1, 20, "Uploading, 100 %"},
    {SEEDREAM_STAGE_QUEUED, -1, 2, 20, "Queued"},
    {SEEDREAM_STAGE_DRAWING, -1, 12.4, -1, "Drawing, 12 s"},
    {SEEDREAM_STAGE_DRAWING, -1, 12.6, 20, "Drawing, 13 s of about 20 s"},
    {SEEDREAM_STAGE_DRAWING, -1, 59.6, 125, "Drawing, 1 min 0 s of about 2 min 5 s"},
    {SEEDREAM_STAGE_DRAWING, -1, 90, 0, "Drawing, 1 min 30 s"},
    {SEEDREAM_STAGE_DOWNLOADING, 0.999, 20, 20, "Downloading, 99 %"},
    {SEEDREAM_STAGE_DOWNLOADING, -1, 20, 20, "Downloading"},
    {SEEDREAM_STAGE_DECODING, -1, 20, 20, "Decoding"},
};

}  // namespace

START_TEST(a_stage_is_told_as_the_table_says) {
  const auto& each = stages[_i];
  assert_text_eq(stage_text(each.stage, each.fraction, each.elapsed, each.expected), each.text);
}
END_TEST

int main() {
  Suite* suite = suite_create("stage-text");
  TCase* tcase = tcase_create("stage");
  tcase_add_loop_test(tcase, a_stage_is_told_as_the_table_says, 0, int(std::size(stages)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
