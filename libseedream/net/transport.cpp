// net/transport.cpp - sends HTTP calls and brings the answers.
#include "net/transport.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <charconv>

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
  guint64 body_bytes = 0, sent = 0, expected = 0;
  std::size_t max_body_bytes = 0;
  GByteArray* received = g_byte_array_new();

  ~State() {
    if (message)
      g_signal_handlers_disconnect_by_data(message.get(), this);
    if (received)
      g_byte_array_unref(received);
  }
  void answer();
  void fail(ErrorPtr error, bool never_sent);
};

namespace {

using State = Flight::State;
using Held = std::shared_ptr<State>;

constexpr gsize chunk_bytes = 256 << 10;

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

std::string header(SoupMessage* message, const char* name) {
  const char* value = soup_message_headers_get_one(soup_message_get_response_headers(message), name);
  return value ? value : "";
}

// Seconds, or a date.
std::optional<std::chrono::seconds> read_retry_after(const std::string& text) {
  gint64 seconds = 0;
  const char* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, seconds); read.ec == std::errc() && read.ptr == end)
    return std::chrono::seconds(std::max<gint64>(0, seconds));
  std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> date(
      text.empty() ? nullptr : soup_date_time_new_from_http_string(text.c_str()));
  if (!date)
    return std::nullopt;
  return std::chrono::seconds(
      std::max<gint64>(0, g_date_time_to_unix(date.get()) - g_get_real_time() / G_USEC_PER_SEC));
}

void read_more(const Held& state);

void on_read(GObject* source, GAsyncResult* result, gpointer data) noexcept {
  Held state = take(data);
  GError* raw = nullptr;
  std::unique_ptr<GBytes, Deleter<g_bytes_unref>> chunk(
      g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &raw));
  if (!chunk)
    return state->fail(ErrorPtr(raw), false);
  gsize size = 0;
  const auto* bytes = static_cast<const guint8*>(g_bytes_get_data(chunk.get(), &size));
  if (size == 0)
    return state->answer();
  if (state->received->len + size > state->max_body_bytes)
    return state->fail(make_error(SEEDREAM_ERROR_BAD_ANSWER, _("%s sends more than %zu MiB."),
                                  state->host.c_str(), state->max_body_bytes >> 20),
                       false);
  g_byte_array_append(state->received, bytes, static_cast<guint>(size));
  if (state->listener.downloaded)
    state->listener.downloaded(state->received->len, state->expected);
  read_more(state);
}

void read_more(const Held& state) {
  g_input_stream_read_bytes_async(state->stream.get(), chunk_bytes, G_PRIORITY_DEFAULT,
                                  state->cancellable.get(), on_read, new Held(state));
}

void on_headers(GObject* source, GAsyncResult* result, gpointer data) noexcept {
  Held state = take(data);
  GError* raw = nullptr;
  GInputStream* stream = soup_session_send_finish(SOUP_SESSION(source), result, &raw);
  if (!stream) {
    ErrorPtr error(raw);
    const bool never_sent = state->sent == 0 && came_before_sending(error.get());
    return state->fail(std::move(error), never_sent);
  }
  state->stream = Ref<GInputStream>::adopt(stream);
  const goffset length =
      soup_message_headers_get_content_length(soup_message_get_response_headers(state->message.get()));
  state->expected = length > 0 ? static_cast<guint64>(length) : 0;
  read_more(state);
}

void on_wrote(SoupMessage*, guint bytes, gpointer data) noexcept {
  auto* state = static_cast<State*>(data);
  state->sent += bytes;
  if (state->listener.uploaded)
    state->listener.uploaded(std::min(state->sent, state->body_bytes), state->body_bytes);
}

// The listener hears of it as of any other failure: later.
void fail_soon(const Held& state) {
  GSource* source = g_idle_source_new();
  const auto fail = [](gpointer data) noexcept -> gboolean {
    take(data)->fail(make_error(SEEDREAM_ERROR_BAD_ANSWER, _("The address is none.")), true);
    return G_SOURCE_REMOVE;
  };
  g_source_set_callback(source, fail, new Held(state), nullptr);
  g_source_attach(source, g_main_context_get_thread_default());
  g_source_unref(source);
}

ErrorPtr explain(const State& state, ErrorPtr error) {
  if (error->domain == SEEDREAM_ERROR)
    return error;
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

void Flight::State::answer() {
  HttpAnswer a;
  a.status = soup_message_get_status(message.get());
  CharPtr type(g_ascii_strdown(header(message.get(), "Content-Type").c_str(), -1));
  a.media_type = type.get();
  a.media_type = a.media_type.substr(0, a.media_type.find_first_of("; "));
  a.retry_after = read_retry_after(header(message.get(), "Retry-After"));
  a.location = header(message.get(), "Location");
  a.body = Bytes::adopt(g_byte_array_free_to_bytes(std::exchange(received, nullptr)));
  if (auto answered = std::exchange(listener, {}).answered)
    answered(std::move(a));
}

void Flight::State::fail(ErrorPtr error, bool never_sent) {
  g_cancellable_cancel(cancellable.get());
  if (auto failed = std::exchange(listener, {}).failed)
    failed({explain(*this, std::move(error)), never_sent});
}

void Flight::drop() {
  if (!state_)
    return;
  state_->listener = {};
  g_cancellable_cancel(state_->cancellable.get());
  state_.reset();
}

Transport::Transport()
    : session_(Ref<SoupSession>::adopt(soup_session_new_with_options(
          "user-agent", "libseedream/" SEEDREAM_VERSION, "timeout", idle_timeout_seconds, nullptr))) {}

Flight Transport::send(const HttpCall& call, std::size_t max_body_bytes, Listener listener) {
  auto state = std::make_shared<Flight::State>();
  state->listener = std::move(listener);
  state->session = session_;
  state->max_body_bytes = max_body_bytes;
  state->body_bytes = call.body.size();
  Flight flight;
  flight.state_ = state;
  state->message = Ref<SoupMessage>::adopt(soup_message_new(call.method.c_str(), call.url.c_str()));
  if (!state->message) {
    fail_soon(state);
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
  if (call.body) {
    soup_message_set_request_body_from_bytes(message, call.body_type.c_str(), call.body.get());
    g_signal_connect(message, "wrote-body-data", G_CALLBACK(on_wrote), state.get());
  }
  soup_session_send_async(session_.get(), message, G_PRIORITY_DEFAULT, state->cancellable.get(), on_headers,
                          new Held(state));
  return flight;
}

}  // namespace seedream::net
