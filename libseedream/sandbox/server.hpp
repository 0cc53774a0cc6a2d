// sandbox/server.hpp - the HTTP side of the sandbox: one loopback port, every contract on it, a log.
#pragma once
#include <libsoup/soup.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "sandbox/contract.hpp"
#include "sandbox/studio.hpp"

namespace seedream::sandbox {

class Server {
 public:
  explicit Server(Options options);
  ~Server();
  // Listens; the value is the base URL. Fails for a port that is taken and for a log that cannot be written.
  Result<std::string> start();

 private:
  static void on_request(SoupServer* server, SoupServerMessage* message, const char* path, GHashTable* query,
                         gpointer data) noexcept;
  Reply answer(const Call& call);
  void deliver(SoupServerMessage* message, const Reply& reply);
  void write_log(SoupServerMessage* message, const Call& call, const Reply& reply);

  const Options options_;
  Faults faults_;
  Studio studio_;
  std::vector<std::unique_ptr<Contract>> contracts_;
  Ref<SoupServer> server_;
  std::FILE* log_ = nullptr;
};

}  // namespace seedream::sandbox
