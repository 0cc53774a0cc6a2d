// seedream-job-private.hpp - how the client and the history make a SeedreamJob.
#pragma once
#include "jobs/journal.hpp"
#include "jobs/runner.hpp"
#include "seedream-job.h"
#include "seedream-request-private.hpp"

namespace seedream {

// One that has not run. store: where it is written down, kept alive with it; nullptr: nowhere.
SeedreamJob* new_job(jobs::Plan plan, const FullRequest& request, std::shared_ptr<jobs::Store> store);

// One that ran before, as it was written down.
SeedreamJob* restored_job(jobs::StoredJob stored, std::shared_ptr<jobs::Store> store);

// Likewise one that this program holds, so that no other takes it up.
SeedreamJob* adopted_job(jobs::StoredJob stored, std::shared_ptr<jobs::Store> store, jobs::Claim claim);

// What a restored job was written down as; nothing for another.
const jobs::StoredJob* stored_form(SeedreamJob* job);

// Lets a restored job run: what the plan lacks is taken from what was written down. Fails, with the reason,
// where there is nothing left to ask for.
Result<Done> resume(SeedreamJob* self, jobs::Plan plan);

}  // namespace seedream
