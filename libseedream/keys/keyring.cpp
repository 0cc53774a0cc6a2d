// keys/keyring.cpp - keys in the desktop's keyring, over libsecret.
#include "keys/keyring.hpp"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#include <algorithm>
#include <string_view>

namespace seedream::keys {
namespace {

// Users' keys are found by these names: they never change.
const SecretSchema schema = {
    "org.seedream.ApiKey", SECRET_SCHEMA_NONE, {{"variable", SECRET_SCHEMA_ATTRIBUTE_STRING}}};

using Attributes = std::unique_ptr<GHashTable, Deleter<g_hash_table_unref>>;

struct ValueDeleter {
  void operator()(SecretValue* value) const { secret_value_unref(value); }  // takes a gpointer
};
using ValuePtr = std::unique_ptr<SecretValue, ValueDeleter>;

// What libsecret found; each is locked or not, and none has its secret yet.
struct ItemsDeleter {
  void operator()(GList* items) const { g_list_free_full(items, g_object_unref); }
};
using Items = std::unique_ptr<GList, ItemsDeleter>;

Attributes attributes_of(const char* variable) {
  return Attributes(secret_attributes_build(&schema, "variable", variable, nullptr));
}

// Whether a failed call never reached a keyring: there is no session bus, or nothing on it keeps secrets.
bool found_nobody(const GError& error) {
  if (error.domain == G_IO_ERROR)
    return error.code != G_IO_ERROR_DBUS_ERROR && error.code != G_IO_ERROR_TIMED_OUT &&
           error.code != G_IO_ERROR_CLOSED;
  if (error.domain == G_SPAWN_ERROR)
    return true;
  return error.domain == G_DBUS_ERROR &&
         (error.code == G_DBUS_ERROR_SERVICE_UNKNOWN || error.code == G_DBUS_ERROR_NAME_HAS_NO_OWNER ||
          (error.code >= G_DBUS_ERROR_SPAWN_EXEC_FAILED && error.code <= G_DBUS_ERROR_SPAWN_NO_MEMORY));
}

ErrorPtr locked(const char* variable) {
  return make_error(SEEDREAM_ERROR_SIGN_IN,
                    _("The keyring is locked. Unlock it, or set the environment variable %s."), variable);
}

// In our words. What libsecret says has no secret in it.
ErrorPtr explain(ErrorPtr error, const char* variable) {
  if (g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;
  if (g_error_matches(error.get(), SECRET_ERROR, SECRET_ERROR_IS_LOCKED))
    return locked(variable);
  g_dbus_error_strip_remote_error(error.get());
  if (found_nobody(*error))
    return make_error(SEEDREAM_ERROR_UNAVAILABLE,
                      _("There is no keyring here (%s). The environment variable %s works without one."),
                      error->message, variable);
  return make_error(SEEDREAM_ERROR_SIGN_IN,
                    _("The keyring failed: %s. The environment variable %s works without it."),
                    error->message, variable);
}

// One call of libsecret after another for one answer.
template <typename T>
struct Talk {
  std::string variable;
  Ref<GCancellable> cancellable;
  std::function<void(Result<T>)> answer;

  ErrorPtr explained(GError* error) const { return explain(ErrorPtr(error), variable.c_str()); }
};

template <typename T>
using TalkPtr = std::unique_ptr<Talk<T>>;

// Takes the talk back from C.
template <typename T>
TalkPtr<T> resume(gpointer data) {
  return TalkPtr<T>(static_cast<Talk<T>*>(data));
}

void search(const char* variable, SecretSearchFlags flags, GCancellable* cancellable,
            GAsyncReadyCallback found, gpointer data) {
  const Attributes attributes = attributes_of(variable);
  secret_password_searchv(&schema, attributes.get(), flags, cancellable, found, data);
}

// Others may have put it there, with the line break that ended it.
KeyPtr trimmed(const char* key) {
  std::string_view text = key ? key : "";
  while (!text.empty() && g_ascii_isspace(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && g_ascii_isspace(text.back()))
    text.remove_suffix(1);
  return KeyPtr(g_strndup(text.data(), text.size()));
}

// GLib ends a program whose session bus goes away, as at a logout, once it is connected to it as libsecret
// is; and with the program the job that is paid for.
void outlive_the_bus() {
  if (const auto bus = Ref<GDBusConnection>::adopt(g_bus_get_sync(G_BUS_TYPE_SESSION, nullptr, nullptr)))
    g_dbus_connection_set_exit_on_close(bus.get(), FALSE);
}

void on_secret(GObject* item, GAsyncResult* result, gpointer data) noexcept {
  const auto talk = resume<KeyPtr>(data);
  GError* error = nullptr;
  const ValuePtr value(secret_retrievable_retrieve_secret_finish(SECRET_RETRIEVABLE(item), result, &error));
  if (error)
    return talk->answer(talk->explained(error));
  KeyPtr key = trimmed(value ? secret_value_get_text(value.get()) : nullptr);
  outlive_the_bus();
  talk->answer(*key ? std::move(key) : KeyPtr());
}

void on_found(GObject*, GAsyncResult* result, gpointer data) noexcept {
  auto talk = resume<KeyPtr>(data);
  GError* error = nullptr;
  const Items items(secret_password_search_finish(result, &error));
  if (error)
    return talk->answer(talk->explained(error));
  if (!items)
    return talk->answer(KeyPtr());
  // If its user did not unlock it this fails, and says so; secret_password_lookup() would tell of no key.
  auto* cancellable = talk->cancellable.get();
  secret_retrievable_retrieve_secret(SECRET_RETRIEVABLE(items->data), cancellable, on_secret, talk.release());
}

void on_stored(GObject*, GAsyncResult* result, gpointer data) noexcept {
  const auto talk = resume<Done>(data);
  GError* error = nullptr;
  if (secret_password_store_finish(result, &error))
    return talk->answer(Done{});
  talk->answer(error ? talk->explained(error) : locked(talk->variable.c_str()));
}

void on_left(GObject*, GAsyncResult* result, gpointer data) noexcept {
  const auto talk = resume<Done>(data);
  GError* error = nullptr;
  const Items left(secret_password_search_finish(result, &error));
  if (error)
    return talk->answer(talk->explained(error));
  if (left)
    return talk->answer(locked(talk->variable.c_str()));
  talk->answer(Done{});
}

void on_cleared(GObject*, GAsyncResult* result, gpointer data) noexcept {
  auto talk = resume<Done>(data);
  GError* error = nullptr;
  if (secret_password_clear_finish(result, &error))
    return talk->answer(Done{});
  if (error)
    return talk->answer(talk->explained(error));
  // Nothing was removed: there was nothing, or it stayed locked.
  auto* started = talk.release();
  search(started->variable.c_str(), SECRET_SEARCH_NONE, started->cancellable.get(), on_left, started);
}

// Keys of all services are words that can stand in an HTTP header.
bool is_word(std::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return g_ascii_isgraph(c); });
}

}  // namespace

void free_key(char* key) noexcept {
  explicit_bzero(key, strlen(key));
  g_free(key);
}

void look_up(const char* variable, GCancellable* cancellable, std::function<void(Result<KeyPtr>)> answer) {
  auto* talk = new Talk<KeyPtr>{variable, Ref<GCancellable>::share(cancellable), std::move(answer)};
  search(variable, SECRET_SEARCH_UNLOCK, cancellable, on_found, talk);
}

void store(const char* variable, const std::string& label, const char* key, GCancellable* cancellable,
           std::function<void(Result<Done>)> answer) {
  const KeyPtr word = trimmed(key);
  const Attributes attributes = attributes_of(variable);
  auto talk = std::make_unique<Talk<Done>>(
      Talk<Done>{variable, Ref<GCancellable>::share(cancellable), std::move(answer)});
  if (!is_word(word.get()))
    return talk->answer(
        make_error(SEEDREAM_ERROR_INVALID,
                   _("This is no key: there is a space or a letter in it that keys do not have.")));
  if (*word)
    secret_password_storev(&schema, attributes.get(), SECRET_COLLECTION_DEFAULT, label.c_str(), word.get(),
                           cancellable, on_stored, talk.release());
  else
    secret_password_clearv(&schema, attributes.get(), cancellable, on_cleared, talk.release());
}

}  // namespace seedream::keys
