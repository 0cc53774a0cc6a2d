// jobs/query.hpp - asks a service something that costs nothing. It runs in the thread-default main context.
#pragma once
#include <functional>

#include "base/timer.hpp"
#include "jobs/repeat.hpp"
#include "net/transport.hpp"
#include "providers/provider.hpp"

namespace seedream::jobs {

class Query {
 public:
  // done: the last thing that is called.
  Query(std::string base_url, Secret api_key, ServiceCall call,
        std::function<void(Result<HttpAnswer>)> done);
  void start();

 private:
  bool repeat(Attempt attempt);
  void end(Result<HttpAnswer> answer);

  const std::string base_url_;
  const Secret api_key_;
  const ServiceCall call_;
  std::function<void(Result<HttpAnswer>)> done_;
  net::Transport transport_;
  unsigned repeats_ = 0;
  net::Flight flight_;
  Timer timer_;
};

// A call to the service itself: the key goes to the base URL and nowhere else.
HttpCall addressed(const ServiceCall& call, const std::string& base_url, const Secret& api_key);

}  // namespace seedream::jobs
