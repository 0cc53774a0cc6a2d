// plugin/keys.cpp - where a service's key comes from.
#include "keys.hpp"

namespace seedream::plugin {
namespace {

template <typename Answer>
struct Asked {
  Ref<GCancellable> wanted;
  std::function<void(Answer)> told;
};

void on_key(GObject* provider, GAsyncResult* result, gpointer data) noexcept {
  const std::unique_ptr<Asked<Key>> asked(static_cast<Asked<Key>*>(data));
  Key key;
  GError* raw = nullptr;
  const CharPtr text(
      seedream_provider_lookup_key_finish(SEEDREAM_PROVIDER(provider), result, &key.source, &raw));
  const ErrorPtr error(raw);
  key.text = text ? text.get() : "";
  key.trouble = error ? error->message : "";
  if (!g_cancellable_is_cancelled(asked->wanted.get()))
    asked->told(std::move(key));
}

void on_stored(GObject* provider, GAsyncResult* result, gpointer data) noexcept {
  const std::unique_ptr<Asked<ErrorPtr>> asked(static_cast<Asked<ErrorPtr>*>(data));
  GError* raw = nullptr;
  seedream_provider_store_key_finish(SEEDREAM_PROVIDER(provider), result, &raw);
  ErrorPtr error(raw);
  if (!g_cancellable_is_cancelled(asked->wanted.get()))
    asked->told(std::move(error));
}

}  // namespace

void find_key(SeedreamProvider* provider, GCancellable* wanted, std::function<void(Key)> told) {
  seedream_provider_lookup_key_async(provider, wanted, on_key,
                                     new Asked<Key>{Ref<GCancellable>::share(wanted), std::move(told)});
}

void store_key(SeedreamProvider* provider, const std::string& key, GCancellable* wanted,
               std::function<void(ErrorPtr)> done) {
  seedream_provider_store_key_async(provider, key.empty() ? nullptr : key.c_str(), wanted, on_stored,
                                    new Asked<ErrorPtr>{Ref<GCancellable>::share(wanted), std::move(done)});
}

std::string key_host(SeedreamProvider* provider) {
  const char* page = seedream_provider_get_key_page(provider);
  const UriPtr uri(page ? g_uri_parse(page, G_URI_FLAGS_NONE, nullptr) : nullptr);
  return uri ? g_uri_get_host(uri.get()) : "";
}

}  // namespace seedream::plugin
