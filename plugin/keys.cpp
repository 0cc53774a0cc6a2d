// plugin/keys.cpp - where a service's key comes from.
#include "keys.hpp"

#include <string.h>

#include "answer.hpp"

namespace seedream::plugin {

void find_key(SeedreamProvider* provider, GCancellable* wanted, std::function<void(Key)> told) {
  seedream_provider_lookup_key_async(
      provider, wanted, on_answer,
      asked(wanted, [provider, told = std::move(told)](GObject*, GAsyncResult* result) {
        Key key;
        GError* raw = nullptr;
        const CharPtr text(seedream_provider_lookup_key_finish(provider, result, &key.source, &raw));
        const ErrorPtr error(raw);
        key.text = text.get();
        if (text)
          explicit_bzero(text.get(), strlen(text.get()));
        key.trouble = error ? error->message : "";
        told(std::move(key));
      }));
}

void store_key(SeedreamProvider* provider, const std::string& key, GCancellable* wanted,
               std::function<void(ErrorPtr)> done) {
  seedream_provider_store_key_async(
      provider, key.empty() ? nullptr : key.c_str(), wanted, on_answer,
      asked(wanted, [provider, done = std::move(done)](GObject*, GAsyncResult* result) {
        GError* raw = nullptr;
        seedream_provider_store_key_finish(provider, result, &raw);
        done(ErrorPtr(raw));
      }));
}

std::string key_host(SeedreamProvider* provider) {
  const char* page = seedream_provider_get_key_page(provider);
  const UriPtr uri(page ? g_uri_parse(page, G_URI_FLAGS_NONE, nullptr) : nullptr);
  return uri ? g_uri_get_host(uri.get()) : "";
}

}  // namespace seedream::plugin
