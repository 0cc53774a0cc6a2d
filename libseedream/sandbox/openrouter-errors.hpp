// sandbox/openrouter-errors.hpp - how OpenRouter says no.
#pragma once
#include "sandbox/openrouter-requests.hpp"
#include "sandbox/trouble.hpp"

namespace seedream::sandbox::openrouter {

Reply refuse(const Refusal& refusal);
Reply word_trouble(Trouble trouble) noexcept;
// Why an order that was in order gave no picture.
Refusal refusal_of(const Canvasses& canvasses);
// What is said when the provider behind OpenRouter gives up.
Refusal provider_failure();
// The member "error" of whatever object is being written.
void write_error(wire::JsonWriter& json, const Refusal& refusal);

}  // namespace seedream::sandbox::openrouter
