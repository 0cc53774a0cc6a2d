// sandbox/contract.hpp - one service's HTTP contract, as the sandbox's server sees it.
#pragma once
#include "base/http.hpp"
#include "sandbox/faults.hpp"
#include "sandbox/options.hpp"

namespace seedream::sandbox {

struct Call {
  std::string method;
  std::string path;
  std::string key;  // the bearer's; empty if there is none
  std::string body;
};

struct Reply {
  unsigned status = 200;
  std::string media_type = "application/json";
  Bytes body;
  Headers headers;
  bool cut = false;       // close the connection instead of answering
  bool download = false;  // a picture, not an API answer: comes without the API's latency
};

class Contract {
 public:
  virtual ~Contract() = default;
  // Nothing: the path is not one of this contract.
  virtual std::optional<Reply> answer(const Call& call) noexcept = 0;
};

}  // namespace seedream::sandbox
