// wire/sieve.hpp - cuts pictures out of JSON text while it passes. No I/O.
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/base64.hpp"

namespace seedream::wire {

// Whether what stands where a picture should be is the name of one that a sieve has caught.
bool is_caught(std::string_view url);

// Lets JSON text pass, but not the pictures in it: a string that is a data URL in base64, or the value of
// "b64_json", gives way to a short name, and its bytes go elsewhere as they come. Works on event streams too,
// whose data is JSON. Text that is no JSON passes as well as it can. How much comes is the caller's to limit.
class Sieve {
 public:
  // Called from feed() and end(), in order. All are set.
  struct Sink {
    std::function<void(unsigned number)> begins;         // 0, 1, …
    std::function<void(std::span<const guint8>)> bytes;  // of the picture that began last; borrowed
    std::function<void(bool whole)> ends;                // false: its base64 is cut or damaged
  };

  explicit Sieve(Sink sink);
  // What remains of the text so far.
  std::string feed(std::string_view piece);
  // The text is over; what is left of it.
  std::string end();

  // What stands in a picture's place: an address that nobody else knows.
  std::string name_of(unsigned number) const;

 private:
  enum class At { between, string, head, picture };

  std::size_t take(std::string_view piece);
  std::size_t take_between(std::string_view piece);
  void take_mark(char mark);
  std::size_t take_string(std::string_view piece);
  std::size_t take_head(char c);
  std::size_t take_picture(std::string_view piece);
  std::size_t take_escape(char c);
  void put(char c);
  void put_head(char c);
  void begin_string();
  void end_string(bool properly);
  void begin_picture(std::string_view text);
  void pour(std::string_view text);
  void hand_on();

  const Sink sink_;
  const std::string names_;  // what all of them begin with
  unsigned number_ = 0;      // of the next picture
  std::string out_;          // what has passed since the last piece

  At at_ = At::between;
  guint64 objects_ = 0;       // a bit for each open level, the innermost last: an object, or a list
  bool after_key_ = false;    // a colon that comes now makes a member
  bool is_value_ = false;     // what comes is a member's value
  bool is_key_ = false;       // the string that is read
  bool wants_bytes_ = false;  // the value that comes is base64, whatever it begins with
  std::string key_;           // its first characters
  std::string escape_;        // that has only begun
  std::string raw_, head_;  // the beginning of a string that may be a picture, as it came and as it is meant
  bool head_is_whole_ = false;

  Base64Decoder decoder_;
  std::vector<guint8> bytes_;  // room for some
  std::size_t waiting_ = 0;    // how many of them are to be handed on
};

}  // namespace seedream::wire
