// sandbox/server.hpp - the HTTP side of the sandbox: one loopback port, every contract on it, a log.
#pragma once
#include <libsoup/soup.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "base/timer.hpp"
#include "sandbox/contract.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/studio.hpp"

namespace seedream::sandbox {

class Server {
 public:
  explicit Server(Options options);
  ~Server();
  // Listens; the value is the base URL. Fails for a port that is taken and for a log that cannot be written.
  Result<std::string> start();

 private:
  struct Heard {  // what the log says of a call
    std::string method, path, query;
    std::size_t bytes;
    bool with_key;
  };
  static void on_request(SoupServer* server, SoupServerMessage* message, const char* path, GHashTable* query,
                         gpointer data) noexcept;
  Result<Done> listen_in_time();
  Result<Done> listen();
  void dispatch(const Call& call, const std::shared_ptr<Answer>& answer);
  void write_log(const Heard& heard, unsigned status, const Ordered& ordered);

  const Options options_;
  Faults faults_;
  Studio studio_;
  std::vector<std::unique_ptr<Contract>> contracts_;
  Ref<SoupServer> server_;
  Ref<GSocket> socket_;
  Timer silence_;  // after which it listens
  std::FILE* log_ = nullptr;
};

}  // namespace seedream::sandbox
