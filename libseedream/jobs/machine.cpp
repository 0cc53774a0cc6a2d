// jobs/machine.cpp - where a job stands and whether it has cost money.
#include "jobs/machine.hpp"

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

}  // namespace seedream::jobs
