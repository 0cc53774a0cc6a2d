// providers/modelark/fault.hpp - what ModelArk's error objects mean.
#pragma once
#include "providers/faults.hpp"
#include "wire/json.hpp"

namespace seedream::modelark {

// error: the object that stands at "error" in a body, a picture's place or an event.
Fault read_fault(wire::Json error, unsigned http_status);

}  // namespace seedream::modelark
