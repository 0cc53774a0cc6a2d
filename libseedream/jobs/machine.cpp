// jobs/machine.cpp - where a job stands and whether it has cost money.
#include "jobs/machine.hpp"

#include <algorithm>
#include <iterator>

namespace seedream::jobs {

bool is_final(SeedreamJobState state) noexcept {
  return state >= SEEDREAM_JOB_STATE_COMPLETED;
}

Standing advance(Standing standing, Event event) noexcept {
  if (is_final(standing.state))
    return standing;
  switch (event) {
    case Event::sent:
      return {SEEDREAM_JOB_STATE_QUEUED, SEEDREAM_CHARGE_UNKNOWN};
    case Event::not_heard:
      return {SEEDREAM_JOB_STATE_NEW, SEEDREAM_CHARGE_NO};
    case Event::lost:
      return {SEEDREAM_JOB_STATE_UNKNOWN, SEEDREAM_CHARGE_UNKNOWN};
    case Event::accepted:
      return standing;
    case Event::running:
      return {SEEDREAM_JOB_STATE_RUNNING, standing.charged};
    case Event::drawn:
      return {SEEDREAM_JOB_STATE_RUNNING, SEEDREAM_CHARGE_YES};
    case Event::fetched:
      return {SEEDREAM_JOB_STATE_COMPLETED, SEEDREAM_CHARGE_YES};
    case Event::refused:
      return {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_NO};
    case Event::spoiled:
      return {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_UNKNOWN};
    case Event::paid_for_nothing:
      return {SEEDREAM_JOB_STATE_FAILED, SEEDREAM_CHARGE_YES};
    case Event::cancelled:
      return {SEEDREAM_JOB_STATE_CANCELLED, standing.charged};
  }
  return standing;
}

Standing merged(std::span<const Standing> parts) noexcept {
  if (parts.empty())
    return {};
  // The first of these that any part is in: as long as one goes on, the whole does; one picture makes it a
  // success; and of failures the one whose price nobody knows counts most.
  constexpr SeedreamJobState order[] = {SEEDREAM_JOB_STATE_RUNNING,   SEEDREAM_JOB_STATE_QUEUED,
                                        SEEDREAM_JOB_STATE_NEW,       SEEDREAM_JOB_STATE_COMPLETED,
                                        SEEDREAM_JOB_STATE_CANCELLED, SEEDREAM_JOB_STATE_UNKNOWN,
                                        SEEDREAM_JOB_STATE_FAILED};
  constexpr SeedreamCharge charges[] = {SEEDREAM_CHARGE_YES, SEEDREAM_CHARGE_UNKNOWN, SEEDREAM_CHARGE_NO};
  const auto* state = std::find_first_of(std::begin(order), std::end(order), parts.begin(), parts.end(),
                                         [](auto each, const Standing& part) { return part.state == each; });
  const bool goes_on = !is_final(*state);
  const bool has_drawn = std::any_of(parts.begin(), parts.end(), [](const Standing& part) {
    return part.state == SEEDREAM_JOB_STATE_COMPLETED;
  });
  const auto* charged =
      std::find_first_of(std::begin(charges), std::end(charges), parts.begin(), parts.end(),
                         [](auto each, const Standing& part) { return part.charged == each; });
  return {goes_on && has_drawn ? SEEDREAM_JOB_STATE_RUNNING : *state, *charged};
}

}  // namespace seedream::jobs
