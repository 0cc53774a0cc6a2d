// seedream-image-private.hpp - what the other public types need of a SeedreamImage.
#pragma once
#include "jobs/runner.hpp"
#include "jobs/store.hpp"
#include "seedream-image.h"

namespace seedream {

SeedreamImage* new_image(const jobs::Drawn& drawn);
// One whose bytes were kept earlier; they are read when somebody asks for them.
SeedreamImage* new_image(const jobs::StoredPicture& kept);
jobs::Input input_of(SeedreamImage* image);

}  // namespace seedream
