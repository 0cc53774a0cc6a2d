// plugin/keys.hpp - where a service's key comes from.
#pragma once
#include <seedream.h>

#include <functional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace seedream::plugin {

struct Key {
  SeedreamKeySource source = SEEDREAM_KEY_SOURCE_NONE;
  Secret text;          // never shown, never written down
  std::string trouble;  // why nobody can tell; empty: nothing
};

// Asks the environment, then the keyring. Nobody is told any more once wanted is cancelled.
void find_key(SeedreamProvider* provider, GCancellable* wanted, std::function<void(Key)> told);

// Puts a key into the keyring, or with an empty one takes it out. The error is empty if that went well.
void store_key(SeedreamProvider* provider, const std::string& key, GCancellable* wanted,
               std::function<void(ErrorPtr)> done);

// Where people get a key, as a link says it: "imarouter.com".
std::string key_host(SeedreamProvider* provider);

}  // namespace seedream::plugin
