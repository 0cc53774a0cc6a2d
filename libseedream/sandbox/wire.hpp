// sandbox/wire.hpp - writes an answer to its connection byte by byte, and goes wrong on the way: what
// libsoup's server is too good to do.
#pragma once
#include <libsoup/soup.h>

#include <deque>
#include <memory>

#include "sandbox/contract.hpp"
#include "sandbox/faults.hpp"

namespace seedream::sandbox {

struct WireFault {
  enum class Kind { none, reset, cut, stall, drip, wrong_length, repeat };
  Kind kind = Kind::none;
  long number = 0;  // what it is depends on the kind; see the faults
};

// Nothing: no fault strikes at such an answer.
std::optional<WireFault> strike_wire(Leg leg, Faults& faults);

class Wire : public std::enable_shared_from_this<Wire> {
 public:
  // Takes the message's connection away from libsoup; nothing: the client is gone.
  static std::shared_ptr<Wire> take(SoupServerMessage* message, WireFault fault);

  void answer(const Reply& reply);
  void begin_stream(const Headers& headers);
  void write_event(const std::string& text);
  void end_stream();
  // Ends the connection after what was written.
  void cut();

 private:
  Wire(Ref<GSocket> socket, Ref<GIOStream> connection, WireFault fault)
      : socket_(std::move(socket)), connection_(std::move(connection)), fault_(fault) {}
  void write(std::string text);
  bool fill();
  std::size_t allowance() const;
  void flow();
  void flow_in(unsigned milliseconds);
  void stop();
  void close(bool lingering);
  bool is_left_alone() const;

  const Ref<GSocket> socket_;
  const Ref<GIOStream> connection_;  // libsoup's, around the socket
  const WireFault fault_;
  std::deque<std::string> waiting_;
  Flood flood_;
  std::size_t sent_ = 0;  // bytes
  bool over_ = false;     // nothing more will be written
  bool timed_ = false;    // a timer is to call flow()
};

}  // namespace seedream::sandbox
