// seedream-history-private.hpp - what the other public types need of a SeedreamHistory.
#pragma once
#include "jobs/store.hpp"
#include "seedream-history.h"

namespace seedream {

using StorePtr = std::shared_ptr<jobs::Store>;

StorePtr store_of(SeedreamHistory* history);

// Of SeedreamJobs.
GPtrArray* restored_jobs(std::vector<jobs::StoredJob> stored, const StorePtr& store);

// To be freed with g_strfreev().
char** strv_of(const std::vector<std::string>& texts);

}  // namespace seedream
