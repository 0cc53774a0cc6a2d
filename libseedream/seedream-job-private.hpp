// seedream-job-private.hpp - how the client makes a SeedreamJob.
#pragma once
#include "jobs/runner.hpp"
#include "seedream-job.h"

namespace seedream {

SeedreamJob* new_job(jobs::Plan plan);

}  // namespace seedream
