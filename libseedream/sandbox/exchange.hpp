// sandbox/exchange.hpp - an Answer over libsoup.
#pragma once
#include <libsoup/soup.h>

#include <functional>

#include "sandbox/wire.hpp"

namespace seedream::sandbox {

class Exchange final : public Answer, public std::enable_shared_from_this<Exchange> {
 public:
  // Called once, when it is known how the call is answered. 0: not at all.
  using Report = std::function<void(unsigned status, const Ordered& ordered)>;

  // What happens to a successful answer on its way; asked once.
  using Accident = std::function<std::optional<WireFault>()>;

  // Call it in the server's handler: from then on nothing goes out by itself.
  Exchange(SoupServerMessage* message, unsigned latency_ms, Accident accident, Report report);
  ~Exchange() override;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void note(Ordered ordered) override { ordered_ = std::move(ordered); }
  void finish(Reply reply) override;
  void begin_stream(Headers headers) override;
  void write(std::string text, Piece piece) override;
  void end() override;
  void cut() override;

 private:
  enum class End { open, ended, cut };
  void report(unsigned status);
  void later(unsigned milliseconds, std::function<void()> action);
  void flow();
  void flow_over_wire();
  void on_written();
  void close_if_due();
  void close();

  Ref<SoupServerMessage> message_;
  const unsigned latency_ms_;
  const Accident accident_;
  Report report_;
  Ordered ordered_;
  std::shared_ptr<Exchange> streaming_;  // itself, for as long as something may have to go out
  bool flowing_ = false;                 // the stream's headers are set
  bool gone_ = false;                    // the connection
  End end_ = End::open;
  std::string waiting_;             // for the stream to flow
  unsigned unwritten_ = 0;          // the headers and chunks that libsoup holds
  std::optional<WireFault> fault_;  // of a stream
  std::shared_ptr<Wire> wire_;      // what writes in libsoup's place
};

}  // namespace seedream::sandbox
