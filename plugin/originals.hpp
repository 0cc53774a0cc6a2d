// plugin/originals.hpp - pictures as the service sent them, in a folder of the user's.
#pragma once
#include <seedream.h>

#include <string>

#include "base/result.hpp"

namespace seedream::plugin {

// Writes the bytes as a new file, named for people: no file is ever replaced. Runs in a worker.
Result<Done> save_original(const std::string& folder, const std::string& name, const Bytes& bytes,
                           const std::string& suffix);

}  // namespace seedream::plugin
