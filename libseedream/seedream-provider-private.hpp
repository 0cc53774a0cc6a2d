// seedream-provider-private.hpp - the public face of a Provider.
#pragma once
#include "providers/provider.hpp"
#include "seedream-provider.h"

namespace seedream {

// Lives as long as the program.
SeedreamProvider* face_of(const Provider& provider);

}  // namespace seedream
