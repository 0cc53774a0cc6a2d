// seedream-total-private.hpp - how the history makes a SeedreamTotal.
#pragma once
#include "jobs/store.hpp"
#include "seedream-total.h"

namespace seedream {

SeedreamTotal* new_total(jobs::Total total);

}  // namespace seedream
