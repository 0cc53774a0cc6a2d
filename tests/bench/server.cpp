// bench/server.cpp - the service that the benchmarks talk to: a process of its own, on raw sockets, so that
// it is never the measure.
//
//   bench-server --picture FILE [--rate BYTES_PER_SECOND] [--delay MILLISECONDS]
//
// The first line of stdout is the base URL, on loopback. It lives until its stdin ends. FILE is a PNG, JPEG
// or WebP, and what everyone is answered with:
//
//   POST /api/v1/chat/completions   OpenRouter; a stream of events where the request says "stream": true
//   POST /v1/image/<model>/<kind>   ImaRouter: takes the job
//   GET  /v1/jobs/<id>              ImaRouter: the job is done, its picture is at /picture
//   GET  /picture                   the file itself
//   GET  /last                      the body of the last POST, so that what was sent can be looked at
//
// --rate throttles /picture and the chat's answers; --delay is how long a POST waits before it is answered.
//
// After each answer one line of JSON goes to stdout. Times are microseconds of CLOCK_MONOTONIC, which is
// g_get_monotonic_time(): when the first and the last byte of the request had come, when the first byte of
// the answer was about to be sent and when the last one had been sent.
//   {"n":1,"method":"POST","path":"/v1/...","request_first":1,"request_last":2,"answer_first":3,"answer_last":4,
//    "body_bytes":5,"answer_bytes":6}
#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t chunk_bytes = 1 << 20, max_head_bytes = 64 << 10, max_body_bytes = 1 << 30;

// What has been received. Unlike a string's, its room is not cleared first, and it is used again.
struct Room {
  std::unique_ptr<char, decltype(&std::free)> data{nullptr, std::free};
  std::size_t capacity = 0, used = 0;

  void reserve(std::size_t wanted) {
    if (wanted <= capacity)
      return;
    capacity = std::max(wanted, capacity * 2);
    data.reset(static_cast<char*>(std::realloc(data.release(), capacity)));
  }
  std::string_view text() const { return {data.get(), used}; }
};

std::mutex mutex;  // guards what stands here
std::vector<std::shared_ptr<Room>> spare_rooms;
std::shared_ptr<Room> last_body;

std::string base_url, json_answer, stream_answer, picture, media_type;
double rate = 0;
unsigned delay_ms = 0;
std::atomic<unsigned> requests{0}, jobs{0};

// Faulting pages in takes longer than filling them.
std::shared_ptr<Room> take_room() {
  const std::lock_guard lock(mutex);
  if (spare_rooms.empty())
    return std::make_shared<Room>();
  auto room = std::move(spare_rooms.back());
  spare_rooms.pop_back();
  return room;
}

void keep_as_last(std::shared_ptr<Room> room) {
  const std::lock_guard lock(mutex);
  last_body.swap(room);
  if (room && room.use_count() == 1)
    spare_rooms.push_back(std::move(room));
}

struct Request {
  std::string method, path;
  gint64 first = 0, last = 0;
  std::shared_ptr<Room> body;
  bool streams = false;
};

class Line {
 public:
  explicit Line(int socket) : socket_(socket) {
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    head_.resize(max_head_bytes);
  }
  ~Line() { close(socket_); }
  Line(const Line&) = delete;

  void serve() {
    Request request;
    while (receive(&request))
      if (!answer(request))
        return;
  }

 private:
  ssize_t more(char* to, std::size_t room) {
    ssize_t got = 0;
    do
      got = recv(socket_, to, room, 0);
    while (got < 0 && errno == EINTR);
    return got;
  }

  // How long the head is; 0: there is none.
  std::size_t receive_head(Request* request) {
    const std::string_view gap = "\r\n\r\n";
    while (true) {
      const auto end = std::string_view(head_.data(), held_).find(gap);
      if (end != std::string_view::npos)
        return end + gap.size();
      const ssize_t got = held_ < head_.size() ? more(head_.data() + held_, head_.size() - held_) : 0;
      if (got <= 0)
        return 0;
      if (held_ == 0)
        request->first = g_get_monotonic_time();
      held_ += std::size_t(got);
    }
  }

  bool receive(Request* request) {
    *request = {};
    request->first = g_get_monotonic_time();  // where it has come with the one before
    const std::size_t head_bytes = receive_head(request);
    if (head_bytes == 0)
      return false;
    const std::string head(head_.data(), head_bytes);
    request->method = head.substr(0, head.find(' '));
    const auto path = head.find(' ') + 1;
    request->path = head.substr(path, head.find(' ', path) - path);
    held_ -= head_bytes;
    std::memmove(head_.data(), head_.data() + head_bytes, held_);
    if (!receive_body(request, head))
      return false;
    request->last = g_get_monotonic_time();
    look_into(request);
    return true;
  }

  static std::string field(const std::string& head, const char* name) {
    const std::string lower = [&] {
      std::string text = head;
      std::transform(text.begin(), text.end(), text.begin(), g_ascii_tolower);
      return text;
    }();
    const auto at = lower.find("\r\n" + std::string(name) + ":");
    if (at == std::string::npos)
      return {};
    const auto start = lower.find_first_not_of(' ', lower.find(':', at) + 1);
    return lower.substr(start, lower.find('\r', start) - start);
  }

  bool receive_body(Request* request, const std::string& head) {
    const std::string length = field(head, "content-length");
    const bool chunked = field(head, "transfer-encoding") == "chunked";
    const std::size_t bytes = std::size_t(g_ascii_strtoull(length.c_str(), nullptr, 10));
    if ((bytes == 0 && !chunked) || bytes > max_body_bytes)
      return bytes == 0;
    if (field(head, "expect") == "100-continue" && !send_all("HTTP/1.1 100 Continue\r\n\r\n"))
      return false;
    request->body = take_room();
    request->body->used = 0;
    return chunked ? receive_chunks(request->body.get()) : receive_into(request->body.get(), bytes);
  }

  // What has been received with the head comes first.
  bool receive_into(Room* room, std::size_t bytes) {
    room->reserve(room->used + bytes);
    const std::size_t end = room->used + bytes, here = std::min(bytes, held_);
    std::memcpy(room->data.get() + room->used, head_.data(), here);
    room->used += here;
    held_ -= here;
    std::memmove(head_.data(), head_.data() + here, held_);
    while (room->used < end) {
      const ssize_t got = more(room->data.get() + room->used, std::min(chunk_bytes, end - room->used));
      if (got <= 0)
        return false;
      room->used += std::size_t(got);
    }
    return true;
  }

  bool receive_line(std::string* line) {
    while (true) {
      const std::string_view held(head_.data(), held_);
      const auto end = held.find("\r\n");
      if (end != std::string_view::npos) {
        line->assign(held.substr(0, end));
        held_ -= end + 2;
        std::memmove(head_.data(), head_.data() + end + 2, held_);
        return true;
      }
      const ssize_t got = more(head_.data() + held_, head_.size() - held_);
      if (got <= 0)
        return false;
      held_ += std::size_t(got);
    }
  }

  bool receive_chunks(Room* room) {
    std::string line;
    while (receive_line(&line)) {
      const std::size_t bytes = std::size_t(g_ascii_strtoull(line.c_str(), nullptr, 16));
      if (bytes > max_body_bytes || !(bytes == 0 || receive_into(room, bytes)) || !receive_line(&line))
        return false;
      if (bytes == 0)
        return true;
    }
    return false;
  }

  // Pictures stand between: what is asked for is said at either end.
  static void look_into(Request* request) {
    if (!request->body)
      return;
    const std::string_view body = request->body->text();
    const std::size_t size = std::min<std::size_t>(body.size(), 8192);
    for (const std::string_view part : {body.substr(0, size), body.substr(body.size() - size)})
      for (const char* sign : {"\"stream\":true", "\"stream\": true", "\"stream\" : true"})
        request->streams = request->streams || part.find(sign) != std::string_view::npos;
  }

  bool send_all(std::string_view data) {
    while (!data.empty()) {
      const ssize_t sent = send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR)
        continue;
      if (sent <= 0)
        return false;
      data.remove_prefix(std::size_t(sent));
    }
    return true;
  }

  // A millisecond's worth at a time, each when it is due.
  bool send_slowly(std::string_view data) {
    const std::size_t step = std::max<std::size_t>(1, std::size_t(rate / 1000));
    const gint64 start = g_get_monotonic_time();
    for (std::size_t done = 0; done < data.size(); done += step) {
      const gint64 wait = start + gint64(double(done) * 1e6 / rate) - g_get_monotonic_time();
      if (wait > 0)
        g_usleep(gulong(wait));
      if (!send_all(data.substr(done, step)))
        return false;
    }
    return true;
  }

  struct Answer {
    std::string_view body;
    const char* type = "application/json";
    bool throttled = false, chunked = false;
    int status = 200;
  };

  bool answer(const Request& request) {
    std::string text;
    std::shared_ptr<Room> last;
    const Answer answer = choose(request, &text, &last);
    if (request.method == "POST" && delay_ms > 0)
      g_usleep(delay_ms * 1000ul);
    std::string head = std::string("HTTP/1.1 ") + (answer.status == 200 ? "200 OK" : "404 Not Found") +
                       "\r\nContent-Type: " + answer.type;
    head += answer.chunked ? "\r\nTransfer-Encoding: chunked\r\n\r\n"
                           : "\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n";
    const gint64 first = g_get_monotonic_time();
    const bool slow = answer.throttled && rate > 0;
    const bool sent = send_all(head) && (slow ? send_slowly(answer.body) : send_all(answer.body));
    tell(request, first, g_get_monotonic_time(), answer.body.size());
    if (request.body)
      keep_as_last(request.body);
    return sent;
  }

  static Answer choose(const Request& request, std::string* text, std::shared_ptr<Room>* last) {
    const std::string_view path = request.path;
    const bool posted = request.method == "POST";
    if (posted && path == "/api/v1/chat/completions")
      return request.streams ? Answer{stream_answer, "text/event-stream", true, true}
                             : Answer{json_answer, "application/json", true};
    if (posted && path.starts_with("/v1/image/")) {
      *text = "{\"id\":\"j" + std::to_string(++jobs) + "\",\"status\":\"queued\"}";
      return {*text};
    }
    if (path.starts_with("/v1/jobs/")) {
      *text = "{\"id\":\"" + std::string(path.substr(9)) +
              "\",\"status\":\"completed\",\"output\":[{\"url\":\"" + base_url + "/picture\"}]}";
      return {*text};
    }
    if (path == "/picture")
      return {picture, media_type.c_str(), true};
    if (path == "/last") {
      const std::lock_guard lock(mutex);
      *last = last_body;
      return {*last ? (*last)->text() : std::string_view()};
    }
    return {.body = "{\"error\":{\"message\":\"there is nothing\"}}", .status = 404};
  }

  static void tell(const Request& request, gint64 first, gint64 last, std::size_t answer_bytes) {
    char line[2048];
    const int length =
        std::snprintf(line, sizeof line,
                      "{\"n\":%u,\"method\":\"%.16s\",\"path\":\"%.512s\",\"request_first\":%" G_GINT64_FORMAT
                      ",\"request_last\":%" G_GINT64_FORMAT ",\"answer_first\":%" G_GINT64_FORMAT
                      ",\"answer_last\":%" G_GINT64_FORMAT ",\"body_bytes\":%zu,\"answer_bytes\":%zu}\n",
                      ++requests, request.method.c_str(), request.path.c_str(), request.first, request.last,
                      first, last, request.body ? request.body->used : 0, answer_bytes);
    if (write(STDOUT_FILENO, line, std::size_t(length)) < 0)
      std::exit(1);
  }

  int socket_;
  std::string head_;      // what has come and is not understood yet
  std::size_t held_ = 0;  // bytes of it
};

// A chunk each, as a proxy cuts a stream that it passes on.
std::string in_chunks(std::string_view text) {
  constexpr std::size_t most = 64 << 10;
  std::string chunks;
  chunks.reserve(text.size() + text.size() / most * 16 + 64);
  for (; !text.empty(); text.remove_prefix(std::min(most, text.size()))) {
    const std::string_view piece = text.substr(0, most);
    char head[32];
    std::snprintf(head, sizeof head, "%zx\r\n", piece.size());
    chunks.append(head).append(piece).append("\r\n");
  }
  return chunks + "0\r\n\r\n";
}

void write_answers() {
  gchar* base64 = g_base64_encode(reinterpret_cast<const guchar*>(picture.data()), picture.size());
  const std::string images =
      "\"images\":[{\"type\":\"image_url\",\"index\":0,\"image_url\":{\"url\":\"data:" + media_type +
      ";base64," + base64 + "\"}}]";
  g_free(base64);
  const std::string chunk =
      "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{";
  json_answer =
      "{\"id\":\"gen-1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\","
      "\"message\":{\"role\":\"assistant\",\"content\":\"\"," +
      images + "}}],\"usage\":{\"total_tokens\":4175,\"cost\":0.04}}";
  stream_answer = in_chunks(
      ": OPENROUTER PROCESSING\n\n" + chunk + "\"role\":\"assistant\",\"content\":\"\"," + images +
      "},\"finish_reason\":null}]}\n\n" + chunk + "\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\n" +
      "data: "
      "{\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"total_tokens\":"
      "4175,\"cost\":0.04}}\n\ndata: [DONE]\n\n");
}

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "bench-server: %s\n", why);
  std::exit(1);
}

void read_picture(const char* path) {
  gchar* data = nullptr;
  gsize size = 0;
  GError* error = nullptr;
  if (!g_file_get_contents(path, &data, &size, &error))
    give_up(error->message);
  picture.assign(data, size);
  g_free(data);
  media_type = picture.starts_with("\xff\xd8") ? "image/jpeg"
               : picture.starts_with("RIFF")   ? "image/webp"
                                               : "image/png";
}

int listen_on_loopback() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, plain, length) != 0 || listen(listener, 256) != 0 ||
      getsockname(listener, plain, &length) != 0)
    give_up("there is no socket on loopback");
  base_url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  return listener;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--picture")
      read_picture(argv[i + 1]);
    else if (name == "--rate")
      rate = g_ascii_strtod(argv[i + 1], nullptr);
    else if (name == "--delay")
      delay_ms = unsigned(g_ascii_strtoull(argv[i + 1], nullptr, 10));
    else
      give_up("the options are --picture, --rate and --delay");
  }
  if (picture.empty())
    give_up("--picture FILE is wanted");
  write_answers();
  const int listener = listen_on_loopback();
  std::thread([listener] {
    while (true)
      if (const int socket = accept(listener, nullptr, nullptr); socket >= 0)
        std::thread([socket] { Line(socket).serve(); }).detach();
  }).detach();
  std::printf("%s\n", base_url.c_str());
  std::fflush(stdout);
  char nothing[64];
  while (read(STDIN_FILENO, nothing, sizeof nothing) > 0) {
  }
  _exit(0);  // whoever is being answered does not matter any more
}
