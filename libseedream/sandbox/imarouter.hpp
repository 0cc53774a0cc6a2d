// sandbox/imarouter.hpp - ImaRouter's page contract: create under /v1/image/seedream-4.5/, poll under
// /v1/jobs/.
#pragma once
#include "sandbox/downloads.hpp"
#include "sandbox/studio.hpp"

namespace seedream::sandbox {

std::unique_ptr<Contract> make_imarouter(const Options& options, Faults& faults, Studio& studio,
                                         Downloads& downloads);

}  // namespace seedream::sandbox
