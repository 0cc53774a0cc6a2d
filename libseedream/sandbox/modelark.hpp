// sandbox/modelark.hpp - ByteDance's own contract: /api/v3/images/generations, answered when the pictures are
// there, or with each of them as an event.
#pragma once
#include "sandbox/downloads.hpp"
#include "sandbox/studio.hpp"

namespace seedream::sandbox {

std::unique_ptr<Contract> make_modelark(const Options& options, Faults& faults, Studio& studio,
                                        Downloads& downloads);

}  // namespace seedream::sandbox
