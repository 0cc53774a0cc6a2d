// net/local-service.hpp - a program that serves on loopback for as long as somebody holds it.
#pragma once
#include <string>

#include "base/result.hpp"

namespace seedream::net {

class LocalService {
 public:
  // Starts the program and waits for its first line, which is its base URL. A program of ours prints it
  // within milliseconds; still, call this from a worker.
  static Result<LocalService> start(const std::string& program) noexcept;
  LocalService(LocalService&&) noexcept = default;
  LocalService& operator=(LocalService&&) noexcept = default;
  ~LocalService();
  const std::string& base_url() const { return base_url_; }

 private:
  LocalService() = default;
  Ref<GSubprocess>
      process_;  // ends when its standard input ends: even if we are killed, it does not stay behind
  std::string base_url_;
};

}  // namespace seedream::net
