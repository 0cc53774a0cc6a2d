// jobs/redaction.hpp - takes a key out of what others say, before anybody reads it or writes it down. Pure.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "providers/provider.hpp"

namespace seedream::jobs {

// Knows the key as it is, percent-encoded, and in base64 wherever in a text it stands there. A text may have
// been cut in the middle of it: its first dozen letters are enough.
class Redaction {
 public:
  explicit Redaction(const Secret& key);
  bool finds_any(std::string_view text) const;
  // With "…" in the place of each.
  std::string clean(std::string text) const;
  ErrorPtr clean(ErrorPtr error) const;
  // What names and errors a service may tell. An address with the key in it would carry the key elsewhere; it
  // is taken for none.
  Steps clean(Steps steps) const;

 private:
  struct Place {
    std::size_t at, size;
  };
  Place find(std::string_view text, std::size_t from) const;

  std::vector<Secret> forms_;
};

}  // namespace seedream::jobs
