// sandbox/downloads.hpp - finished pictures at addresses of their own, for the contracts that answer with
// URLs.
#pragma once
#include <map>

#include "sandbox/contract.hpp"
#include "sandbox/faults.hpp"

namespace seedream::sandbox {

class Downloads final : public Contract {
 public:
  // root: the sandbox's own base URL.
  Downloads(std::string root, Faults& faults) : root_(std::move(root)), faults_(faults) {}
  // Returns the picture's address. No key is asked for there.
  std::string add(const std::string& order, std::size_t index, const Bytes& picture);
  // Whether a path is one of theirs.
  static bool keeps(const std::string& path);
  bool answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept override;

 private:
  Reply reply(const Call& call);

  const std::string root_;
  Faults& faults_;
  std::map<std::string, Bytes> pictures_;  // by path
};

}  // namespace seedream::sandbox
