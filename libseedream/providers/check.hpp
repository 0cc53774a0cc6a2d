// providers/check.hpp - whether a service can do what a request asks. Answered before anything is sent.
#pragma once
#include "providers/provider.hpp"

namespace seedream {

// Fails with SEEDREAM_ERROR_INVALID, naming the limit.
Result<Done> check_request(const Provider& provider, const Model& model, const Request& request);

}  // namespace seedream
