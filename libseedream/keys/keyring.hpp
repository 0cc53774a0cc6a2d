// keys/keyring.hpp - keys in the desktop's keyring. The only file that knows libsecret.
#pragma once
#include <functional>
#include <string>

#include "base/result.hpp"

namespace seedream::keys {

// Overwrites it before it is freed.
void free_key(char* key) noexcept;
using KeyPtr = std::unique_ptr<char, Deleter<free_key>>;

// A key is found by the name of the environment variable that overrules it, so services with one account
// share it. Each of these answers once, in the thread-default main context, and never blocks. A locked
// keyring asks its user for the password, which may take as long as the user likes.
//
// Their errors: SEEDREAM_ERROR_UNAVAILABLE where there is no keyring, SEEDREAM_ERROR_SIGN_IN where there is
// one that does not do it, SEEDREAM_ERROR_INVALID for what cannot be a key, G_IO_ERROR_CANCELLED.

// No key: nullptr.
void look_up(const char* variable, GCancellable* cancellable, std::function<void(Result<KeyPtr>)> answer);
// label: what people see in a list of their passwords. The space around the key, which comes along when it is
// pasted, is left out; if nothing is left the key is removed, as with nullptr.
void store(const char* variable, const std::string& label, const char* key, GCancellable* cancellable,
           std::function<void(Result<Done>)> answer);

}  // namespace seedream::keys
