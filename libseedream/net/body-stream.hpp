// net/body-stream.hpp - a call's body as libsoup wants to be given it.
#pragma once
#include "base/body.hpp"

namespace seedream::net {

// Holds nothing of what was read, and nothing at all once it is closed. Reading from it never waits, so
// whoever reads asynchronously does it without a thread.
Ref<GInputStream> open_body(const Body& body);

}  // namespace seedream::net
