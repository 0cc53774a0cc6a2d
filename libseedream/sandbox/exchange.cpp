// sandbox/exchange.cpp - an Answer over libsoup.
#include "sandbox/exchange.hpp"

namespace seedream::sandbox {
namespace {

void set_head(SoupServerMessage* message, unsigned status, const char* media_type, const Headers& headers) {
  soup_server_message_set_status(message, status, nullptr);
  SoupMessageHeaders* head = soup_server_message_get_response_headers(message);
  soup_message_headers_replace(head, "Content-Type", media_type);
  for (const auto& [name, value] : headers)
    soup_message_headers_replace(head, name.c_str(), value.c_str());
  if (!*soup_message_headers_get_one(head, "Content-Type"))
    soup_message_headers_remove(head, "Content-Type");
}

}  // namespace

Exchange::Exchange(SoupServerMessage* message, unsigned latency_ms, Accident accident, Report report)
    : message_(Ref<SoupServerMessage>::share(message)),
      latency_ms_(latency_ms),
      accident_(std::move(accident)),
      report_(std::move(report)) {
  soup_server_message_pause(message);
  const auto gone = +[](SoupServerMessage*, Exchange* self) noexcept {
    self->gone_ = true;
    self->streaming_ = nullptr;
  };
  g_signal_connect(message, "disconnected", G_CALLBACK(gone), this);
  g_signal_connect(message, "finished", G_CALLBACK(gone), this);
  const auto written = +[](SoupServerMessage*, Exchange* self) noexcept { self->on_written(); };
  g_signal_connect(message, "wrote-headers", G_CALLBACK(written), this);
  g_signal_connect(message, "wrote-chunk", G_CALLBACK(written), this);
}

Exchange::~Exchange() {
  g_signal_handlers_disconnect_by_data(message_.get(), this);
  report(0);
}

void Exchange::report(unsigned status) {
  if (const Report report = std::exchange(report_, nullptr))
    report(status, ordered_);
}

void Exchange::later(unsigned milliseconds, std::function<void()> action) {
  struct Task {
    std::shared_ptr<Exchange> self;
    std::function<void()> action;
  };
  g_timeout_add_full(
      G_PRIORITY_DEFAULT, milliseconds,
      [](gpointer data) noexcept -> gboolean {
        const auto* task = static_cast<Task*>(data);
        if (!task->self->gone_)
          task->action();
        return G_SOURCE_REMOVE;
      },
      new Task{shared_from_this(), std::move(action)},
      [](gpointer data) noexcept { delete static_cast<Task*>(data); });
}

void Exchange::finish(Reply reply) {
  report(reply.status);
  const unsigned latency = reply.download ? 0 : latency_ms_;
  const auto fault = reply.status == 200 ? accident_() : std::nullopt;
  later(latency, [this, fault, reply = std::move(reply)] {
    if (fault || reply.flood) {
      if (const auto wire = Wire::take(message_.get(), fault.value_or(WireFault())))
        wire->answer(reply);
      return;
    }
    set_head(message_.get(), reply.status, reply.media_type.c_str(), reply.headers);
    if (reply.body && reply.body.size() > 0)
      soup_message_body_append_bytes(soup_server_message_get_response_body(message_.get()), reply.body.get());
    soup_server_message_unpause(message_.get());
  });
}

void Exchange::begin_stream(Headers headers) {
  report(200);
  streaming_ = shared_from_this();
  fault_ = accident_();
  later(latency_ms_, [this, headers = std::move(headers)] {
    flowing_ = true;
    if (fault_) {
      if ((wire_ = Wire::take(message_.get(), *fault_)))
        wire_->begin_stream(headers);
      return flow();
    }
    set_head(message_.get(), 200, "text/event-stream", headers);
    soup_message_headers_set_encoding(soup_server_message_get_response_headers(message_.get()),
                                      SOUP_ENCODING_CHUNKED);
    soup_message_body_set_accumulate(soup_server_message_get_response_body(message_.get()), FALSE);
    unwritten_ = 1;
    flow();
  });
}

void Exchange::write(std::string text, Piece) {
  waiting_ += text;
  flow();
}

void Exchange::end() {
  end_ = End::ended;
  flow();
}

void Exchange::cut() {
  report(0);
  end_ = End::cut;
  if (streaming_ || wire_)
    flow();
  else
    later(latency_ms_, [this] { close(); });
}

void Exchange::flow() {
  if (flowing_ && wire_)
    return flow_over_wire();
  if (!flowing_ || gone_ || fault_)
    return;
  SoupMessageBody* body = soup_server_message_get_response_body(message_.get());
  if (!waiting_.empty()) {
    soup_message_body_append_bytes(body, Bytes::of(std::exchange(waiting_, {})).get());
    ++unwritten_;
  }
  if (end_ == End::ended)
    soup_message_body_complete(body);
  soup_server_message_unpause(message_.get());
  close_if_due();
}

void Exchange::flow_over_wire() {
  if (!waiting_.empty())
    wire_->write_event(std::exchange(waiting_, {}));
  if (end_ == End::ended)
    wire_->end_stream();
  else if (end_ == End::cut)
    wire_->cut();
}

void Exchange::on_written() {
  if (flowing_ && !wire_) {
    --unwritten_;
    close_if_due();
  }
}

// Whoever calls may be libsoup in the middle of its work, so the connection is closed later.
void Exchange::close_if_due() {
  if (end_ == End::cut && unwritten_ == 0)
    later(0, [this] { close(); });
}

// libsoup would end a stream properly before it lets go of the connection, so the socket is shut first. What
// it wants to know of the other end it asks for as long as there is one.
void Exchange::close() {
  GSocket* socket = soup_server_message_get_socket(message_.get());
  const auto peer = Ref<GSocketAddress>::adopt(g_socket_get_remote_address(socket, nullptr));
  if (peer) {
    soup_server_message_get_remote_address(message_.get());
    g_socket_shutdown(socket, FALSE, TRUE, nullptr);
    const auto connection = Ref<GIOStream>::adopt(soup_server_message_steal_connection(message_.get()));
    g_io_stream_close(connection.get(), nullptr, nullptr);
  }
  gone_ = true;
  streaming_ = nullptr;
}

}  // namespace seedream::sandbox
