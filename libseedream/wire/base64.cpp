// wire/base64.cpp - base64 text to bytes, strictly.
#include "wire/base64.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <array>

namespace seedream::wire {
namespace {

constexpr std::array<bool, 256> make_alphabet() {
  std::array<bool, 256> known{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
    known[static_cast<unsigned char>(c)] = true;
  return known;
}
constexpr std::array<bool, 256> alphabet = make_alphabet();

bool is_whole(std::string_view text) {
  if (text.size() % 4 != 0)
    return false;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding)
    text.remove_suffix(1);
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return alphabet[static_cast<unsigned char>(c)]; });
}

}  // namespace

Result<Bytes> decode_base64(std::string_view text) {
  // GLib skips what is not base64, so it is looked at first.
  if (!is_whole(text))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("The picture's base64 is cut or damaged."));
  auto* out = static_cast<guchar*>(g_malloc(text.size() / 4 * 3 + 3));
  int state = 0;
  guint kept = 0;
  const gsize size = g_base64_decode_step(text.data(), text.size(), out, &state, &kept);
  return Bytes::adopt(g_bytes_new_take(out, size));
}

}  // namespace seedream::wire
