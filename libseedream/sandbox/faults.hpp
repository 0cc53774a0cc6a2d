// sandbox/faults.hpp - what can be made to go wrong, by name.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace seedream::sandbox {

// Which calls a fault strikes at.
enum class Leg { create, poll, picture };

struct Fault {
  const char* name;
  const char* sentence;
  enum class Value { none, number, text } value = Value::none;
  const char* usual = "";  // the value where none is given
  bool anywhere = false;   // polls and pictures can be told to suffer it, too
};

std::span<const Fault> all_faults();
// NAME[=VALUE][@WHERE][:COUNT], where WHERE is create, poll or picture.
bool is_fault(const std::string& option);

class Faults {
 public:
  explicit Faults(const std::vector<std::string>& options);
  // Whether this fault strikes now; it is used up by that.
  bool strikes(const char* name, Leg leg = Leg::create) { return strike(name, leg).has_value(); }
  // Likewise, with the fault's value.
  std::optional<std::string> strike(const char* name, Leg leg = Leg::create);
  // How often a fault would still strike; nothing: always.
  std::optional<unsigned> left(const char* name) const;

 private:
  struct Order {
    const Fault* fault;
    std::string value;
    Leg leg;
    unsigned left;
  };
  static std::optional<Order> read(const std::string& option);
  friend bool is_fault(const std::string& option);

  std::vector<Order> orders_;
};

// The number of a fault whose value is one.
long number_of(const std::string& value);

}  // namespace seedream::sandbox
