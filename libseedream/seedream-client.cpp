// seedream-client.cpp - credentials and connection; makes jobs.
#include "seedream-client.h"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "base/rights.hpp"
#include "jobs/address.hpp"
#include "jobs/query.hpp"
#include "providers/check.hpp"
#include "providers/size.hpp"
#include "seedream-history-private.hpp"
#include "seedream-job-private.hpp"
#include "seedream-model-private.hpp"
#include "seedream-provider-private.hpp"
#include "seedream-request-private.hpp"

namespace seedream {

struct Client {
  const Provider* provider = nullptr;
  Secret api_key;
  std::string base_url;        // or a region's name
  bool is_told_where = false;  // by the program, not by the environment
  std::chrono::seconds deadline{600};
  std::map<std::string, ModelPtr> discovered;  // by the service's id
  std::shared_ptr<jobs::Store> store;          // nullptr: nothing is written down

  void read_environment() noexcept;
  Result<std::string> address() const noexcept;
  Result<Done> check_key() const noexcept;
  bool may_show_key(const jobs::StoredJob& stored, const std::string& root) const noexcept;
  ModelPtr model(const std::string& id) const noexcept;
  Result<jobs::Plan> plan(const FullRequest& request) const noexcept;
  Result<jobs::Plan> plan_again(const jobs::StoredJob& stored) const noexcept;
};

namespace {

std::string environment(const char* variable) {
  const char* value = variable ? g_getenv(variable) : nullptr;
  return value ? value : "";
}

}  // namespace

void Client::read_environment() noexcept {
  api_key = provider->key_variable ? g_getenv(provider->key_variable) : nullptr;
  base_url = environment(provider->base_url_variable);
}

// Empty where a program is to be started.
Result<std::string> Client::address() const noexcept {
  if (base_url.empty() && provider->regions.empty())
    return std::string();
  std::string root = base_url.empty() ? provider->regions.front().base_url : base_url;
  for (const Region& region : provider->regions)
    if (root == region.id)
      root = region.base_url;
  return jobs::read_base_url(root, provider->api_prefix);
}

Result<Done> Client::check_key() const noexcept {
  if (provider->key_variable && api_key.empty())
    return make_error(SEEDREAM_ERROR_SIGN_IN,
                      _("No key for %s. Set %s; the service's own pages tell where keys are."),
                      provider->name, provider->key_variable);
  if (api_key.text().find_first_of("\r\n") != std::string::npos)
    return make_error(SEEDREAM_ERROR_SIGN_IN, _("The key for %s has a line break in it."), provider->name);
  return Done{};
}

// A model that nobody knows is the service's to judge; until then it is taken for its recommended one, but at
// no known price.
ModelPtr Client::model(const std::string& id) const noexcept {
  if (const auto found = discovered.find(id); found != discovered.end())
    return found->second;
  if (ModelPtr known = find_model(provider->id, id))
    return known;
  auto unknown = std::make_shared<Model>(*find_model(provider->id, ""));
  unknown->id = unknown->name = unknown->service_id = id;
  unknown->region_ids.clear();
  unknown->price.reset();
  return unknown;
}

Result<jobs::Plan> Client::plan(const FullRequest& request) const noexcept {
  auto root = address();
  if (!root)
    return root.take_error();
  const ModelPtr asked = named_there(model(request.request.model), *provider, *root);
  if (auto fine = check_request(*provider, *asked, request.request); !fine)
    return fine.take_error();
  if (auto fine = check_key(); !fine)
    return fine.take_error();
  auto size = choose_size(*asked, request.request);
  jobs::Plan plan{.provider = provider,
                  .model = asked,
                  .base_url = *root,
                  .api_key = api_key,
                  .deadline = deadline,
                  .request = request.request,
                  .expected = size ? size->pixels : Pixels{},
                  .inputs = request.inputs};
  plan.estimate_usd =
      price_of(*asked, plan.request.count, plan.expected, unsigned(plan.request.images.size())).value_or(0);
  const Pixels region = names_shape(asked->sizes, request.request) ? Pixels{} : region_of(request.request);
  if (region.width && plan.expected.width && shape_distance(region, plan.expected) >= same_shape)
    plan.notes.push_back(format(_("%d×%d is asked for, the nearest shape to %d×%d that %s draws here."),
                                plan.expected.width, plan.expected.height, region.width, region.height,
                                asked->name.c_str()));
  if (request.request.stream == true && !asked->streams)
    plan.notes.push_back(
        format(_("%s does not stream %s; all comes at the end."), provider->name, asked->name.c_str()));
  return plan;
}

// The record is a file: that it names an address is no reason to send a key there.
bool Client::may_show_key(const jobs::StoredJob& stored, const std::string& root) const noexcept {
  auto usual = address();
  return !provider->key_variable || (usual && *usual == root) ||
         std::any_of(provider->regions.begin(), provider->regions.end(),
                     [&](const Region& region) { return root == region.base_url; }) ||
         stored.key_mark == jobs::mark_of(api_key, provider->id, stored.base_url);
}

// Nothing of the request is needed but where it went.
Result<jobs::Plan> Client::plan_again(const jobs::StoredJob& stored) const noexcept {
  if (stored.provider != provider->id)
    return make_error(SEEDREAM_ERROR_INVALID, _("The job belongs to “%s”, not to %s."),
                      stored.provider.c_str(), provider->name);
  auto root = is_told_where || stored.base_url.empty()
                  ? address()
                  : jobs::read_base_url(stored.base_url, provider->api_prefix);
  if (!root)
    return root.take_error();
  if (auto fine = check_key(); !fine)
    return fine.take_error();
  if (!is_told_where && !may_show_key(stored, *root))
    return make_error(
        SEEDREAM_ERROR_SIGN_IN,
        _("The job was sent to %s, but not with this key. Set that base URL to ask there with it."),
        root->c_str());
  return jobs::Plan{.provider = provider,
                    .model = named_there(model(stored.model), *provider, *root),
                    .base_url = *root,
                    .api_key = api_key,
                    .deadline = deadline};
}

}  // namespace seedream

using seedream::ErrorPtr;

/**
 * SeedreamClient:
 *
 * Credentials of one service and the way to it; it makes jobs.
 *
 * The key and the base URL come from the environment until they are set. A client is cheap: make one per
 * service, or one per job.
 *
 * Since: 0.1
 */
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
 *   service, and in a setuid or setgid program, whose environment is somebody else's
 *
 * Since: 0.1
 */
SeedreamClient* seedream_client_new(const char* provider_id, GError** error) {
  g_return_val_if_fail(provider_id != nullptr, nullptr);

  const seedream::Provider* provider = seedream::find_provider(provider_id);
  if (!provider) {
    g_set_error(error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID,
                _("There is no provider “%s”. Nothing was sent."), provider_id);
    return nullptr;
  }
  if (seedream::has_borrowed_rights()) {
    g_set_error(error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s: %s.", provider->name,
                seedream::borrowed_rights);
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
 * Tells which service this is a client of.
 *
 * Returns: (transfer none): the service
 *
 * Since: 0.1
 */
SeedreamProvider* seedream_client_get_provider(SeedreamClient* self) {
  g_return_val_if_fail(SEEDREAM_IS_CLIENT(self), nullptr);

  return seedream::face_of(*self->impl->provider);
}

/**
 * seedream_client_set_api_key:
 * @self: a client
 * @api_key: (nullable): the key, which goes to the service's base URL and nowhere else
 *
 * Sets the key, in the place of the one from the environment.
 *
 * Since: 0.1
 */
void seedream_client_set_api_key(SeedreamClient* self, const char* api_key) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));

  self->impl->api_key = api_key;
}

/**
 * seedream_client_set_base_url:
 * @self: a client
 * @base_url: (nullable): the service's root, https, or http on loopback; a trailing slash or API prefix does
 *   no harm. One of [id@seedream_provider_get_regions] stands for that region's root, %NULL for the usual
 *   one. A wrong one is reported by [id@seedream_client_create_job].
 *
 * Sets where the service is, in the place of what the environment says.
 *
 * Since: 0.1
 */
void seedream_client_set_base_url(SeedreamClient* self, const char* base_url) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));

  self->impl->base_url = base_url ? base_url : "";
  self->impl->is_told_where = !self->impl->base_url.empty();
}

/**
 * seedream_client_set_timeout:
 * @self: a client
 * @seconds: how long each job may take altogether, 600 at first; at least 1. Where a service is asked for
 *   several pictures already a job waits for its turn, and its time has not begun.
 *
 * Sets how long the jobs that are made from now on may take.
 *
 * Since: 0.1
 */
void seedream_client_set_timeout(SeedreamClient* self, guint seconds) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));
  g_return_if_fail(seconds > 0);

  self->impl->deadline = std::chrono::seconds(seconds);
}

/**
 * seedream_client_set_history:
 * @self: a client
 * @history: (nullable): where jobs are written down from now on, so that a paid picture is not lost if this
 *   program ends too early; %NULL at first: nowhere
 *
 * Sets where the jobs that are made from now on are written down.
 *
 * Since: 0.1
 */
void seedream_client_set_history(SeedreamClient* self, SeedreamHistory* history) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));
  g_return_if_fail(history == nullptr || SEEDREAM_IS_HISTORY(history));

  self->impl->store = history ? seedream::store_of(history) : nullptr;
}

/**
 * seedream_client_resume_job:
 * @self: a client of the job's service
 * @job: a job from a [class@Seedream.History]
 * @error: return location for an error
 *
 * Prepares a job that was sent before for [id@seedream_job_run_async], which then asks the service for it and
 * fetches what is not kept yet. It is not sent again. Unless the client was given a base URL, the job's own is
 * asked, if it is one of the service's or the environment's, or if this key was sent there before.
 *
 * Returns: %TRUE if there is something to ask for; %FALSE with @error set otherwise, for example where the
 *   service keeps no jobs; %SEEDREAM_ERROR_SIGN_IN says that there is no key, or none for that address
 *
 * Since: 0.1
 */
gboolean seedream_client_resume_job(SeedreamClient* self, SeedreamJob* job, GError** error) {
  g_return_val_if_fail(SEEDREAM_IS_CLIENT(self), FALSE);
  const seedream::jobs::StoredJob* stored = SEEDREAM_IS_JOB(job) ? seedream::stored_form(job) : nullptr;
  g_return_val_if_fail(stored != nullptr, FALSE);

  auto plan = self->impl->plan_again(*stored);
  auto ready =
      plan ? seedream::resume(job, std::move(*plan)) : seedream::Result<seedream::Done>(plan.take_error());
  if (!ready)
    g_propagate_error(error, ready.take_error().release());
  return bool(ready);
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
 *   the request is over, %SEEDREAM_ERROR_SIGN_IN says that there is no key
 *
 * Since: 0.1
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
  return seedream::new_job(std::move(*plan), seedream::contents_of(request), self->impl->store);
}

namespace seedream {
namespace {

// What a GTask holds while a service is asked something.
struct Asking {
  std::unique_ptr<jobs::Query> query;
  std::string model;
  Source cancelled;
};

gboolean on_cancelled(GCancellable*, gpointer data) noexcept {
  // Somebody may keep the task for longer, and must not be answered twice.
  static_cast<Asking*>(g_task_get_task_data(G_TASK(data)))->query.reset();
  g_task_return_error_if_cancelled(G_TASK(data));
  g_object_unref(data);
  return G_SOURCE_REMOVE;
}

// Answers the task at once where nothing can be asked; else when the service has answered.
void ask(GTask* task, const ServiceCall& call, std::function<void(const HttpAnswer&)> heard) {
  auto* self = SEEDREAM_CLIENT(g_task_get_source_object(task));
  auto root = self->impl->address();
  auto key = self->impl->check_key();
  if (!root || !key || root->empty()) {
    g_task_return_error(task,
                        !root  ? root.take_error().release()
                        : !key ? key.take_error().release()
                               : make_error(SEEDREAM_ERROR_INVALID, _("There is nobody to ask.")).release());
    return g_object_unref(task);
  }
  auto* asking = static_cast<Asking*>(g_task_get_task_data(task));
  if (GCancellable* cancellable = g_task_get_cancellable(task)) {
    GSource* source = g_cancellable_source_new(cancellable);
    g_source_set_callback(source, reinterpret_cast<GSourceFunc>(reinterpret_cast<void (*)()>(on_cancelled)),
                          task, nullptr);
    g_source_attach(source, g_main_context_get_thread_default());
    asking->cancelled = Source(source);
  }
  asking->query = std::make_unique<jobs::Query>(
      *root, self->impl->api_key, call, [task, heard = std::move(heard)](Result<HttpAnswer> answer) {
        static_cast<Asking*>(g_task_get_task_data(task))->cancelled = {};
        if (answer)
          heard(*answer);
        else
          g_task_return_error(task, answer.take_error().release());
        g_object_unref(task);
      });
  asking->query->start();
}

GTask* new_asking(SeedreamClient* self, GCancellable* cancellable, GAsyncReadyCallback callback,
                  gpointer user_data, gpointer tag, const char* model) {
  GTask* task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_source_tag(task, tag);
  g_task_set_task_data(task, new Asking{.query = {}, .model = model, .cancelled = {}},
                       [](gpointer p) noexcept { delete static_cast<Asking*>(p); });
  return task;
}

}  // namespace
}  // namespace seedream

/**
 * seedream_client_query_balance_async:
 * @self: a client of a service that tells, see [id@seedream_provider_get_tells_balance]
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Asks what is left on the account, which proves the key as well. It costs nothing.
 *
 * Since: 0.1
 */
void seedream_client_query_balance_async(SeedreamClient* self, GCancellable* cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));
  g_return_if_fail(self->impl->provider->account != nullptr);

  GTask* task = seedream::new_asking(self, cancellable, callback, user_data,
                                     reinterpret_cast<gpointer>(seedream_client_query_balance_async), "");
  const seedream::AccountCalls* calls = self->impl->provider->account;
  seedream::ask(task, calls->ask(), [task, calls](const seedream::HttpAnswer& answer) {
    auto account = calls->read(answer);
    if (account)
      g_task_return_pointer(task, new double(account->balance_usd.value_or(G_MAXDOUBLE)),
                            [](gpointer p) noexcept { delete static_cast<double*>(p); });
    else
      g_task_return_error(task, account.take_error().release());
  });
}

/**
 * seedream_client_query_balance_finish:
 * @self: a client
 * @result: what the callback was given
 * @balance: (out): what is left, in US dollars; %G_MAXDOUBLE where the key has no limit of its own
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_client_query_balance_async].
 *
 * Returns: %TRUE when the service has told; %FALSE with @error set otherwise, to %SEEDREAM_ERROR_SIGN_IN for
 *   a key that it does not take
 *
 * Since: 0.1
 */
gboolean seedream_client_query_balance_finish(SeedreamClient* self, GAsyncResult* result, double* balance,
                                              GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), FALSE);
  g_return_val_if_fail(balance != nullptr, FALSE);

  const std::unique_ptr<double> told(static_cast<double*>(g_task_propagate_pointer(G_TASK(result), error)));
  if (told)
    *balance = *told;
  return told != nullptr;
}

/**
 * seedream_client_discover_model_async:
 * @self: a client of a service that tells, see [id@seedream_provider_get_tells_models]
 * @model: the service's id for a model, known here or not
 * @cancellable: (nullable): to stop waiting
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * Asks what a model can do. From then on this client checks requests for it against the answer. It costs
 * nothing.
 *
 * Since: 0.1
 */
void seedream_client_discover_model_async(SeedreamClient* self, const char* model, GCancellable* cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data) {
  g_return_if_fail(SEEDREAM_IS_CLIENT(self));
  g_return_if_fail(model != nullptr);
  g_return_if_fail(self->impl->provider->discovery != nullptr);

  GTask* task = seedream::new_asking(self, cancellable, callback, user_data,
                                     reinterpret_cast<gpointer>(seedream_client_discover_model_async), model);
  const seedream::DiscoveryCalls* calls = self->impl->provider->discovery;
  seedream::ask(task, calls->ask(self->impl->model(model)->service_id),
                [task, calls, self](const seedream::HttpAnswer& answer) {
                  const auto* asking = static_cast<seedream::Asking*>(g_task_get_task_data(task));
                  auto told = calls->read(answer, *self->impl->model(asking->model));
                  if (!told)
                    return g_task_return_error(task, told.take_error().release());
                  auto found = std::make_shared<const seedream::Model>(std::move(*told));
                  self->impl->discovered[asking->model] = found;
                  g_task_return_pointer(task, seedream::new_model(found), g_object_unref);
                });
}

/**
 * seedream_client_discover_model_finish:
 * @self: a client
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Takes the answer to [id@seedream_client_discover_model_async].
 *
 * Returns: (transfer full): the model, or %NULL with @error set
 *
 * Since: 0.1
 */
SeedreamModel* seedream_client_discover_model_finish(SeedreamClient* self, GAsyncResult* result,
                                                     GError** error) {
  g_return_val_if_fail(g_task_is_valid(result, self), nullptr);

  return static_cast<SeedreamModel*>(g_task_propagate_pointer(G_TASK(result), error));
}
