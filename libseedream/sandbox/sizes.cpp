// sandbox/sizes.cpp - how many pixels a service's words for sizes mean.
#include "sandbox/sizes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace seedream::sandbox {
namespace {

constexpr std::string_view tiers[] = {"1K", "1.5K", "2K", "3K", "4K"};
constexpr std::size_t tier_count = std::size(tiers);
constexpr int sides[tier_count] = {1024, 1536, 2048, 3072, 4096};

// 1.5K stands in no table; only its square is ever asked for.
struct Row {
  std::string_view ratio;
  Size sizes[tier_count];
};
constexpr Size none{0, 0};
constexpr Row rows[] = {
    {"1:1", {{1024, 1024}, {1536, 1536}, {2048, 2048}, {3072, 3072}, {4096, 4096}}},
    {"4:3", {{1152, 864}, none, {2304, 1728}, {3456, 2592}, {4704, 3520}}},
    {"3:4", {{864, 1152}, none, {1728, 2304}, {2592, 3456}, {3520, 4704}}},
    {"16:9", {{1424, 800}, none, {2848, 1600}, {4096, 2304}, {5504, 3040}}},
    {"9:16", {{800, 1424}, none, {1600, 2848}, {2304, 4096}, {3040, 5504}}},
    {"3:2", {{1248, 832}, none, {2496, 1664}, {3744, 2496}, {4992, 3328}}},
    {"2:3", {{832, 1248}, none, {1664, 2496}, {2496, 3744}, {3328, 4992}}},
    {"21:9", {{1568, 672}, none, {3136, 1344}, {4704, 2016}, {6240, 2656}}},
};

constexpr double max_ratio = 16;

template <typename T>
std::optional<T> read_number(std::string_view text) {
  T number{};
  const char *begin = text.data(), *end = begin + text.size();
  const auto parsed = std::from_chars(begin, end, number);
  return parsed.ec == std::errc() && parsed.ptr == end && number > 0 ? std::optional(number) : std::nullopt;
}

// Width by height; what no model draws is no ratio.
std::optional<double> read_ratio(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  const auto width = read_number<double>(text.substr(0, colon)),
             height = read_number<double>(text.substr(colon + 1));
  const double ratio = width && height ? *width / *height : 0;
  return ratio >= 1 / max_ratio && ratio <= max_ratio ? std::optional(ratio) : std::nullopt;
}

// Rounded down, so that no tier's largest area is passed.
Size spread(double side, double ratio) {
  constexpr int step = 16;
  const auto floor = [](double length) { return std::max(1, int(length) / step) * step; };
  return {floor(side * std::sqrt(ratio)), floor(side / std::sqrt(ratio))};
}

}  // namespace

std::optional<Size> size_of_tier(std::string_view tier, std::string_view ratio) {
  if (ratio.empty() || ratio == "auto")
    ratio = "1:1";
  const auto column = std::size_t(std::find(std::begin(tiers), std::end(tiers), tier) - std::begin(tiers));
  const auto shape = read_ratio(ratio);
  if (column == tier_count || !shape)
    return std::nullopt;
  const auto* row =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.ratio == ratio; });
  if (row != std::end(rows) && row->sizes[column].width > 0)
    return row->sizes[column];
  return spread(sides[column], *shape);
}

std::optional<Size> size_of_pixels(std::string_view text) {
  const auto by = text.find('x');
  if (by == std::string_view::npos)
    return std::nullopt;
  const auto width = read_number<int>(text.substr(0, by)), height = read_number<int>(text.substr(by + 1));
  return width && height ? std::optional(Size{*width, *height}) : std::nullopt;
}

}  // namespace seedream::sandbox
