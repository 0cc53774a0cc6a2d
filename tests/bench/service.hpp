// bench/service.hpp - the server of server.cpp, as a child of this process.
#pragma once
#include <gio/gio.h>

#include "bench/bench.hpp"

namespace bench {

// What the server saw of one request: microseconds of g_get_monotonic_time().
struct Passage {
  gint64 request_first = 0, request_last = 0, answer_first = 0, answer_last = 0;
  double body_bytes = 0;
};

class Service {
 public:
  // rate: bytes per second, or 0.
  Service(const std::string& program, const std::string& picture, double rate = 0);
  const std::string& url() const { return url_; }
  guint16 port() const;
  // Waits for what the server tells of the next request.
  Passage next();
  // The picture that stood as base64 in the last request. Call next() for that one first.
  Bytes last_picture();

 private:
  std::string read_line();

  Ref<GSubprocess> process_;
  Ref<GDataInputStream> lines_;
  std::string url_;
};

// A connection on which bytes go without any library between.
class Wire {
 public:
  explicit Wire(guint16 port);
  ~Wire();
  Wire(const Wire&) = delete;
  void send(std::string_view data);
  // Reads a whole answer and returns its body's size. kept: where the body goes.
  std::size_t receive(std::vector<char>* kept);

 private:
  std::size_t read_some(char* to, std::size_t room);
  int socket_;
};

}  // namespace bench
