// seedream-rules-private.hpp - what the history needs of a SeedreamRules.
#pragma once
#include "jobs/store.hpp"
#include "seedream-rules.h"

namespace seedream {

SeedreamRules* new_rules(const jobs::Rules& rules);
const jobs::Rules& contents_of(SeedreamRules* rules);

}  // namespace seedream
