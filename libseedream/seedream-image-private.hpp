// seedream-image-private.hpp - what the other public types need of a SeedreamImage.
#pragma once
#include "jobs/runner.hpp"
#include "seedream-image.h"

namespace seedream {

SeedreamImage* new_image(const jobs::Drawn& drawn);
jobs::Input input_of(SeedreamImage* image);

}  // namespace seedream
