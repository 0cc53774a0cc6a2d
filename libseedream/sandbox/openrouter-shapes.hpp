// sandbox/openrouter-shapes.hpp - what OpenRouter's requests look like, member by member.
#pragma once
#include "sandbox/openrouter-shape.hpp"

namespace seedream::sandbox::openrouter {

const Shape& chat_request();
const Shape& images_request();

}  // namespace seedream::sandbox::openrouter
