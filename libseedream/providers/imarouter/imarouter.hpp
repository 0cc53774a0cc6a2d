// providers/imarouter/imarouter.hpp - what the sandbox shares with ImaRouter: it speaks the same contract.
#pragma once
#include "providers/provider.hpp"

namespace seedream::imarouter {

extern const Capabilities capabilities;
// How often a job is asked for.
struct Pace {
  std::chrono::milliseconds first_poll, next_poll;
};

std::unique_ptr<Exchange> begin(Pace pace);

}  // namespace seedream::imarouter
