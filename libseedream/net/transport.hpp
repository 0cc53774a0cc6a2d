// net/transport.hpp - sends HTTP calls and brings the answers, on the thread-default main context. The only
// room that knows libsoup. It repeats nothing, follows no redirect and believes no length: what to make of an
// answer is the caller's. What it may connect to is held against each address that a name leads to; where a
// proxy is set up, the proxy looks names up, and its own address is its user's word.
#pragma once
#include <libsoup/soup.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>

#include "base/http.hpp"
#include "base/result.hpp"

namespace seedream::net {

// What a call reports. Exactly one of answered and failed is called, last.
struct Listener {
  std::function<void(guint64 sent, guint64 total)> uploaded;  // bytes of the body; total is never 0
  std::function<void(guint64 received, guint64 total)>
      downloaded;  // total is 0 where the server does not tell
  // A success comes in pieces if this is set: first the head, then the body bit by bit.
  std::function<void(HttpAnswer head)> began;
  std::function<void(Bytes piece)> piece;
  std::function<void(HttpAnswer)> answered;
  std::function<void(HttpFailure)> failed;
};

// How long each step may take.
struct Patience {
  std::chrono::milliseconds connect{30'000};      // until the request is on its way: name, connection, TLS
  std::chrono::milliseconds first_byte{900'000};  // synchronous services draw for minutes in silence
  std::chrono::milliseconds idle{60'000};         // between two pieces, either way
};

// A call under way. Dropping it silences the listener at once and closes the connection.
class Flight {
 public:
  Flight() = default;
  Flight(Flight&&) noexcept = default;
  Flight& operator=(Flight&& o) noexcept {
    drop();
    state_ = std::move(o.state_);
    return *this;
  }
  ~Flight() { drop(); }

  // Nothing more of the answer is read until go_on(). A server that writes meanwhile finds its way full, and
  // no step takes too long.
  void hold();
  void go_on();

  struct State;

 private:
  friend class Transport;
  void drop();
  std::shared_ptr<State> state_;
};

class Transport {
 public:
  explicit Transport(Patience patience = {});
  Flight send(const HttpCall& call, std::size_t max_body_bytes, Listener listener);

 private:
  SoupSession* session_for(Reach reach);

  const Patience patience_;
  std::map<Reach, Ref<SoupSession>>
      sessions_;  // so that no call comes by a connection that another might have
};

}  // namespace seedream::net
