// providers/openrouter/account.hpp - what OpenRouter tells of a key and of a model. Both of its contracts
// share it.
#pragma once
#include "providers/provider.hpp"

namespace seedream::openrouter {

extern const AccountCalls account_calls;
extern const DiscoveryCalls discovery_calls;       // of the image API
extern const DiscoveryCalls chat_discovery_calls;  // of the chat

}  // namespace seedream::openrouter
