// providers/size.cpp - from the size somebody wants to one that a service draws.
#include "providers/size.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace seedream {
namespace {

struct Pair {
  int first = 0, second = 0;
};

// "2048x2048", "16:9": two positive numbers around a sign.
std::optional<Pair> read_pair(std::string_view text, char sign) {
  Pair pair;
  const char* end = text.data() + text.size();
  auto head = std::from_chars(text.data(), end, pair.first);
  if (head.ec != std::errc() || head.ptr == end || *head.ptr != sign)
    return std::nullopt;
  auto tail = std::from_chars(head.ptr + 1, end, pair.second);
  if (tail.ec != std::errc() || tail.ptr != end || pair.first < 1 || pair.second < 1)
    return std::nullopt;
  return pair;
}

// The shapes of the tables are rounded to whole blocks (2848×1600 stands for 16:9), so a ratio matches within
// 1 %.
bool has_ratio(const NamedSize& size, Pair ratio) {
  const double asked = double(ratio.first) / ratio.second;
  const double has = double(size.width) / size.height;
  return std::abs(has / asked - 1) < 0.01;
}

std::string list(std::span<const NamedSize> sizes) {
  std::string text;
  for (const NamedSize& size : sizes)
    text += format("%s%s (%d×%d)", text.empty() ? "" : ", ", size.name, size.width, size.height);
  return text;
}

ErrorPtr no_such_size(const Capabilities& can, const std::string& what) {
  return make_error(SEEDREAM_ERROR_INVALID, _("The service cannot draw %s; it draws %s."), what.c_str(),
                    list(can.sizes).c_str());
}

const NamedSize* with_ratio(const Capabilities& can, Pair ratio) {
  for (const NamedSize& size : can.sizes)
    if (has_ratio(size, ratio))
      return &size;
  return nullptr;
}

}  // namespace

Result<std::string> choose_size(const Capabilities& can, const std::string& size, const std::string& aspect) {
  std::optional<Pair> ratio;
  if (!aspect.empty() && !(ratio = read_pair(aspect, ':')))
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no ratio; write it like 4:3."), aspect.c_str());

  for (const NamedSize& named : can.sizes)
    if (size == named.name)
      return !ratio || has_ratio(named, *ratio) ? Result<std::string>(size)
                                                : no_such_size(can, size + " " + aspect);

  if (auto pixels = read_pair(size, 'x')) {
    for (const NamedSize& named : can.sizes)
      if (named.width == pixels->first && named.height == pixels->second &&
          (!ratio || has_ratio(named, *ratio)))
        return std::string(named.name);
    return no_such_size(can, size);
  }

  // Tiers count by the square: 2K is 2048×2048 or as many pixels in another shape, and that is all these
  // services do.
  const bool open = size.empty() || size == "auto";
  if (!open && size != "2K")
    return no_such_size(can, size);
  if (!ratio)
    return open ? std::string() : std::string(with_ratio(can, {1, 1})->name);
  const NamedSize* shaped = with_ratio(can, *ratio);
  return shaped ? Result<std::string>(std::string(shaped->name)) : no_such_size(can, aspect);
}

Frame plan_frame(const Capabilities& can, int width, int height) {
  Frame best{nullptr, 0, 0};
  for (const NamedSize& size : can.sizes) {
    // Growing one side reaches the shape; rounding up keeps the region inside.
    const gint64 w = width, h = height, sw = size.width, sh = size.height;
    const gint64 wide = std::max(w, (h * sw + sh - 1) / sh);
    const gint64 high = std::max(h, (w * sh + sw - 1) / sw);
    if (!best.size || wide * high < gint64(best.width) * best.height)
      best = {&size, int(wide), int(high)};
  }
  return best;
}

}  // namespace seedream
