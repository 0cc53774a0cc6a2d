// test-machine.cpp - every state and every event, written out.
#include "jobs/machine.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/check.hpp"
#include "support/suite.h"

using namespace seedream::jobs;

namespace {

constexpr SeedreamCharge charges[] = {SEEDREAM_CHARGE_NO, SEEDREAM_CHARGE_YES, SEEDREAM_CHARGE_UNKNOWN};
constexpr Event events[] = {
    Event::sent,    Event::not_heard, Event::lost,    Event::accepted,         Event::running,  Event::drawn,
    Event::fetched, Event::refused,   Event::spoiled, Event::paid_for_nothing, Event::cancelled};
constexpr int n_events = static_cast<int>(std::size(events)),
              n_charges = static_cast<int>(std::size(charges));

// A cell is the state after the event and the charge: - no, + yes, ? unknown, = as before. Dots: nothing
// changes.
struct Row {
  SeedreamJobState state;
  const char* cells[n_events];
};

constexpr Row table[] = {
    // sent, not heard, lost, accepted, running, drawn, fetched, refused, spoiled, paid for nothing, cancelled
    {SEEDREAM_JOB_STATE_NEW, {"Q?", "N-", "U?", "..", "R=", "R+", "C+", "F-", "F?", "F+", "X="}},
    {SEEDREAM_JOB_STATE_QUEUED, {"Q?", "N-", "U?", "..", "R=", "R+", "C+", "F-", "F?", "F+", "X="}},
    {SEEDREAM_JOB_STATE_RUNNING, {"Q?", "N-", "U?", "..", "R=", "R+", "C+", "F-", "F?", "F+", "X="}},
    {SEEDREAM_JOB_STATE_COMPLETED, {"..", "..", "..", "..", "..", "..", "..", "..", "..", "..", ".."}},
    {SEEDREAM_JOB_STATE_FAILED, {"..", "..", "..", "..", "..", "..", "..", "..", "..", "..", ".."}},
    {SEEDREAM_JOB_STATE_CANCELLED, {"..", "..", "..", "..", "..", "..", "..", "..", "..", "..", ".."}},
    {SEEDREAM_JOB_STATE_UNKNOWN, {"..", "..", "..", "..", "..", "..", "..", "..", "..", "..", ".."}},
};
constexpr int n_states = static_cast<int>(std::size(table));

SeedreamJobState state_of(char letter) {
  const std::size_t place = std::string("NQRCFXU").find(letter);
  return static_cast<SeedreamJobState>(place);
}

Standing expected(const char* cell, Standing before) {
  if (cell[0] == '.')
    return before;
  const SeedreamCharge charged = cell[1] == '-'   ? SEEDREAM_CHARGE_NO
                                 : cell[1] == '+' ? SEEDREAM_CHARGE_YES
                                 : cell[1] == '?' ? SEEDREAM_CHARGE_UNKNOWN
                                                  : before.charged;
  return {state_of(cell[0]), charged};
}

}  // namespace

START_TEST(an_event_leads_where_the_table_says) {
  const Row& row = table[_i / (n_events * n_charges)];
  const int event = _i / n_charges % n_events;
  const Standing before{row.state, charges[_i % n_charges]};
  const Standing after = advance(before, events[event]);
  const Standing wanted = expected(row.cells[event], before);
  ck_assert_msg(after == wanted, "state %d, charge %d, event %d: got %d, %d; want %d, %d", before.state,
                before.charged, event, after.state, after.charged, wanted.state, wanted.charged);
}
END_TEST

START_TEST(the_last_four_states_are_final) {
  ck_assert_int_eq(is_final(table[_i].state), table[_i].state >= SEEDREAM_JOB_STATE_COMPLETED);
}
END_TEST

START_TEST(a_new_job_has_cost_nothing) {
  ck_assert(Standing{} == (Standing{SEEDREAM_JOB_STATE_NEW, SEEDREAM_CHARGE_NO}));
}
END_TEST

// The way of a job whose service was busy at first.
START_TEST(a_usual_job_ends_completed_and_charged) {
  Standing standing;
  for (Event event :
       {Event::sent, Event::not_heard, Event::sent, Event::accepted, Event::running, Event::running,
        Event::drawn, Event::drawn, Event::fetched, Event::cancelled, Event::lost})
    standing = advance(standing, event);
  ck_assert(standing == (Standing{SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES}));
}
END_TEST

// Letters as above; a question mark, a plus or a minus behind each.
struct Merger {
  const char *parts, *whole;
};

constexpr Merger mergers[] = {
    {"", "N-"},
    {"N-", "N-"},
    {"Q?", "Q?"},
    {"C+", "C+"},
    {"F-F-F-", "F-"},
    {"F-F?", "F?"},
    {"F-F+", "F+"},
    {"F-U?", "U?"},
    {"U?F+", "U+"},
    {"X?X-", "X?"},
    {"X+F-", "X+"},
    {"X?U?", "X?"},
    {"C+F-", "C+"},
    {"C+U?", "C+"},
    {"C+X?", "C+"},
    {"Q?R?", "R?"},
    {"N-Q?", "Q?"},
    {"N-F-", "N-"},
    {"F-Q?", "Q?"},
    {"U?R?", "R?"},
    // What has drawn something does not step back.
    {"C+Q?", "R+"},
    {"C+N-", "R+"},
    {"N-C+F-", "R+"},
    {"C+R?", "R+"},
};

std::vector<Standing> standings_of(const std::string& text) {
  std::vector<Standing> standings;
  for (std::size_t i = 0; i < text.size(); i += 2)
    standings.push_back(expected(text.substr(i, 2).c_str(), {}));
  return standings;
}

START_TEST(several_requests_stand_where_the_table_says) {
  std::vector<Standing> parts = standings_of(mergers[_i].parts);
  const Standing wanted = standings_of(mergers[_i].whole).front();
  for (int turn = 0; turn < 2; ++turn) {
    const Standing whole = merged(parts);
    ck_assert_msg(whole == wanted, "%s: got %d, %d", mergers[_i].parts, whole.state, whole.charged);
    std::reverse(parts.begin(), parts.end());
  }
}
END_TEST

int main() {
  Suite* suite = suite_create("machine");
  TCase* tcase = tcase_create("table");
  tcase_add_loop_test(tcase, an_event_leads_where_the_table_says, 0, n_states * n_events * n_charges);
  tcase_add_loop_test(tcase, the_last_four_states_are_final, 0, n_states);
  tcase_add_test(tcase, a_new_job_has_cost_nothing);
  tcase_add_test(tcase, a_usual_job_ends_completed_and_charged);
  tcase_add_loop_test(tcase, several_requests_stand_where_the_table_says, 0, int(std::size(mergers)));
  suite_add_tcase(suite, tcase);
  return run_suite(suite);
}
