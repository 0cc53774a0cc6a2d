// sandbox/contract.hpp - one service's HTTP contract, as the sandbox's server sees it.
#pragma once
#include <functional>
#include <memory>

#include "base/http.hpp"
#include "wire/json.hpp"

namespace seedream::sandbox {

struct Call {
  std::string method;
  std::string path;   // decoded
  std::string query;  // as it came, without the ?
  std::string key;    // the bearer's; empty if there is none
  Headers headers;    // the others, as they came
  std::string body;
};

// What is too long to be held: called for each next piece, until it is empty.
using Flood = std::function<std::string()>;

struct Reply {
  unsigned status = 200;
  std::string media_type = "application/json";
  Bytes body;
  Headers headers;
  bool download = false;  // a picture, not an API answer: comes without the API's latency
  Flood flood = nullptr;  // what comes behind the body; the answer's length is not told then
};

inline Reply json_reply(unsigned status, wire::JsonWriter& json) {
  return {.status = status, .body = Bytes::of(json.finish())};
}

// An order that was taken. Unless a fault spoils it, so many pictures are drawn and charged, whoever waits
// for them.
struct Ordered {
  std::string prompt;
  unsigned pictures = 0;
};

// What a piece of a stream is: some faults strike at the pictures.
enum class Piece { other, picture };

// The answer to one call: whole or as a stream of events, now or later, once. The client may be gone by then.
// Dropped without a word, it leaves the client waiting for ever.
class Answer {
 public:
  virtual ~Answer() = default;
  // For the log; before anything else.
  virtual void note(Ordered ordered) = 0;
  virtual void finish(Reply reply) = 0;
  // 200, text/event-stream unless the headers say otherwise; they go out at once.
  virtual void begin_stream(Headers headers = {}) = 0;
  // Text as it goes over the wire: whole lines, with LF.
  virtual void write(std::string text, Piece piece = Piece::other) = 0;
  virtual void end() = 0;
  // Closes the connection after what was written so far, if anything was.
  virtual void cut() = 0;
};

class Contract {
 public:
  virtual ~Contract() = default;
  // False: the path is not one of this contract.
  virtual bool answer(const Call& call, const std::shared_ptr<Answer>& answer) noexcept = 0;
};

}  // namespace seedream::sandbox
