// sandbox/wire.cpp - writes an answer to its connection byte by byte, and goes wrong on the way.
#include "sandbox/wire.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <limits>

namespace seedream::sandbox {
namespace {

using Kind = WireFault::Kind;

constexpr std::pair<const char*, Kind> faults_of_wires[] = {{"reset-at", Kind::reset},
                                                            {"cut-at", Kind::cut},
                                                            {"stall-at", Kind::stall},
                                                            {"drip", Kind::drip},
                                                            {"wrong-length", Kind::wrong_length},
                                                            {"repeated-piece", Kind::repeat}};
constexpr std::size_t repeated_bytes = 1024;
constexpr unsigned between_drops_ms = 50, way_full_ms = 2, between_looks_ms = 20;

std::string head_of(unsigned status, const Headers& headers) {
  std::string head = format("HTTP/1.1 %u %s\r\nServer: seedream-sandbox\r\nConnection: close\r\n", status,
                            soup_status_get_phrase(status));
  for (const auto& [name, value] : headers)
    if (!value.empty())
      head += name + ": " + value + "\r\n";
  return head + "\r\n";
}

std::string with_repetition(std::string_view body, std::size_t from) {
  const std::size_t end = std::min(body.size(), from + repeated_bytes);
  return std::string(body.substr(0, end)) + std::string(body.substr(std::min(from, end)));
}

}  // namespace

std::optional<WireFault> strike_wire(Leg leg, Faults& faults) {
  for (const auto& [name, kind] : faults_of_wires)
    if (const auto value = faults.strike(name, leg))
      return WireFault{kind, number_of(*value)};
  return std::nullopt;
}

// What libsoup wants to know of the other end it asks for as long as there is one.
std::shared_ptr<Wire> Wire::take(SoupServerMessage* message, WireFault fault) {
  auto socket = Ref<GSocket>::share(soup_server_message_get_socket(message));
  const auto peer =
      Ref<GSocketAddress>::adopt(socket ? g_socket_get_remote_address(socket.get(), nullptr) : nullptr);
  if (!peer)
    return nullptr;
  soup_server_message_get_remote_address(message);
  auto connection = Ref<GIOStream>::adopt(soup_server_message_steal_connection(message));
  return std::shared_ptr<Wire>(new Wire(std::move(socket), std::move(connection), fault));
}

void Wire::answer(const Reply& reply) {
  std::string body(text_of(reply.body));
  if (fault_.kind == Kind::repeat)
    body = with_repetition(body, std::size_t(std::max(fault_.number, 0L)));
  Headers headers = {{"Content-Type", reply.media_type}};
  headers.insert(headers.end(), reply.headers.begin(), reply.headers.end());
  const long lie = fault_.kind == Kind::wrong_length ? fault_.number : 0;
  if (!reply.flood)
    headers.emplace_back("Content-Length", format("%ld", std::max(0L, long(body.size()) + lie)));
  flood_ = reply.flood;
  over_ = true;
  write(head_of(reply.status, headers) + body);
}

void Wire::begin_stream(const Headers& headers) {
  Headers all = {{"Transfer-Encoding", "chunked"}};
  const bool typed =
      std::any_of(headers.begin(), headers.end(), [](const auto& h) { return h.first == "Content-Type"; });
  if (!typed)
    all.emplace_back("Content-Type", "text/event-stream");
  all.insert(all.end(), headers.begin(), headers.end());
  write(head_of(200, all));
}

void Wire::write_event(const std::string& text) {
  const long lie = fault_.kind == Kind::wrong_length ? fault_.number : 0;
  write(format("%lx\r\n", std::max(1L, long(text.size()) + lie)) + text + "\r\n");
}

void Wire::end_stream() {
  over_ = true;
  write("0\r\n\r\n");
}

void Wire::cut() {
  over_ = true;
  if (!timed_)
    flow();
}

void Wire::write(std::string text) {
  waiting_.push_back(std::move(text));
  if (!timed_)
    flow();
}

// Whether there is something to be sent.
bool Wire::fill() {
  while (!waiting_.empty() && waiting_.front().empty())
    waiting_.pop_front();
  if (waiting_.empty() && flood_) {
    if (std::string piece = flood_(); !piece.empty())
      waiting_.push_back(std::move(piece));
    else
      flood_ = nullptr;
  }
  return !waiting_.empty();
}

// How many bytes may go now.
std::size_t Wire::allowance() const {
  const auto number = std::size_t(std::max(fault_.number, 0L));
  switch (fault_.kind) {
    case Kind::reset:
    case Kind::cut:
    case Kind::stall:
      return number - std::min(number, sent_);
    case Kind::drip:
      return std::max<std::size_t>(number * between_drops_ms / 1000, 1);
    default:
      return std::numeric_limits<std::size_t>::max();
  }
}

void Wire::flow() {
  while (!g_socket_is_closed(socket_.get()) && fill()) {
    std::string& text = waiting_.front();
    const std::size_t count = std::min(allowance(), text.size());
    if (count == 0)
      return stop();
    GError* raw = nullptr;
    const gssize sent = g_socket_send_with_blocking(socket_.get(), text.data(), count, FALSE, nullptr, &raw);
    const ErrorPtr error(raw);
    if (g_error_matches(error.get(), G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return flow_in(way_full_ms);
    if (sent < 0)
      return close(true);
    text.erase(0, std::size_t(sent));
    sent_ += std::size_t(sent);
    if (fault_.kind == Kind::drip)
      return flow_in(between_drops_ms);
  }
  if (over_ && !g_socket_is_closed(socket_.get()))
    stop();
}

// The way is looked at again and again: each fault ends it differently, and a timer serves them all.
void Wire::flow_in(unsigned milliseconds) {
  using Held = std::shared_ptr<Wire>;
  timed_ = true;
  g_timeout_add_full(
      G_PRIORITY_DEFAULT, milliseconds,
      [](gpointer data) noexcept -> gboolean {
        const Held self = *static_cast<Held*>(data);
        self->timed_ = false;
        self->flow();
        return G_SOURCE_REMOVE;
      },
      new Held(shared_from_this()), [](gpointer data) noexcept { delete static_cast<Held*>(data); });
}

// All that may go has gone.
void Wire::stop() {
  if (fault_.kind == Kind::stall && !is_left_alone())
    return flow_in(between_looks_ms);
  int unread = 0;
  const bool resets = fault_.kind == Kind::reset;
  if (resets && ioctl(g_socket_get_fd(socket_.get()), SIOCOUTQ, &unread) == 0 && unread > 0)
    return flow_in(way_full_ms);
  close(!resets);
}

// Closed without lingering, a socket says RST and not FIN.
void Wire::close(bool lingering) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  if (!lingering)
    setsockopt(g_socket_get_fd(socket_.get()), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_io_stream_close(connection_.get(), nullptr, nullptr);
  g_socket_close(socket_.get(), nullptr);
}

// Whether the other end has closed the connection.
bool Wire::is_left_alone() const {
  char ignored = 0;
  return recv(g_socket_get_fd(socket_.get()), &ignored, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

}  // namespace seedream::sandbox
