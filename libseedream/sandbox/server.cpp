// sandbox/server.cpp - the HTTP side of the sandbox.
#include "sandbox/server.hpp"

#include "sandbox/imarouter.hpp"
#include "wire/json.hpp"

namespace seedream::sandbox {
namespace {

std::string bearer_of(SoupServerMessage* message) {
  const char* header =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), "Authorization");
  return header && g_str_has_prefix(header, "Bearer ") ? header + 7 : "";
}

std::string body_of(SoupServerMessage* message) {
  const Bytes body = Bytes::adopt(soup_message_body_flatten(soup_server_message_get_request_body(message)));
  return {reinterpret_cast<const char*>(body.data()), body.size()};
}

void cut(SoupServerMessage* message) {
  const auto connection = Ref<GIOStream>::adopt(soup_server_message_steal_connection(message));
  g_io_stream_close(connection.get(), nullptr, nullptr);
}

void set(SoupServerMessage* message, const Reply& reply) {
  soup_server_message_set_status(message, reply.status, nullptr);
  SoupMessageHeaders* headers = soup_server_message_get_response_headers(message);
  soup_message_headers_replace(headers, "Content-Type", reply.media_type.c_str());
  for (const auto& [name, value] : reply.headers)
    soup_message_headers_replace(headers, name.c_str(), value.c_str());
  soup_message_body_append_bytes(soup_server_message_get_response_body(message), reply.body.get());
}

struct Delayed {
  Ref<SoupServerMessage> message;
  Reply reply;
};

gboolean on_delay_over(gpointer data) noexcept {
  const auto* delayed = static_cast<Delayed*>(data);
  SoupServerMessage* message = delayed->message.get();
  if (delayed->reply.cut) {
    cut(message);
  } else {
    set(message, delayed->reply);
    soup_server_message_unpause(message);
  }
  return G_SOURCE_REMOVE;
}

}  // namespace

Server::Server(Options options) : options_(std::move(options)), faults_(options_.faults), studio_(options_) {}

Server::~Server() {
  if (log_)
    std::fclose(log_);
}

Result<std::string> Server::start() {
  if (!options_.log.empty() && !(log_ = std::fopen(options_.log.c_str(), "ae")))
    return make_error(SEEDREAM_ERROR_INVALID, "Cannot write %s", options_.log.c_str());
  server_ = Ref<SoupServer>::adopt(soup_server_new("server-header", "seedream-sandbox ", nullptr));
  GError* raw = nullptr;
  if (!soup_server_listen_local(server_.get(), options_.port, SOUP_SERVER_LISTEN_IPV4_ONLY, &raw)) {
    const ErrorPtr error(raw);
    return make_error(SEEDREAM_ERROR_INVALID, "Cannot listen on port %u: %s", options_.port, error->message);
  }
  GSList* uris = soup_server_get_uris(server_.get());
  const std::string root = format("http://127.0.0.1:%d", g_uri_get_port(static_cast<GUri*>(uris->data)));
  g_slist_free_full(uris, reinterpret_cast<GDestroyNotify>(g_uri_unref));
  contracts_.push_back(make_imarouter(options_, root, faults_, studio_));
  soup_server_add_handler(server_.get(), nullptr, on_request, this, nullptr);
  return root;
}

Reply Server::answer(const Call& call) {
  for (const auto& contract : contracts_)
    if (auto reply = contract->answer(call))
      return *reply;
  return {.status = 404,
          .body = Bytes::of("{\"error\":{\"code\":\"not_found\",\"message\":\"No such endpoint\"}}")};
}

void Server::on_request(SoupServer*, SoupServerMessage* message, const char* path, GHashTable*,
                        gpointer data) noexcept {
  auto* self = static_cast<Server*>(data);
  const Call call{.method = soup_server_message_get_method(message),
                  .path = path,
                  .key = bearer_of(message),
                  .body = body_of(message)};
  const Reply reply = self->answer(call);
  self->write_log(message, call, reply);
  self->deliver(message, reply);
}

void Server::deliver(SoupServerMessage* message, const Reply& reply) {
  const unsigned latency = reply.download ? 0 : options_.latency_ms;
  if (latency == 0 && !reply.cut)
    return set(message, reply);
  soup_server_message_pause(message);
  g_timeout_add_full(G_PRIORITY_DEFAULT, latency, on_delay_over,
                     new Delayed{Ref<SoupServerMessage>::share(message), reply},
                     [](gpointer data) noexcept { delete static_cast<Delayed*>(data); });
}

void Server::write_log(SoupServerMessage* message, const Call& call, const Reply& reply) {
  if (!log_)
    return;
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> now(g_date_time_new_now_utc());
  const CharPtr time(g_date_time_format(now.get(), "%FT%T.%fZ"));
  const char* query = g_uri_get_query(soup_server_message_get_uri(message));
  wire::JsonWriter line;
  line.begin_object()
      .text("time", time.get())
      .text("method", call.method)
      .text("path", call.path)
      .text("query", query ? query : "")
      .integer("bytes", gint64(call.body.size()))
      .boolean("with_key", !call.key.empty())
      .integer("status", reply.cut ? 0 : reply.status)
      .end_object();
  std::fprintf(log_, "%s\n", line.finish().c_str());
  std::fflush(log_);
}

}  // namespace seedream::sandbox
