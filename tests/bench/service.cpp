// bench/service.cpp - the server of server.cpp, as a child of this process.
#include "bench/service.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

namespace bench {
namespace {

double number_in(const std::string& line, const char* name) {
  const auto at = line.find(std::string("\"") + name + "\":");
  check(at != std::string::npos, "the server says something odd");
  return g_ascii_strtod(line.c_str() + line.find(':', at) + 1, nullptr);
}

}  // namespace

Service::Service(const std::string& program, const std::string& picture, double rate) {
  const std::string speed = std::to_string(rate);
  GError* error = nullptr;
  process_ = Ref<GSubprocess>::adopt(g_subprocess_new(
      static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE), &error,
      program.c_str(), "--picture", picture.c_str(), "--rate", speed.c_str(), nullptr));
  if (!process_)
    give_up(error->message);
  lines_ =
      Ref<GDataInputStream>::adopt(g_data_input_stream_new(g_subprocess_get_stdout_pipe(process_.get())));
  url_ = read_line();
}

std::string Service::read_line() {
  const CharPtr line(g_data_input_stream_read_line(lines_.get(), nullptr, nullptr, nullptr));
  check(line != nullptr, "the server has ended");
  return line.get();
}

guint16 Service::port() const {
  return guint16(g_ascii_strtoull(url_.c_str() + url_.rfind(':') + 1, nullptr, 10));
}

Passage Service::next() {
  const std::string line = read_line();
  const auto time = [&](const char* name) { return gint64(number_in(line, name)); };
  return {time("request_first"), time("request_last"), time("answer_first"), time("answer_last"),
          number_in(line, "body_bytes")};
}

Bytes Service::last_picture() {
  Wire wire(port());
  wire.send("GET /last HTTP/1.1\r\n\r\n");
  std::vector<char> body;
  wire.receive(&body);
  next();
  const std::string_view text(body.data(), body.size());
  const std::string_view sign = ";base64,";
  const auto start = text.find(sign), end = text.find('"', start);
  check(start != std::string_view::npos && end != std::string_view::npos, "no picture was sent");
  const std::string base64(text.substr(start + sign.size(), end - start - sign.size()));
  gsize size = 0;
  guchar* bytes = g_base64_decode(base64.c_str(), &size);
  return Bytes::adopt(g_bytes_new_take(bytes, size));
}

Wire::Wire(guint16 port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  check(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
        "the server is not there");
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Wire::~Wire() {
  close(socket_);
}

void Wire::send(std::string_view data) {
  while (!data.empty()) {
    const ssize_t sent = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
    check(sent > 0, "the server does not listen");
    data.remove_prefix(std::size_t(sent));
  }
}

std::size_t Wire::read_some(char* to, std::size_t room) {
  const ssize_t got = recv(socket_, to, room, 0);
  check(got > 0, "the server falls silent");
  return std::size_t(got);
}

std::size_t Wire::receive(std::vector<char>* kept) {
  std::vector<char> room(256 << 10);
  const std::string_view gap = "\r\n\r\n", length = "Content-Length: ";
  std::size_t held = 0, head = std::string_view::npos;
  while (head == std::string_view::npos) {
    held += read_some(room.data() + held, room.size() - held);
    head = std::string_view(room.data(), held).find(gap);
  }
  const std::string text(room.data(), head);
  const std::size_t size =
      std::size_t(g_ascii_strtoull(text.c_str() + text.find(length) + length.size(), nullptr, 10));
  std::size_t come = held - head - gap.size();
  if (kept) {
    kept->assign(room.data() + head + gap.size(), room.data() + held);
    kept->resize(size);
  }
  while (come < size)
    come += kept ? read_some(kept->data() + come, size - come)
                 : read_some(room.data(), std::min(room.size(), size - come));
  return size;
}

}  // namespace bench
