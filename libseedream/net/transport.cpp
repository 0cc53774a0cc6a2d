// net/transport.cpp - sends HTTP calls and brings the answers.
#include "net/transport.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <type_traits>

#include "base/timer.hpp"
#include "net/body-stream.hpp"
#include "net/gio-modules.hpp"
#include "net/reach.hpp"
#include "net/retry-after.hpp"
#include "seedream-version.h"

namespace seedream::net {

// Shared by the handle and by each asynchronous step, so that a dropped call can end in peace.
struct Flight::State {
  Listener listener;  // emptied when nobody listens any more
  Ref<SoupSession> session;
  Ref<SoupMessage> message;
  Ref<GCancellable> cancellable = Ref<GCancellable>::adopt(g_cancellable_new());
  Ref<GInputStream> stream;
  std::string host;
  Reach reach = Reach::anywhere;
  bool astray = false;                           // the name led to an address that is out of reach
  bool starts = false;                           // the connection is there, and the request is being written
  std::optional<GTlsCertificateFlags> distrust;  // what is wrong with the server's certificate
  Patience patience;
  Timer watchdog;  // strikes when a step takes too long
  guint64 body_bytes = 0, sent = 0, expected = 0, arrived = 0;
  std::size_t max_body_bytes = 0;
  bool in_pieces = false;
  bool held = false;     // by whoever is to read the pieces
  bool waiting = false;  // for that to end
  GByteArray* received = g_byte_array_new();

  ~State() {
    if (message)
      g_signal_handlers_disconnect_by_data(message.get(), this);
    if (received)
      g_byte_array_unref(received);
  }
  void wait_for(std::chrono::milliseconds time, const char* what, bool never_sent);
  HttpAnswer head() const;
  void begin();
  bool take(const Bytes& piece);
  void answer();
  void fail(ErrorPtr error, bool never_sent);
};

namespace {

// A listener's function may drop the call, and itself with it, so a copy of it is called.
template <typename... Arguments>
void tell(std::function<void(Arguments...)> listener, std::type_identity_t<Arguments>... arguments) {
  if (listener)
    listener(std::move(arguments)...);
}

using State = Flight::State;
using Held = std::shared_ptr<State>;

constexpr gsize chunk_bytes = 256 << 10;
// libsoup would let two calls at a time speak to a host. Here each draws for minutes, and a call in a queue
// would seem to find nobody.
constexpr int max_connections = 200;

Held take(gpointer data) {
  std::unique_ptr<Held> held(static_cast<Held*>(data));
  return *held;
}

// Errors after which the server cannot have seen the request.
bool came_before_sending(const GError* error) {
  return error->domain == G_RESOLVER_ERROR || error->domain == G_TLS_ERROR ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND);
}

void read_more(const Held& state);

void on_read(GObject* source, GAsyncResult* result, gpointer data) noexcept {
  Held state = take(data);
  GError* raw = nullptr;
  const Bytes chunk = Bytes::adopt(g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &raw));
  if (!chunk)
    return state->fail(ErrorPtr(raw), false);
  if (chunk.size() == 0)
    return state->answer();
  if (state->take(chunk))
    read_more(state);
}

void read_more(const Held& state) {
  state->waiting = state->held;
  if (state->waiting) {
    state->watchdog = {};
    return;
  }
  state->wait_for(state->patience.idle, _("%s fell silent in the middle of its answer."), false);
  g_input_stream_read_bytes_async(state->stream.get(), chunk_bytes, G_PRIORITY_DEFAULT,
                                  state->cancellable.get(), on_read, new Held(state));
}

void on_headers(GObject* source, GAsyncResult* result, gpointer data) noexcept {
  Held state = take(data);
  GError* raw = nullptr;
  GInputStream* stream = soup_session_send_finish(SOUP_SESSION(source), result, &raw);
  if (!stream) {
    ErrorPtr error(raw);
    const bool never_sent = !state->starts || (state->sent == 0 && came_before_sending(error.get()));
    return state->fail(std::move(error), never_sent);
  }
  state->stream = Ref<GInputStream>::adopt(stream);
  const goffset length =
      soup_message_headers_get_content_length(soup_message_get_response_headers(state->message.get()));
  state->expected = length > 0 ? static_cast<guint64>(length) : 0;
  state->begin();
  read_more(state);
}

void on_wrote_headers(SoupMessage*, gpointer data) noexcept {
  auto* state = static_cast<State*>(data);
  if (state->body_bytes == 0)
    state->wait_for(state->patience.first_byte, _("%s did not answer."), false);
  else
    state->wait_for(state->patience.idle, _("%s does not take what is sent to it."), false);
}

void on_wrote(SoupMessage*, guint bytes, gpointer data) noexcept {
  auto* state = static_cast<State*>(data);
  state->sent += bytes;
  if (state->sent < state->body_bytes)
    state->wait_for(state->patience.idle, _("%s does not take what is sent to it."), false);
  else
    state->wait_for(state->patience.first_byte, _("%s did not answer."), false);
  tell(state->listener.uploaded, std::min(state->sent, state->body_bytes), state->body_bytes);
}

// The address that is about to be connected to. A proxy's is none of those that a name leads to.
Ref<GInetAddress> target_of(GIOStream* connection) {
  if (!connection || !G_IS_SOCKET_CONNECTION(connection))
    return {};
  const auto target = Ref<GSocketAddress>::adopt(
      g_socket_connection_get_remote_address(G_SOCKET_CONNECTION(connection), nullptr));
  if (!target || !G_IS_INET_SOCKET_ADDRESS(target.get()) || G_IS_PROXY_ADDRESS(target.get()))
    return {};
  return Ref<GInetAddress>::share(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(target.get())));
}

// Before the first packet. A socket that is closed here connects to nobody, and the next of the name's
// addresses has its turn.
void on_network_event(SoupMessage*, GSocketClientEvent event, GIOStream* connection, gpointer data) noexcept {
  auto* state = static_cast<State*>(data);
  const auto target = event == G_SOCKET_CLIENT_CONNECTING ? target_of(connection) : Ref<GInetAddress>();
  if (!target || is_within(state->reach, target.get()))
    return;
  state->astray = true;
  g_socket_close(g_socket_connection_get_socket(G_SOCKET_CONNECTION(connection)), nullptr);
}

void bear(SoupMessage* message, const Secret& key) {
  constexpr std::string_view scheme = "Bearer ";
  std::vector<char> value(scheme.begin(), scheme.end());
  value.reserve(scheme.size() + key.text().size() + 1);  // a vector that grows leaves a copy behind
  value.insert(value.end(), key.text().c_str(), key.text().c_str() + key.text().size() + 1);
  soup_message_headers_replace(soup_message_get_request_headers(message), "Authorization", value.data());
  explicit_bzero(value.data(), value.size());
}

// Nobody is asked whether to trust it all the same.
gboolean on_certificate(SoupMessage*, GTlsCertificate*, GTlsCertificateFlags wrong, gpointer data) noexcept {
  static_cast<State*>(data)->distrust = wrong;
  return FALSE;
}

void on_starting(SoupMessage*, gpointer data) noexcept {
  static_cast<State*>(data)->starts = true;
}

// A certificate that nobody vouches for may bear any name and date, so that is told first.
const char* why_not_trusted(GTlsCertificateFlags wrong) {
  if (wrong & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return _("nobody whom this machine trusts vouches for its certificate");
  if (wrong & G_TLS_CERTIFICATE_BAD_IDENTITY)
    return _("its certificate is for another name");
  if (wrong & G_TLS_CERTIFICATE_EXPIRED)
    return _("its certificate has expired");
  if (wrong & G_TLS_CERTIFICATE_NOT_ACTIVATED)
    return _("its certificate is not valid yet, if this machine's clock is right");
  return _("its certificate is not to be trusted");
}

ErrorPtr explain_astray(const State& state) {
  if (state.reach == Reach::public_only)
    return make_error(
        SEEDREAM_ERROR_BAD_ANSWER,
        _("The service names an address inside your own network for its picture; it was not followed."));
  return make_error(SEEDREAM_ERROR_INVALID,
                    _("“%s” would send the key unencrypted; use https (http is for this machine only)."),
                    state.host.c_str());
}

ErrorPtr explain(const State& state, ErrorPtr error) {
  if (state.astray && !state.starts)
    return explain_astray(state);
  if (error->domain == SEEDREAM_ERROR)
    return error;
  if (state.distrust)
    return make_error(SEEDREAM_ERROR_UNAVAILABLE, _("No secure connection to %s: %s."), state.host.c_str(),
                      why_not_trusted(*state.distrust));
  if (error->domain == G_TLS_ERROR)
    return make_error(SEEDREAM_ERROR_UNAVAILABLE, _("No secure connection to %s: %s."), state.host.c_str(),
                      error->message);
  if (came_before_sending(error.get()))
    return make_error(SEEDREAM_ERROR_UNAVAILABLE, _("Cannot reach %s: %s."), state.host.c_str(),
                      error->message);
  return make_error(SEEDREAM_ERROR_UNAVAILABLE, _("The connection to %s broke: %s."), state.host.c_str(),
                    error->message);
}

}  // namespace

// The watchdog starts anew with each step.
void Flight::State::wait_for(std::chrono::milliseconds time, const char* what, bool never_sent) {
  watchdog = start_timer(time, [this, what, never_sent] {
    fail(make_error(SEEDREAM_ERROR_UNAVAILABLE, what, host.c_str()), never_sent);
  });
}

HttpAnswer Flight::State::head() const {
  HttpAnswer head;
  head.status = soup_message_get_status(message.get());
  soup_message_headers_foreach(
      soup_message_get_response_headers(message.get()),
      [](const char* name, const char* value, gpointer data) noexcept {
        const CharPtr lower(g_ascii_strdown(name, -1));
        static_cast<Headers*>(data)->emplace_back(lower.get(), value);
      },
      &head.headers);
  const CharPtr type(g_ascii_strdown(head.header("content-type").c_str(), -1));
  head.media_type = type.get();
  head.media_type = head.media_type.substr(0, head.media_type.find_first_of("; "));
  head.retry_after = read_retry_after(head.header("retry-after"), g_get_real_time() / G_USEC_PER_SEC);
  return head;
}

void Flight::State::begin() {
  HttpAnswer beginning = head();
  in_pieces = listener.piece && beginning.succeeded();
  if (in_pieces)
    tell(listener.began, std::move(beginning));
}

// Whether more is wanted.
bool Flight::State::take(const Bytes& piece) {
  arrived += piece.size();
  if (arrived > max_body_bytes) {
    fail(make_error(SEEDREAM_ERROR_BAD_ANSWER, _("%s sends more than %zu MiB."), host.c_str(),
                    max_body_bytes >> 20),
         false);
    return false;
  }
  if (!in_pieces)
    g_byte_array_append(received, piece.data(), static_cast<guint>(piece.size()));
  else
    tell(listener.piece, piece);
  tell(listener.downloaded, arrived, expected);
  return true;
}

void Flight::State::answer() {
  watchdog = {};
  HttpAnswer answer = head();
  answer.body = Bytes::adopt(g_byte_array_free_to_bytes(std::exchange(received, nullptr)));
  tell(std::exchange(listener, {}).answered, std::move(answer));
}

void Flight::State::fail(ErrorPtr error, bool never_sent) {
  watchdog = {};
  g_cancellable_cancel(cancellable.get());
  const bool hopeless = !starts && (astray || distrust);
  tell(std::exchange(listener, {}).failed, {explain(*this, std::move(error)), never_sent, hopeless});
}

void Flight::hold() {
  if (state_)
    state_->held = true;
}

void Flight::go_on() {
  if (!state_)
    return;
  state_->held = false;
  if (std::exchange(state_->waiting, false))
    read_more(state_);
}

void Flight::drop() {
  if (!state_)
    return;
  state_->listener = {};
  state_->watchdog = {};
  g_cancellable_cancel(state_->cancellable.get());
  state_.reset();
}

Transport::Transport(Patience patience) : patience_(patience) {
  load_gio_modules();
  // The classes of sessions and messages want it. If another thread had it registered while they are made, as
  // GDBus has when it connects, that one would wait for this one, and this one for that, for ever.
  g_type_ensure(G_TYPE_INET_SOCKET_ADDRESS);
}

// Without a time limit of its own: the watchdog knows what each step is. To a service on this machine a key
// may go unencrypted, and so past every proxy.
SoupSession* Transport::session_for(Reach reach) {
  auto& session = sessions_[reach];
  if (session)
    return session.get();
  session = Ref<SoupSession>::adopt(
      soup_session_new_with_options("user-agent", "libseedream/" SEEDREAM_VERSION, "timeout", 0u, "max-conns",
                                    max_connections, "max-conns-per-host", max_connections, nullptr));
  if (reach == Reach::this_machine) {
    const auto direct = Ref<GProxyResolver>::adopt(g_simple_proxy_resolver_new("direct://", nullptr));
    soup_session_set_proxy_resolver(session.get(), direct.get());
  }
  return session.get();
}

Flight Transport::send(const HttpCall& call, std::size_t max_body_bytes, Listener listener) {
  auto state = std::make_shared<Flight::State>();
  state->listener = std::move(listener);
  SoupSession* session = session_for(call.reach);
  state->session = Ref<SoupSession>::share(session);
  state->reach = call.reach;
  state->patience = patience_;
  state->max_body_bytes = max_body_bytes;
  state->body_bytes = call.body.size();
  Flight flight;
  flight.state_ = state;
  state->message = Ref<SoupMessage>::adopt(soup_message_new(call.method.c_str(), call.url.c_str()));
  if (!state->message) {
    // The listener hears of it as of any other failure: later.
    state->watchdog = start_timer(std::chrono::milliseconds(0), [state = state.get()] {
      state->fail(make_error(SEEDREAM_ERROR_BAD_ANSWER, _("The address is none.")), true);
    });
    return flight;
  }
  SoupMessage* message = state->message.get();
  state->host = g_uri_get_host(soup_message_get_uri(message));
  // A create must not meet a connection that the server has just closed: nobody could tell whether it was
  // heard.
  soup_message_set_flags(
      message, static_cast<SoupMessageFlags>(SOUP_MESSAGE_NO_REDIRECT |
                                             (call.method == "GET" ? 0 : SOUP_MESSAGE_NEW_CONNECTION)));
  for (const auto& [name, value] : call.headers)
    soup_message_headers_replace(soup_message_get_request_headers(message), name.c_str(), value.c_str());
  if (!call.bearer.empty())
    bear(message, call.bearer);
  g_signal_connect(message, "network-event", G_CALLBACK(on_network_event), state.get());
  g_signal_connect(message, "accept-certificate", G_CALLBACK(on_certificate), state.get());
  g_signal_connect(message, "starting", G_CALLBACK(on_starting), state.get());
  g_signal_connect(message, "wrote-headers", G_CALLBACK(on_wrote_headers), state.get());
  if (call.body) {
    soup_message_set_request_body(message, call.body_type.c_str(), open_body(call.body).get(),
                                  static_cast<gssize>(call.body.size()));
    g_signal_connect(message, "wrote-body-data", G_CALLBACK(on_wrote), state.get());
  }
  state->wait_for(patience_.connect, _("%s cannot be reached in time."), true);
  soup_session_send_async(session, message, G_PRIORITY_DEFAULT, state->cancellable.get(), on_headers,
                          new Held(state));
  return flight;
}

}  // namespace seedream::net
