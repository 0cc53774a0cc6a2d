// seedream-provider.cpp - which services exist and what each can do, and where their keys are.
#include "seedream-provider.h"

#include <glib/gi18n-lib.h>

#include "base/rights.hpp"
#include "keys/keyring.hpp"
#include "seedream-model-private.hpp"
#include "seedream-provider-private.hpp"

namespace seedream {

struct ProviderFace {
  explicit ProviderFace(const Provider& p);
  const Provider& provider;
  std::vector<const char*> regions;        // nullptr at the end
  std::vector<Ref<SeedreamModel>> models;  // in the order of models_of()
  std::vector<SeedreamModel*> model_list;  // nullptr at the end; borrowed from models
};

ProviderFace::ProviderFace(const Provider& p) : provider(p) {
  for (const Region& region : provider.regions)
    regions.push_back(region.id);
  regions.push_back(nullptr);
  for (const ModelPtr& model : models_of(provider.id)) {
    models.push_back(Ref<SeedreamModel>::adopt(new_model(model)));
    model_list.push_back(models.back().get());
  }
  model_list.push_back(nullptr);
}

}  // namespace seedream

/**
 * SeedreamProvider:
 *
 * A service that draws with the Seedream models, and what it can do. Read only, but for its key, which may be
 * kept in the desktop's keyring.
 *
 * It lives as long as the program.
 *
 * Since: 0.1
 */
struct _SeedreamProvider {
  GObject parent_instance;
  seedream::ProviderFace* impl;  // owned: set once by new_face(), deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamProvider, seedream_provider, G_TYPE_OBJECT)

static void seedream_provider_finalize(GObject* object) noexcept {
  delete SEEDREAM_PROVIDER(object)->impl;
  G_OBJECT_CLASS(seedream_provider_parent_class)->finalize(object);
}

static void seedream_provider_class_init(SeedreamProviderClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_provider_finalize;
}

static void seedream_provider_init(SeedreamProvider*) {}

namespace seedream {
namespace {

SeedreamProvider* new_face(const Provider& provider) {
  auto* self = static_cast<SeedreamProvider*>(g_object_new(SEEDREAM_TYPE_PROVIDER, nullptr));
  self->impl = new ProviderFace(provider);
  return self;
}

std::vector<SeedreamProvider*> new_faces() {
  std::vector<SeedreamProvider*> all;
  for (const Provider* provider : providers())
    all.push_back(new_face(*provider));
  all.push_back(nullptr);
  return all;
}

// In the order of providers(), nullptr at the end; as long as the process.
const std::vector<SeedreamProvider*>& faces() {
  static const auto& all = *new std::vector<SeedreamProvider*>(new_faces());
  return all;
}

}  // namespace

SeedreamProvider* face_of(const Provider& provider) {
  for (SeedreamProvider* face : faces())
    if (face && &face->impl->provider == &provider)
      return face;
  return nullptr;
}

}  // namespace seedream

/**
 * seedream_provider_list:
 * @n_providers: (out): how many there are
 *
 * Lists the services that this library speaks to.
 *
 * Returns: (array length=n_providers) (transfer none): all services, the recommended one first
 *
 * Since: 0.1
 */
SeedreamProvider* const* seedream_provider_list(gsize* n_providers) {
  g_return_val_if_fail(n_providers != nullptr, nullptr);

  *n_providers = seedream::faces().size() - 1;
  return seedream::faces().data();
}

/**
 * seedream_provider_lookup:
 * @id: a service's id, such as "imarouter"
 *
 * Finds a service by its id.
 *
 * Returns: (transfer none) (nullable): the service, or %NULL if there is none of that id
 *
 * Since: 0.1
 */
SeedreamProvider* seedream_provider_lookup(const char* id) {
  g_return_val_if_fail(id != nullptr, nullptr);

  const seedream::Provider* provider = seedream::find_provider(id);
  return provider ? seedream::face_of(*provider) : nullptr;
}

/**
 * seedream_provider_get_id:
 * @self: a service
 *
 * Tells which service it is.
 *
 * Returns: its id, which never changes
 *
 * Since: 0.1
 */
const char* seedream_provider_get_id(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  return self->impl->provider.id;
}

/**
 * seedream_provider_get_name:
 * @self: a service
 *
 * Tells how the service is shown.
 *
 * Returns: its name, for people
 *
 * Since: 0.1
 */
const char* seedream_provider_get_name(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  return self->impl->provider.name;
}

/**
 * seedream_provider_get_base_url:
 * @self: a service
 *
 * Tells where the service is.
 *
 * Returns: (nullable): its usual root; %NULL for one that is started on this machine
 *
 * Since: 0.1
 */
const char* seedream_provider_get_base_url(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  return self->impl->provider.regions.empty() ? nullptr : self->impl->provider.regions.front().base_url;
}

/**
 * seedream_provider_get_regions:
 * @self: a service
 *
 * Lists the regions in which the service runs.
 *
 * Returns: (array zero-terminated=1) (transfer none): the places where it runs, the usual one first;
 *   [id@seedream_client_set_base_url] takes such a name in the place of a URL
 *
 * Since: 0.1
 */
const char* const* seedream_provider_get_regions(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  return self->impl->regions.data();
}

/**
 * seedream_provider_get_key_variable:
 * @self: a service
 *
 * Tells where a key is looked for.
 *
 * Returns: (nullable): the environment variable that may hold the key; %NULL if it needs none
 *
 * Since: 0.1
 */
const char* seedream_provider_get_key_variable(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  return self->impl->provider.key_variable;
}

/**
 * seedream_provider_get_key_page:
 * @self: a service
 *
 * Tells where people get a key.
 *
 * Returns: (nullable): an https address for a web browser; %NULL if it needs no key
 *
 * Since: 0.1
 */
const char* seedream_provider_get_key_page(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  return self->impl->provider.key_page;
}

/**
 * seedream_provider_get_base_url_variable:
 * @self: a service
 *
 * Tells where another base URL is looked for.
 *
 * Returns: the environment variable that may hold it
 *
 * Since: 0.1
 */
const char* seedream_provider_get_base_url_variable(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  return self->impl->provider.base_url_variable;
}

/**
 * seedream_provider_get_keeps_jobs:
 * @self: a service
 *
 * Tells whether the service remembers what it was asked for.
 *
 * Returns: whether a job can be asked for later; if not, its pictures come with the answer to its request or
 *   never
 *
 * Since: 0.1
 */
gboolean seedream_provider_get_keeps_jobs(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), FALSE);

  return self->impl->provider.keeps_jobs;
}

/**
 * seedream_provider_get_tells_balance:
 * @self: a service
 *
 * Tells whether the service says what is left on the account.
 *
 * Returns: whether [id@seedream_client_query_balance_async] can be asked
 *
 * Since: 0.1
 */
gboolean seedream_provider_get_tells_balance(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), FALSE);

  return self->impl->provider.account != nullptr;
}

/**
 * seedream_provider_get_tells_models:
 * @self: a service
 *
 * Tells whether the service says what a model can do.
 *
 * Returns: whether [id@seedream_client_discover_model_async] can be asked
 *
 * Since: 0.1
 */
gboolean seedream_provider_get_tells_models(SeedreamProvider* self) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), FALSE);

  return self->impl->provider.discovery != nullptr;
}

/**
 * seedream_provider_list_models:
 * @self: a service
 * @n_models: (out): how many there are
 *
 * Lists the service's models.
 *
 * Returns: (array length=n_models) (transfer none): what is known of its models, the recommended one first
 *
 * Since: 0.1
 */
SeedreamModel* const* seedream_provider_list_models(SeedreamProvider* self, gsize* n_models) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);
  g_return_val_if_fail(n_models != nullptr, nullptr);

  *n_models = self->impl->models.size();
  return self->impl->model_list.data();
}

/**
 * seedream_provider_lookup_model:
 * @self: a service
 * @id: (nullable): our id for the model or the service's; %NULL for the recommended one
 *
 * Finds one of the service's models.
 *
 * Returns: (transfer none) (nullable): the model, or %NULL if nothing is known of it
 *
 * Since: 0.1
 */
SeedreamModel* seedream_provider_lookup_model(SeedreamProvider* self, const char* id) {
  g_return_val_if_fail(SEEDREAM_IS_PROVIDER(self), nullptr);

  const auto& known = seedream::models_of(self->impl->provider.id);
  const seedream::ModelPtr found = seedream::find_model(self->impl->provider.id, id ? id : "");
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i] == found)
      return self->impl->model_list[i];
  return nullptr;
}

namespace seedream {
namespace {

struct FoundKey {
  SeedreamKeySource source;
  keys::KeyPtr key;  // nullptr: there is none
};

void return_key(GTask* task, SeedreamKeySource source, keys::KeyPtr key) {
  g_task_return_pointer(task, new FoundKey{source, std::move(key)},
                        [](gpointer p) noexcept { delete static_cast<FoundKey*>(p); });
}

void look_up_key(GTask* task, const Provider& provider) {
  const char* variable = provider.key_variable;
  const char* value = variable && !has_borrowed_rights() ? g_getenv(variable) : nullptr;
  const Ref<GTask> held = Ref<GTask>::adopt(task);
  if (!variable)
    return return_key(task, SEEDREAM_KEY_SOURCE_NOT_NEEDED, nullptr);
  if (value && *value)
    return return_key(task, SEEDREAM_KEY_SOURCE_ENVIRONMENT, keys::KeyPtr(g_strdup(value)));
  keys::look_up(variable, g_task_get_cancellable(task), [held](Result<keys::KeyPtr> found) {
    if (!found)
      return g_task_return_error(held.get(), found.take_error().release());
    const auto source = *found ? SEEDREAM_KEY_SOURCE_KEYRING : SEEDREAM_KEY_SOURCE_NONE;
    return_key(held.get(), source, std::move(*found));
  });
}

// One name for one account: the first service's.
const char* account_name(const Provider& provider) {
  for (const Provider* each : providers())
    if (g_strcmp0(each->key_variable, provider.key_variable) == 0)
      return each->name;
  return provider.name;
}

void store_key(GTask* task, const Provider& provider, const char* key) {
  const Ref<GTask> held = Ref<GTask>::adopt(task);
  if (!provider.key_variable)
    return g_task_return_error(
        task, make_error(SEEDREAM_ERROR_INVALID, _("%s needs no key."), provider.name).release());
  // Translators: what a user sees in a list of all passwords; %s is a service such as ImaRouter.
  const std::string label = format(_("API key for %s (Seedream)"), account_name(provider));
  keys::store(provider.key_variable, label, key, g_task_get_cancellable(task), [held](Result<Done> stored) {
    if (stored)
      g_task_return_boolean(held.get(), TRUE);
    else
      g_task_return_error(held.get(), stored.take_error().release());
  });
}

}  // namespace
}  // namespace seedream

/**
 * seedream_provider_lookup_key_async:
 * @self: a service
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Looks for the service's key: in the environment, see [id@seedream_provider_get_key_variable], and if it is
 * not there in the desktop's keyring. Services that share an account, and so the variable, share the key. A
 * keyring that is locked asks its user for the password.
 *
 * A client takes the key from the environment by itself; what comes from the keyring is for
 * [id@seedream_client_set_api_key].
 *
 * Since: 0.1
 */
void seedream_provider_lookup_key_async(SeedreamProvider* self, GCancellable* cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_PROVIDER(self));

  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_provider_lookup_key_async));
  seedream::look_up_key(task, self->impl->provider);
}

/**
 * seedream_provider_lookup_key_finish:
 * @self: a service
 * @result: what the callback was given
 * @source: (out) (optional): where the key comes from, or why there is none
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_provider_lookup_key_async].
 *
 * Returns: (transfer full) (nullable): the key; %NULL without an error if there is none or none is needed,
 * and with
 *   @error set where nobody can tell: to %SEEDREAM_ERROR_UNAVAILABLE if there is no keyring to ask, to
 *   %SEEDREAM_ERROR_SIGN_IN if it stays locked or fails
 *
 * Since: 0.1
 */
char* seedream_provider_lookup_key_finish(SeedreamProvider* self, GAsyncResult* result,
                                          SeedreamKeySource* source, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  const std::unique_ptr<seedream::FoundKey> found(
      static_cast<seedream::FoundKey*>(g_task_propagate_pointer(G_TASK(result), error)));
  if (source)
    *source = found ? found->source : SEEDREAM_KEY_SOURCE_NONE;
  return found ? found->key.release() : nullptr;
}

/**
 * seedream_provider_store_key_async:
 * @self: a service that needs a key
 * @key: (nullable): the key; the space around it is left out. %NULL, or nothing but space, removes the key
 * that is kept.
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Keeps the service's key in the desktop's keyring, in the place of the one that is there. Services that
 * share an account share the key. A keyring that is locked asks its user for the password.
 *
 * Since: 0.1
 */
void seedream_provider_store_key_async(SeedreamProvider* self, const char* key, GCancellable* cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_PROVIDER(self));

  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, reinterpret_cast<gpointer>(seedream_provider_store_key_async));
  seedream::store_key(task, self->impl->provider, key);
}

/**
 * seedream_provider_store_key_finish:
 * @self: a service
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_provider_store_key_async].
 *
 * Returns: %TRUE if the keyring holds the key, or none where none was given; %FALSE with @error set
 * otherwise: to %SEEDREAM_ERROR_INVALID if the service needs no key or this can be none, to
 * %SEEDREAM_ERROR_UNAVAILABLE if there is no keyring, to %SEEDREAM_ERROR_SIGN_IN if it stays locked or fails
 *
 * Since: 0.1
 */
gboolean seedream_provider_store_key_finish(SeedreamProvider* self, GAsyncResult* result, GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}
