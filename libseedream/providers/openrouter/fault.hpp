// providers/openrouter/fault.hpp - what OpenRouter's error objects mean. Both of its contracts share them.
#pragma once
#include "providers/faults.hpp"
#include "wire/json.hpp"

namespace seedream::openrouter {

// error: the object that stands at "error" in a body, a choice or a chunk. http_status: the answer's.
Fault read_fault(wire::Json error, unsigned http_status);

// The headers by which OpenRouter knows the program; they hold nothing of its user.
Headers attribution();

// A whole answer that is no success.
Failed failure_of_answer(const HttpAnswer& answer, bool created);

constexpr const char* generation_header = "x-generation-id";

}  // namespace seedream::openrouter
