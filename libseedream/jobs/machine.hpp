// jobs/machine.hpp - where a job stands and whether it has cost money, as a pure function of what happened.
#pragma once
#include <span>

#include "seedream-enums.h"

namespace seedream::jobs {

struct Standing {
  SeedreamJobState state = SEEDREAM_JOB_STATE_NEW;
  SeedreamCharge charged = SEEDREAM_CHARGE_NO;
  bool operator==(const Standing&) const = default;
};

enum class Event {
  sent,              // a create request may have reached the service
  not_heard,         // it certainly had no effect: no connection, or turned away at the door
  lost,              // its answer is lost: nobody here knows whether the service draws
  accepted,          // the service has the job
  running,           // the service draws
  drawn,             // the service has finished pictures
  fetched,           // the pictures are here
  refused,           // there will be none, and nothing was charged
  spoiled,           // there will be none, and something may have been charged
  paid_for_nothing,  // there will be none though they were drawn
  cancelled,         // the caller wants none any more
};

// Final states stay as they are; a service that steps back from running to queued is not followed.
Standing advance(Standing standing, Event event) noexcept;

bool is_final(SeedreamJobState state) noexcept;

// Where a job stands that is made of several requests.
Standing merged(std::span<const Standing> parts) noexcept;

}  // namespace seedream::jobs
