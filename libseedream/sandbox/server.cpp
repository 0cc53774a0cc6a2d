// sandbox/server.cpp - the HTTP side of the sandbox.
#include "sandbox/server.hpp"

#include "sandbox/exchange.hpp"
#include "sandbox/imarouter.hpp"
#include "sandbox/modelark.hpp"
#include "sandbox/openrouter.hpp"
#include "wire/json.hpp"

namespace seedream::sandbox {
namespace {

std::string bearer_of(SoupServerMessage* message) {
  const char* header =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), "Authorization");
  return header && g_str_has_prefix(header, "Bearer ") ? header + 7 : "";
}

Headers headers_of(SoupServerMessage* message) {
  Headers headers;
  soup_message_headers_foreach(
      soup_server_message_get_request_headers(message),
      [](const char* name, const char* value, gpointer data) noexcept {
        if (g_ascii_strcasecmp(name, "Authorization") != 0)
          static_cast<Headers*>(data)->emplace_back(name, value);
      },
      &headers);
  return headers;
}

std::string body_of(SoupServerMessage* message) {
  const Bytes body = Bytes::adopt(soup_message_body_flatten(soup_server_message_get_request_body(message)));
  return {reinterpret_cast<const char*>(body.data()), body.size()};
}

Leg leg_of(const Call& call) {
  return call.method == "POST" ? Leg::create : Downloads::keeps(call.path) ? Leg::picture : Leg::poll;
}

// A port of loopback that refuses connections until somebody listens to it.
Result<Ref<GSocket>> reserve(unsigned port) {
  GError* raw = nullptr;
  auto socket = Ref<GSocket>::adopt(
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &raw));
  const auto loopback = Ref<GInetAddress>::adopt(g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4));
  const auto address = Ref<GSocketAddress>::adopt(g_inet_socket_address_new(loopback.get(), guint16(port)));
  if (socket && g_socket_bind(socket.get(), address.get(), TRUE, &raw))
    return socket;
  const ErrorPtr error(raw);
  return make_error(SEEDREAM_ERROR_INVALID, "Cannot listen on port %u: %s", port, error->message);
}

int port_of(GSocket* socket) {
  const auto address = Ref<GSocketAddress>::adopt(g_socket_get_local_address(socket, nullptr));
  return address ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address.get())) : 0;
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
  auto socket = reserve(options_.port);
  if (!socket)
    return socket.take_error();
  socket_ = std::move(*socket);
  if (auto listening = listen_in_time(); !listening)
    return listening.take_error();
  const std::string root = format("http://127.0.0.1:%d", port_of(socket_.get()));
  auto downloads = std::make_unique<Downloads>(root, faults_);
  for (const auto* dialect : {&imarouter::page, &imarouter::v1})
    contracts_.push_back(make_imarouter(*dialect, options_, faults_, studio_, *downloads));
  contracts_.push_back(make_modelark(options_, faults_, studio_, *downloads));
  contracts_.push_back(make_openrouter(options_, faults_, studio_));
  contracts_.push_back(std::move(downloads));
  soup_server_add_handler(server_.get(), nullptr, on_request, this, nullptr);
  return root;
}

// At once, unless a fault wants nobody there for a while or for ever.
Result<Done> Server::listen_in_time() {
  const auto seconds = faults_.left("unreachable");
  if (seconds == 0u)
    return listen();
  if (seconds)
    silence_ = start_timer(std::chrono::seconds(*seconds), [this] {
      if (auto listening = listen(); !listening)
        g_warning("%s", listening.take_error()->message);
    });
  return Done{};
}

Result<Done> Server::listen() {
  GError* raw = nullptr;
  if (g_socket_listen(socket_.get(), &raw) &&
      soup_server_listen_socket(server_.get(), socket_.get(), static_cast<SoupServerListenOptions>(0), &raw))
    return Done{};
  const ErrorPtr error(raw);
  return make_error(SEEDREAM_ERROR_INVALID, "Cannot listen on port %d: %s", port_of(socket_.get()),
                    error->message);
}

void Server::dispatch(const Call& call, const std::shared_ptr<Answer>& answer) {
  for (const auto& contract : contracts_)
    if (contract->answer(call, answer))
      return;
  answer->finish(
      {.status = 404,
       .body = Bytes::of("{\"error\":{\"code\":\"not_found\",\"message\":\"No such endpoint\"}}")});
}

void Server::on_request(SoupServer*, SoupServerMessage* message, const char* path, GHashTable*,
                        gpointer data) noexcept {
  auto* self = static_cast<Server*>(data);
  const char* query = g_uri_get_query(soup_server_message_get_uri(message));
  const Call call{.method = soup_server_message_get_method(message),
                  .path = path,
                  .query = query ? query : "",
                  .key = bearer_of(message),
                  .headers = headers_of(message),
                  .body = body_of(message)};
  const auto log = [self,
                    heard = Heard{call.method, call.path, call.query, call.body.size(), !call.key.empty()}](
                       unsigned status, const Ordered& ordered) { self->write_log(heard, status, ordered); };
  const auto accident = [self, leg = leg_of(call)] { return strike_wire(leg, self->faults_); };
  self->dispatch(call, std::make_shared<Exchange>(message, self->options_.latency_ms, accident, log));
}

void Server::write_log(const Heard& heard, unsigned status, const Ordered& ordered) {
  if (!log_)
    return;
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> now(g_date_time_new_now_utc());
  const CharPtr time(g_date_time_format(now.get(), "%FT%T.%fZ"));
  wire::JsonWriter line;
  line.begin_object()
      .text("time", time.get())
      .text("method", heard.method)
      .text("path", heard.path)
      .text("query", heard.query)
      .integer("bytes", gint64(heard.bytes))
      .boolean("with_key", heard.with_key)
      .integer("status", status);
  if (status == 200 && ordered.pictures > 0)
    line.text("prompt", ordered.prompt).integer("ordered", ordered.pictures);
  line.end_object();
  std::fprintf(log_, "%s\n", line.finish().c_str());
  std::fflush(log_);
}

}  // namespace seedream::sandbox
