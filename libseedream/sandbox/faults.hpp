// sandbox/faults.hpp - what can be made to go wrong, by name.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

namespace seedream::sandbox {

struct Fault {
  const char* name;
  const char* sentence;
};

std::span<const Fault> all_faults();
bool is_fault(const std::string& option);  // "NAME" or "NAME:COUNT"

class Faults {
 public:
  explicit Faults(const std::vector<std::string>& options);
  // Whether this fault strikes now; it is used up by that.
  bool strikes(const char* name);

 private:
  std::map<std::string, unsigned> left_;
};

}  // namespace seedream::sandbox
