// providers/imarouter/talk.hpp - create, then poll: what ImaRouter's two contracts and the sandbox share.
#pragma once
#include "providers/provider.hpp"
#include "wire/json.hpp"

namespace seedream::imarouter {

// How often a job is asked for.
struct Pace {
  std::chrono::milliseconds first_poll, next_poll;
};

// In what the contracts differ.
struct Contract {
  const Provider& provider;
  std::string (*create_path)(const Request& request, const Model& model);
  // Writes the members of the request's body.
  Result<Done> (*write)(wire::JsonWriter& json, const Request& request, const Model& model);
  const char* poll_prefix;  // the job's id stands behind it
  Pace pace;
};

std::unique_ptr<Exchange> begin_talk(Contract contract);

// The contract of ImaRouter's product page, which the sandbox speaks too.
Contract page_contract(const Provider& provider, Pace pace);

}  // namespace seedream::imarouter
