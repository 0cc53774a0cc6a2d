// sandbox/openrouter.hpp - OpenRouter's contract under /api/v1/: two ways to ask for pictures, the account
// and the lists of models.
#pragma once
#include "sandbox/contract.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/options.hpp"
#include "sandbox/studio.hpp"

namespace seedream::sandbox {

std::unique_ptr<Contract> make_openrouter(const Options& options, Faults& faults, Studio& studio);

}  // namespace seedream::sandbox
