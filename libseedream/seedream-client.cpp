// seedream-client.cpp - credentials and connection; makes jobs.
#include "seedream-client.h"

#include <glib/gi18n-lib.h>

#include "jobs/address.hpp"
#include "providers/check.hpp"
#include "seedream-job-private.hpp"
#include "seedream-request-private.hpp"

namespace seedream {

struct Client {
  const Provider* provider = nullptr;
  std::string api_key;
  std::string base_url;
  std::chrono::seconds deadline{600};

  void read_environment() noexcept;
  Result<jobs::Plan> plan(const FullRequest& request) const noexcept;
};

namespace {

std::string environment(const char* variable) {
  const char* value = variable ? g_getenv(variable) : nullptr;
  return value ? value : "";
}

}  // namespace

void Client::read_environment() noexcept {
  api_key = environment(provider->key_variable);
  base_url = environment(provider->base_url_variable);
}

Result<jobs::Plan> Client::plan(const FullRequest& request) const noexcept {
  if (auto fine = check_request(*provider, request.request); !fine)
    return fine.take_error();
  jobs::Plan plan{.provider = provider,
                  .base_url = base_url.empty() && provider->base_url ? provider->base_url : base_url,
                  .api_key = api_key,
                  .deadline = deadline,
                  .request = request.request,
                  .inputs = request.inputs};
  if (!plan.base_url.empty()) {
    auto root = jobs::read_base_url(plan.base_url, provider->api_prefix);
    if (!root)
      return root.take_error();
    plan.base_url = *root;
  }
  if (provider->key_variable && plan.api_key.empty())
    return make_error(SEEDREAM_ERROR_SIGN_IN,
                      _("No key for %s. Set %s; the service's own pages tell where keys are."),
                      provider->name, provider->key_variable);
  if (plan.api_key.find_first_of("\r\n") != std::string::npos)
    return make_error(SEEDREAM_ERROR_SIGN_IN, _("The key for %s has a line break in it."), provider->name);
  return plan;
}

}  // namespace seedream

using seedream::ErrorPtr;

struct _SeedreamClient {
  GObject parent_instance;
  seedream::Client* impl;  // owned: created in init, deleted in finalize
};

G_DEFINE_FINAL_TYPE(SeedreamClient, seedream_client, G_TYPE_OBJECT)

static void seedream_client_finalize(GObject* object) noexcept {
  delete SEEDREAM_CLIENT(object)->impl;
  G_OBJECT_CLASS(seedream_client_parent_class)->finalize(object);
}

static void seedream_client_class_init(SeedreamClientClass* klass) {
  G_OBJECT_CLASS(klass)->finalize = seedream_client_finalize;
}

static void seedream_client_init(SeedreamClient* self) {
  self->impl = new seedream::Client;
}

/**
 * seedream_client_new:
 * @provider_id: a service's id, such as "imarouter"; "sandbox" is an offline stand-in that needs no key
 * @error: return location for an error
 *
 * Makes a client of a service. Its key and base URL are taken from the environment (`IMAROUTER_API_KEY`,
 * `IMAROUTER_BASE_URL`) until they are set.
 *
 * Returns: (transfer full): a new client, or %NULL with @error set to %SEEDREAM_ERROR_INVALID for an unknown
 * service Since: 0.1
 */
SeedreamClient* seedream_client_new(const char* provider_id, GError** error) {
  g_return_val_if_fail(provider_id != nullptr, nullptr);

  const seedream::Provider* provider = seedream::find_provider(provider_id);
  if (!provider) {
    g_set_error(error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID,
                _("There is no provider “%s”. Nothing was sent."), provider_id);
    return nullptr;
  }
  auto* self = static_cast<SeedreamClient*>(g_object_new(SEEDREAM_TYPE_CLIENT, nullptr));
  self->impl->provider = provider;
  self->impl->read_environment();
  return self;
}

/**
 * seedream_client_get_provider:
 * @self: a client
 *
 * Returns: (transfer none): the service
 * Since: 0.1
 */
const SeedreamProvider* seedream_client_get_provider(SeedreamClient* self) {
  g_return_val_if_fail(SEEDREAM_IS_CLIENT(self), nullptr);

  return reinterpret_cast<const SeedreamProvider*>(self->impl->provider);
}

/**
 * seedream_client_set_api_key:
 * @self: a client
 * @api_key: (nullable): the key, which goes to the service's base URL and nowhere else
 *
 * Since: 0.1
 */
void seedream_client_set_api_key(SeedreamClient* self, const char* api_key) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));

  self->impl->api_key = api_key ? api_key : "";
}

/**
 * seedream_client_set_base_url:
 * @self: a client
 * @base_url: (nullable): the service's root, https, or http on loopback; a trailing slash or API prefix does
 * no harm. %NULL for the usual one. A wrong one is reported by seedream_client_create_job().
 *
 * Since: 0.1
 */
void seedream_client_set_base_url(SeedreamClient* self, const char* base_url) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));

  self->impl->base_url = base_url ? base_url : "";
}

/**
 * seedream_client_set_timeout:
 * @self: a client
 * @seconds: how long each job may take altogether, 600 at first; at least 1
 *
 * Since: 0.1
 */
void seedream_client_set_timeout(SeedreamClient* self, guint seconds) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));
  g_return_if_fail(seconds > 0);

  self->impl->deadline = std::chrono::seconds(seconds);
}

/**
 * seedream_client_create_job:
 * @self: a client
 * @request: what to draw; it may be changed or freed afterwards
 * @error: return location for an error
 *
 * Checks the request against what the service can do and makes a job of it. Nothing is sent yet.
 *
 * Returns: (transfer full): a new job, or %NULL with @error set: %SEEDREAM_ERROR_INVALID names the limit that
 * the request is over, %SEEDREAM_ERROR_SIGN_IN says that there is no key Since: 0.1
 */
SeedreamJob* seedream_client_create_job(SeedreamClient* self, SeedreamRequest* request, GError** error) {
  g_return_val_if_fail(SEEDREAM_IS_CLIENT(self), nullptr);
  g_return_val_if_fail(SEEDREAM_IS_REQUEST(request), nullptr);

  auto plan = self->impl->plan(seedream::contents_of(request));
  if (!plan) {
    const ErrorPtr reason = plan.take_error();
    g_set_error(error, reason->domain, reason->code, _("%s Nothing was sent."), reason->message);
    return nullptr;
  }
  return seedream::new_job(std::move(*plan));
}
