// sandbox/openrouter-requests.hpp - reads the requests of OpenRouter's two ways to ask for pictures.
#pragma once
#include <variant>

#include "sandbox/openrouter-models.hpp"

namespace seedream::sandbox::openrouter {

// What a sound request asks for.
struct Asked {
  const Model* model = nullptr;
  Commission commission;
  bool streamed = false;
  std::string user, session;
};

struct Refusal {
  unsigned status = 400;
  const char* type = "invalid_request";  // a word of OpenRouter's vocabulary
  std::string message;
};

using Reading = std::variant<Asked, Refusal>;

// The body of POST /chat/completions
Reading read_chat(wire::Json body) noexcept;
// The body of POST /images
Reading read_images(wire::Json body) noexcept;

}  // namespace seedream::sandbox::openrouter
