// seedream-history-private.hpp - what the client needs of a SeedreamHistory.
#pragma once
#include "jobs/store.hpp"
#include "seedream-history.h"

namespace seedream {

std::shared_ptr<jobs::Store> store_of(SeedreamHistory* history);

}  // namespace seedream
