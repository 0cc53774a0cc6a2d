// base/http.hpp - an HTTP call and its answer as values: providers/ writes them, net/ carries them.
#pragma once
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/body.hpp"
#include "base/glib-ptr.hpp"
#include "base/secret.hpp"

namespace seedream {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Which addresses a call may be connected to, whatever the name in its URL leads to today.
enum class Reach {
  anywhere,      // where a user says that a service is
  public_only,   // where others lead us: never into the user's own network
  this_machine,  // and past every proxy
};

struct HttpCall {
  std::string method = "GET";
  std::string url;  // absolute
  Reach reach = Reach::anywhere;
  Headers headers;
  Secret bearer;          // the key that goes along; empty: none
  Body body;              // none: no body
  std::string body_type;  // its media type
};

struct HttpAnswer {
  unsigned status = 0;
  std::string media_type;  // lower case, without parameters; empty if the server named none
  std::optional<std::chrono::seconds> retry_after;  // from now
  Headers headers;                                  // as they came, names in lower case
  Bytes body;                                       // none where it was handed on in pieces

  std::string_view text() const { return text_of(body); }
  // Empty: there is no such header. The name is in lower case.
  std::string header(std::string_view name) const {
    for (const auto& [each, value] : headers)
      if (each == name)
        return value;
    return {};
  }
  bool succeeded() const { return status >= 200 && status < 300; }
};

// A call that got no answer.
struct HttpFailure {
  ErrorPtr error;
  bool never_sent = false;  // the server cannot have seen the call: no connection, no name, no TLS
  bool hopeless = false;    // who answers there is not to be trusted, and will not be a moment later
};

}  // namespace seedream
