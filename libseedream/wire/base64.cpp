// wire/base64.cpp - base64 text to bytes, strictly, and back.
#include "wire/base64.hpp"

#include <glib/gi18n-lib.h>
#include <modp_b64.h>

#include <algorithm>
#include <cstring>

namespace seedream::wire {

// The library writes a NUL behind what it encodes, so the last group, which is never empty, goes by itself.
void encode_base64(std::span<const guint8> bytes, char* out) noexcept {
  if (bytes.empty())
    return;
  const auto* in = reinterpret_cast<const char*>(bytes.data());
  const std::size_t before = (bytes.size() - 1) / 3 * 3;
  if (before > 0)
    modp_b64_encode(out, in, before);
  char last[5];
  modp_b64_encode(last, in + before, bytes.size() - before);
  std::memcpy(out + base64_length(before), last, 4);
}

std::size_t Base64Decoder::decode(std::string_view groups, guint8* out) noexcept {
  if (groups.empty() || damaged_)
    return 0;
  const std::size_t size = modp_b64_decode(reinterpret_cast<char*>(out), groups.data(), groups.size());
  damaged_ = padded_ || size == static_cast<std::size_t>(-1);
  padded_ = groups.back() == '=';
  return damaged_ ? 0 : size;
}

std::size_t Base64Decoder::feed(std::string_view text, guint8* out) noexcept {
  std::size_t written = 0;
  if (kept_ > 0) {
    const std::size_t more = std::min(text.size(), 4 - kept_);
    std::copy_n(text.begin(), more, over_ + kept_);
    kept_ += more;
    text.remove_prefix(more);
    if (kept_ < 4)
      return 0;
    kept_ = 0;
    written = decode({over_, 4}, out);
  }
  const std::size_t groups = text.size() / 4 * 4;
  written += decode(text.substr(0, groups), out + written);
  kept_ = text.size() - groups;
  std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(groups), kept_, over_);
  return written;
}

Result<Bytes> decode_base64(std::string_view text) {
  auto* out = static_cast<guint8*>(g_malloc(Base64Decoder::most_bytes(text.size()) + 1));
  Base64Decoder decoder;
  const std::size_t size = decoder.feed(text, out);
  if (decoder.is_whole())
    return Bytes::adopt(g_bytes_new_take(out, size));
  g_free(out);
  return damaged_base64();
}

ErrorPtr damaged_base64() {
  return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("The picture's base64 is cut or damaged."));
}

}  // namespace seedream::wire
