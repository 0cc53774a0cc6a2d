// sandbox/imarouter.hpp - ImaRouter's page contract: create under /v1/image/seedream-4.5/, poll under
// /v1/jobs/.
#pragma once
#include <memory>

#include "sandbox/contract.hpp"
#include "sandbox/studio.hpp"

namespace seedream::sandbox {

// root: the sandbox's own base URL, for the addresses of finished pictures.
std::unique_ptr<Contract> make_imarouter(const Options& options, const std::string& root, Faults& faults,
                                         Studio& studio);

}  // namespace seedream::sandbox
