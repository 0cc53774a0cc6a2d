// providers/size.cpp - from the size somebody wants to one that a service draws.
#include "providers/size.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace seedream {
namespace {

double distance(double a, double b) {
  return std::abs(std::log(a / b));
}

bool looks_like(Pixels pixels, const Ratio& ratio) {
  return distance(pixels.ratio(), ratio.value) < same_shape;
}

// Rounding may have left the limits by one pixel. Where they are too narrow for the shape, a square fits.
Pixels settled(const SizeRules& rules, Pixels pixels) {
  pixels.width = std::min(pixels.width, int(rules.max_ratio * pixels.height));
  pixels.height = std::min(pixels.height, int(rules.max_ratio * pixels.width));
  while (pixels.count() < rules.min_pixels)
    ++(pixels.width < pixels.height ? pixels.width : pixels.height);
  const int side = int(std::sqrt(double(rules.max_pixels)));
  return pixels.width > 0 && pixels.height > 0 && pixels.count() <= rules.max_pixels ? pixels
                                                                                     : Pixels{side, side};
}

// Scales a shape until its pixels are within the limits: to the smaller bound it is rounded up, to the larger
// one down.
Pixels within_limits(const SizeRules& rules, double width, double height) {
  const double pixels = width * height;
  if (pixels < double(rules.min_pixels)) {
    const double scale = std::sqrt(double(rules.min_pixels) / pixels);
    return settled(rules, {int(std::ceil(width * scale)), int(std::ceil(height * scale))});
  }
  const double scale = std::min(1.0, std::sqrt(double(rules.max_pixels) / pixels));
  return settled(rules, {int(width * scale), int(height * scale)});
}

// A shape no wider and no higher than the model draws.
double drawable_ratio(const SizeRules& rules, double ratio) {
  return std::clamp(ratio, 1 / rules.max_ratio, rules.max_ratio);
}

Pixels square_of(const Tier& tier) {
  for (const auto& [ratio, pixels] : tier.table)
    if (ratio.value == 1)
      return pixels;
  return {};
}

// What a tier makes of a shape; 0×0 where only the service knows.
Pixels pixels_of(const SizeRules& rules, const Tier& tier, const Ratio& ratio) {
  for (const auto& [each, pixels] : tier.table)
    if (distance(each.value, ratio.value) < 1e-6)
      return pixels;
  const Pixels square = square_of(tier);
  if (square.width == 0)
    return {};
  const double width = square.width * std::sqrt(ratio.value);
  const Pixels pixels = within_limits(rules, width, width / ratio.value);
  return looks_like(pixels, ratio) ? pixels : Pixels{};  // narrow limits may have made another shape of it
}

SizeChoice of_tier(const SizeRules& rules, const Tier& tier, const Ratio& ratio) {
  return {.name = tier.name, .ratio = ratio.text, .pixels = pixels_of(rules, tier, ratio)};
}

// Of those that can be said beside a tier; nullptr: none can.
const Ratio* nearest_ratio(const SizeRules& rules, Pixels region) {
  const auto found = std::min_element(rules.ratios.begin(), rules.ratios.end(), [&](auto& a, auto& b) {
    return distance(a.value, region.ratio()) < distance(b.value, region.ratio());
  });
  return found == rules.ratios.end() ? nullptr : &*found;
}

// As it is said to the service; nullptr: it cannot be.
const Ratio* find_ratio(const SizeRules& rules, const Ratio& wanted) {
  for (const Ratio& known : rules.ratios)
    if (distance(known.value, wanted.value) < 1e-6)
      return &known;
  return nullptr;
}

const NamedSize* find_name(const SizeRules& rules, std::string_view name) {
  for (const NamedSize& size : rules.names)
    if (size.name == name)
      return &size;
  return nullptr;
}

const Tier* find_tier(const SizeRules& rules, std::string_view name) {
  for (const Tier& tier : rules.tiers)
    if (tier.name == name)
      return &tier;
  return nullptr;
}

SizeChoice in_pixels(Pixels pixels) {
  return {.name = format("%dx%d", pixels.width, pixels.height), .pixels = pixels};
}

// Every size of known pixels that is asked for by name, or by tier and ratio.
std::vector<SizeChoice> named_sizes(const SizeRules& rules) {
  std::vector<SizeChoice> all;
  for (const NamedSize& size : rules.names)
    all.push_back({.name = size.name, .pixels = size.pixels});
  for (const Tier& tier : rules.tiers)
    for (const Ratio& ratio : rules.ratios)
      if (SizeChoice choice = of_tier(rules, tier, ratio); choice.pixels.width)
        all.push_back(std::move(choice));
  return all;
}

template <typename Each>
std::string list(const Each& each, auto&& text_of_one) {
  std::string text;
  for (const auto& one : each)
    text += (text.empty() ? "" : ", ") + text_of_one(one);
  return text;
}

std::string limits_of(const SizeRules& rules) {
  std::string text = list(rules.names, [](const NamedSize& size) {
    return format("%s (%d×%d)", size.name.c_str(), size.pixels.width, size.pixels.height);
  });
  const std::string tiers = list(rules.tiers, [](const Tier& tier) { return tier.name; });
  if (!tiers.empty())
    text += (text.empty() ? "" : ", ") + tiers;
  const std::string shapes = list(rules.ratios, [](const Ratio& ratio) { return ratio.text; });
  if (!shapes.empty() && !text.empty())
    /* Translators: sizes; the shapes in which they can be had, such as "2K, 4K in 1:1, 4:3" */
    text = format(_("%s in %s"), text.c_str(), shapes.c_str());
  if (rules.any_pixels)
    text += (text.empty() ? "" : ", ") +
            /* Translators: two numbers of pixels; the shapes' limits, such as "from 1:16 to 16:1" */
            format(_("%s to %s pixels in shapes from 1:%g to %g:1"), std::to_string(rules.min_pixels).c_str(),
                   std::to_string(rules.max_pixels).c_str(), rules.max_ratio, rules.max_ratio);
  return text;
}

ErrorPtr no_such_size(const Model& model, const std::string& what) {
  return make_error(SEEDREAM_ERROR_INVALID, _("%s cannot be asked for %s here; it draws %s."),
                    model.name.c_str(), what.c_str(), limits_of(model.sizes).c_str());
}

bool fits_limits(const SizeRules& rules, Pixels pixels) {
  const double ratio = pixels.ratio();
  return pixels.count() >= rules.min_pixels && pixels.count() <= rules.max_pixels &&
         ratio <= rules.max_ratio && ratio >= 1 / rules.max_ratio;
}

Result<SizeChoice> choose_pixels(const Model& model, Pixels pixels, const std::optional<Ratio>& ratio) {
  const std::string asked = format("%dx%d", pixels.width, pixels.height);
  if (ratio && !looks_like(pixels, *ratio))
    return no_such_size(model, asked + " " + ratio->text);
  for (const SizeChoice& choice : named_sizes(model.sizes))
    if (choice.pixels == pixels)
      return choice;
  if (model.sizes.any_pixels && fits_limits(model.sizes, pixels))
    return in_pixels(pixels);
  return no_such_size(model, asked);
}

// With a ratio beside it, where the service takes one; in pixels, where it takes those; by itself otherwise.
// Where nobody says a ratio, the shape is that of the picture which is edited: who takes ratios draws a
// square if none is said.
Result<SizeChoice> choose_tier(const Model& model, const Tier& tier, const std::optional<Ratio>& ratio,
                               Pixels region) {
  const SizeRules& rules = model.sizes;
  if (!ratio) {
    const Ratio* nearest = region.width ? nearest_ratio(rules, region) : nullptr;
    return nearest
               ? of_tier(rules, tier, *nearest)
               : SizeChoice{.name = tier.name, .pixels = rules.ratios.empty() ? Pixels{} : square_of(tier)};
  }
  if (const Ratio* known = find_ratio(rules, *ratio))
    return of_tier(rules, tier, *known);
  if (rules.any_pixels && drawable_ratio(rules, ratio->value) == ratio->value)
    if (const Pixels pixels = pixels_of(rules, tier, *ratio); pixels.width && fits_limits(rules, pixels))
      return in_pixels(pixels);
  return no_such_size(model, tier.name + " " + ratio->text);
}

// A service with names only has them all in one tier, and its square is called by it.
Result<SizeChoice> choose_name_by_shape(const Model& model, const Ratio& ratio, const std::string& asked) {
  for (const NamedSize& size : model.sizes.names)
    if (looks_like(size.pixels, ratio))
      return SizeChoice{.name = size.name, .pixels = size.pixels};
  return no_such_size(model, asked);
}

Pixels fitted(const SizeRules& rules, Pixels region) {
  const double ratio = drawable_ratio(rules, region.ratio());
  const double width = ratio < region.ratio() ? region.height * ratio : region.width;
  return within_limits(rules, width, width / ratio);
}

// The smaller key wins; of equal ones the first.
template <typename Key>
const SizeChoice* least(const std::vector<SizeChoice>& choices, Key key) {
  const auto found = std::min_element(choices.begin(), choices.end(),
                                      [&](const auto& a, const auto& b) { return key(a) < key(b); });
  return found == choices.end() ? nullptr : &*found;
}

// Rather too many pixels than too few: of those that hold the region the smallest, else the largest.
std::pair<bool, double> waste(Pixels pixels, Pixels wanted) {
  const double ratio = double(pixels.count()) / double(wanted.count());
  return {ratio < 0.999, ratio < 0.999 ? -ratio : ratio};
}

// Growing one side reaches the shape; rounding up keeps the region inside.
Pixels grown(Pixels region, double ratio) {
  if (ratio < region.ratio())
    return {region.width, int(std::ceil(region.width / ratio))};
  return ratio > region.ratio() ? Pixels{int(std::ceil(region.height * ratio)), region.height} : region;
}

// Likewise, and no pixel more than the fraction asks for.
Pixels grown(Pixels region, Pixels shape) {
  const gint64 w = region.width, h = region.height, sw = shape.width, sh = shape.height;
  return {int(std::max(w, (h * sw + sh - 1) / sh)), int(std::max(h, (w * sh + sw - 1) / sw))};
}

Frame frame_in_size(const SizeChoice& size, Pixels region) {
  if (size.pixels.width)
    return {size, grown(region, size.pixels)};
  const auto ratio = read_ratio(size.ratio);
  return {size, ratio ? grown(region, ratio->value) : region};
}

// Of these sizes the one whose frame is the smallest; nearly as small ones are told apart by their pixels.
Frame smallest_frame(const std::vector<SizeChoice>& all, Pixels region) {
  const auto area = [&](const SizeChoice& choice) { return grown(region, choice.pixels).count(); };
  const gint64 smallest = area(*least(all, area));
  const SizeChoice best = *least(all, [&](const SizeChoice& choice) {
    return std::pair(double(area(choice)) > double(smallest) * (1 + same_shape),
                     waste(choice.pixels, region));
  });
  return frame_in_size(best, region);
}

// What only the service knows the pixels of is told by its ratio.
Frame frame_of_unknown_pixels(const SizeRules& rules, Pixels region, const std::string& tier) {
  const Ratio* nearest = nearest_ratio(rules, region);
  return frame_in_size({.name = tier, .ratio = nearest ? nearest->text : ""}, region);
}

// Of the shape that was wanted, unless the limits have made another one of it.
Frame frame_of(Pixels size, Pixels wanted, Pixels region) {
  return {in_pixels(size),
          distance(size.ratio(), wanted.ratio()) < same_shape ? wanted : grown(region, size)};
}

Frame usual_frame(const SizeRules& rules, Pixels region) {
  if (rules.any_pixels) {
    const Pixels frame = grown(region, drawable_ratio(rules, region.ratio()));
    return frame_of(fitted(rules, frame), frame, region);
  }
  const std::vector<SizeChoice> all = named_sizes(rules);
  return all.empty() ? frame_of_unknown_pixels(rules, region, rules.default_tier)
                     : smallest_frame(all, region);
}

Frame frame_in_tier(const SizeRules& rules, const Tier& tier, Pixels region) {
  const Pixels square = square_of(tier);
  if (rules.any_pixels && square.width) {
    const double ratio = drawable_ratio(rules, region.ratio()), width = square.width * std::sqrt(ratio);
    return frame_of(within_limits(rules, width, width / ratio), grown(region, ratio), region);
  }
  std::vector<SizeChoice> all = named_sizes(rules);
  std::erase_if(all, [&](const SizeChoice& choice) { return choice.name != tier.name; });
  return all.empty() ? frame_of_unknown_pixels(rules, region, tier.name) : smallest_frame(all, region);
}

struct Wish {
  std::string size, ratio;
};

// "4K 16:9" and "16:9" say a shape, unless something is called so.
Wish wish_of(const SizeRules& rules, const std::string& size, const std::string& ratio) {
  const std::size_t space = size.rfind(' ');
  const std::string last = size.substr(space == size.npos ? 0 : space + 1);
  if (!ratio.empty() || find_name(rules, size) || find_tier(rules, size) || !read_ratio(last))
    return {size, ratio};
  return {space == size.npos ? "" : size.substr(0, space), last};
}

Result<SizeChoice> choose(const Model& model, const Wish& wish, Pixels region) {
  const SizeRules& rules = model.sizes;
  const auto& [size, aspect] = wish;
  const std::optional<Ratio> ratio = read_ratio(aspect);
  if (!aspect.empty() && !ratio)
    return make_error(SEEDREAM_ERROR_INVALID, _("“%s” is no ratio; write it like 4:3."), aspect.c_str());

  if (const NamedSize* named = find_name(rules, size))
    return !ratio || looks_like(named->pixels, *ratio)
               ? Result<SizeChoice>(SizeChoice{.name = size, .pixels = named->pixels})
               : no_such_size(model, size + " " + aspect);
  if (const auto pixels = read_pixels(size))
    return choose_pixels(model, *pixels, ratio);
  if (const Tier* tier = find_tier(rules, size))
    return choose_tier(model, *tier, ratio, region);

  const bool open = size.empty() || size == "auto";
  const bool tier_of_names = !rules.names.empty() && size == "2K";
  if (!open && !tier_of_names)
    return no_such_size(model, size);
  if (open && !ratio && region.width)
    return nearest_size(rules, region);
  if (tier_of_names && !ratio && region.width)
    return *least(named_sizes(rules),
                  [&](const auto& choice) { return shape_distance(choice.pixels, region); });
  if (!rules.names.empty() && (ratio || tier_of_names))
    return choose_name_by_shape(model, ratio.value_or(Ratio{"1:1", 1}), ratio ? aspect : size);
  if (const Tier* usual = find_tier(rules, rules.default_tier))
    return choose_tier(model, *usual, ratio, region);
  if (const Ratio* known = ratio ? find_ratio(rules, *ratio) : nullptr)
    return SizeChoice{.ratio = known->text};
  return ratio ? no_such_size(model, aspect) : Result<SizeChoice>(SizeChoice{});
}

}  // namespace

double shape_distance(Pixels a, Pixels b) {
  return distance(a.ratio(), b.ratio());
}

bool names_shape(const SizeRules& rules, const Request& request) {
  return find_name(rules, request.size) || read_pixels(request.size) ||
         !wish_of(rules, request.size, request.aspect).ratio.empty();
}

Result<SizeChoice> choose_size(const Model& model, const Request& request) {
  return choose(model, wish_of(model.sizes, request.size, request.aspect), region_of(request));
}

SizeChoice nearest_size(const SizeRules& rules, Pixels region) {
  if (rules.any_pixels)
    return in_pixels(fitted(rules, region));
  const std::vector<SizeChoice> all = named_sizes(rules);
  if (all.empty())
    return frame_of_unknown_pixels(rules, region, rules.default_tier).size;
  const SizeChoice* nearest =
      least(all, [&](const SizeChoice& choice) { return shape_distance(choice.pixels, region); });
  const Pixels shape = nearest->pixels;
  return *least(all, [&](const SizeChoice& choice) {
    return std::pair(shape_distance(choice.pixels, shape) >= same_shape, waste(choice.pixels, region));
  });
}

Frame plan_frame(const SizeRules& rules, Pixels region, const std::string& wish) {
  if (const NamedSize* named = find_name(rules, wish))
    return frame_in_size({.name = named->name, .pixels = named->pixels}, region);
  if (const auto pixels = read_pixels(wish))
    return frame_in_size(in_pixels(*pixels), region);
  if (const Tier* tier = find_tier(rules, wish))
    return frame_in_tier(rules, *tier, region);
  const auto [size, shape] = wish_of(rules, wish, "");
  if (const auto ratio = read_ratio(shape)) {
    const Pixels shaped = grown(region, drawable_ratio(rules, ratio->value));
    return frame_in_size(plan_frame(rules, shaped, size).size, region);
  }
  return usual_frame(rules, region);
}

std::string text_of(const SizeChoice& choice) {
  if (choice.ratio.empty())
    return choice.name;
  if (choice.pixels.width)
    return format("%dx%d", choice.pixels.width, choice.pixels.height);
  return choice.name.empty() ? choice.ratio : choice.name + " " + choice.ratio;
}

}  // namespace seedream
