// wire/base64.hpp - base64 text to bytes, strictly, and back.
#pragma once
#include <span>
#include <string_view>

#include "base/result.hpp"

namespace seedream::wire {

// How many characters so many bytes become.
constexpr std::size_t base64_length(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}
// Writes base64_length() characters and nothing behind them.
void encode_base64(std::span<const guint8> bytes, char* out) noexcept;

// Fails for text that is cut or holds anything else: a picture with a hole must not pass for a whole one.
Result<Bytes> decode_base64(std::string_view text);
// How it says so.
ErrorPtr damaged_base64();

// The same for text that comes in pieces, cut anywhere.
class Base64Decoder {
 public:
  // The most bytes that so much more text gives.
  static constexpr std::size_t most_bytes(std::size_t text) { return (text + 3) / 4 * 3; }

  // Writes to out, which has room for most_bytes(), and returns how many came. After damage none do.
  std::size_t feed(std::string_view text, guint8* out) noexcept;
  bool is_damaged() const { return damaged_; }
  // Whether all that was fed is a whole text.
  bool is_whole() const { return !damaged_ && kept_ == 0; }

 private:
  std::size_t decode(std::string_view groups, guint8* out) noexcept;

  char over_[4] = {};     // a group that has only begun
  std::size_t kept_ = 0;  // how much of it is here
  bool padded_ = false;   // there can be no more
  bool damaged_ = false;
};

}  // namespace seedream::wire
