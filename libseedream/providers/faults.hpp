// providers/faults.hpp - what an answer other than success means to the user. Shared by all services.
#pragma once
#include "providers/provider.hpp"

namespace seedream {

// What an HTTP status means to the user, where nobody says more.
SeedreamError kind_of(unsigned status);

// What a service says of a failure.
struct Fault {
  unsigned status = 0;                // HTTP, or what the body says in its place
  std::string words;                  // the service's own explanation, may be empty
  std::optional<SeedreamError> kind;  // where the service's codes say more than the status
  bool hopeless = false;              // the same call would fail again
};

// created: whether the answer is to a call that costs money.
Failed failure_of(const Fault& fault, bool created);

// The answer to a create that nobody can read: it may have been charged.
Failed unreadable(const Provider& provider, const char* what);

}  // namespace seedream
