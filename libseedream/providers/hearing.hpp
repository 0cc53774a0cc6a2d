// providers/hearing.hpp - what all services' answers have in common: pictures in several writings, prices,
// events of a stream, and an end.
#pragma once
#include "providers/faults.hpp"
#include "wire/json.hpp"

namespace seedream {

class Hearing {
 public:
  explicit Hearing(const Provider& provider) : provider_(provider) {}

  bool ended() const { return ended_; }
  unsigned pictures() const { return pictures_; }  // that were sent, whole or not

  // What an event says. Nothing: all is said, or nobody can read this one, and others may follow all the
  // same.
  std::optional<wire::JsonDocument> read_event(std::string_view data, Steps& steps);

  // An address, the name of a picture that was caught among it, or a data URL; empty: no picture.
  void take_address(std::string_view url, Steps& steps);
  // What stands at "url", or else at "b64_json": in base64, as a data URL, or caught.
  void take_picture(wire::Json place, Steps& steps);
  static void take_cost(std::optional<double> usd, Steps& steps);

  // The end, told once: there will be nothing more, that was all, or the stream breaks off.
  void fail(Failed failed, Steps& steps);
  void finish(Steps& steps);
  void cut(Steps& steps);

 private:
  void take_bytes(Result<Bytes> bytes, Steps& steps);

  const Provider& provider_;
  unsigned pictures_ = 0;
  bool ended_ = false;
};

}  // namespace seedream
