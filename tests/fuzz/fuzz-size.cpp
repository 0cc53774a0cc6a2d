// fuzz-size.cpp - from the size that somebody wants to one that a service draws: whatever a model's limits
// and the wish, the answer is legal and keeps the wish, or an error says what can be had. An input is lines:
//   name NAME WxH | tier NAME | shape TIER W:H WxH | ratio W:H | default TIER | any | limits MIN MAX RATIO
//   size WISH | aspect W:H | region WxH
#include <cmath>
#include <map>
#include <sstream>

#include "fuzz.hpp"
#include "providers/size.hpp"
#include "wire/json.hpp"

using namespace seedream;

namespace {

constexpr int largest_canvas = 524'288;  // GIMP's
constexpr double rounded_shape = 0.02;   // tables are rounded to whole blocks

using Table = std::map<std::string, std::string>;

// What a model's file says of sizes, and what is asked of it.
struct Input {
  Table names;
  std::map<std::string, Table> tiers;
  std::vector<std::string> ratios;
  std::string default_tier;
  bool any_pixels = false;
  gint64 min = 1, max = 1 << 24;
  double max_ratio = 16;
  Request request;
};

// A name that says another size than it has, or a shape, is its author's own trouble.
bool is_honest(const std::string& name, const std::string& size) {
  const auto said = read_pixels(name);
  return !name.empty() && !read_ratio(name) && (!said || said == read_pixels(size));
}

bool is_of_shape(const std::string& size, const std::string& ratio) {
  const auto pixels = read_pixels(size);
  const auto shape = read_ratio(ratio);
  return pixels && shape && std::abs(std::log(pixels->ratio() / shape->value)) < rounded_shape;
}

void take_region(Request& request, const std::string& size) {
  char* end = nullptr;
  const gint64 width = g_ascii_strtoll(size.c_str(), &end, 10);
  const gint64 height = *end ? g_ascii_strtoll(end + 1, nullptr, 10) : 1;
  const Pixels region{int(std::clamp<gint64>(width, 1, largest_canvas)),
                      int(std::clamp<gint64>(height, 1, largest_canvas))};
  request.operation = SEEDREAM_OPERATION_EDIT;
  request.images = {region};
}

void take_limits(Input& input, const std::string& min, const std::string& max, const std::string& ratio) {
  input.min = g_ascii_strtoll(min.c_str(), nullptr, 10);
  input.max = g_ascii_strtoll(max.c_str(), nullptr, 10);
  input.max_ratio = g_ascii_strtod(ratio.c_str(), nullptr);
}

void take(Input& input, const std::string& line) {
  std::istringstream words(line);
  std::string what, first, second, third;
  words >> what >> first >> second >> third;
  if (what == "name" && is_honest(first, second))
    input.names[first] = second;
  else if (what == "tier" && is_honest(first, ""))
    input.tiers[first];
  else if (what == "shape" && is_honest(first, "") && is_of_shape(third, second))
    input.tiers[first][second] = third;
  else if (what == "ratio")
    input.ratios.push_back(first);
  else if (what == "default")
    input.default_tier = first;
  else if (what == "any")
    input.any_pixels = true;
  else if (what == "limits")
    take_limits(input, first, second, third);
  else if (what == "size")
    input.request.size = first;
  else if (what == "aspect")
    input.request.aspect = first;
  else if (what == "region")
    take_region(input.request, first);
}

Input read(std::string_view text) {
  Input input;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);)
    take(input, line);
  return input;
}

void write(wire::JsonWriter& json, const char* name, const Table& table) {
  json.begin_object(name);
  for (const auto& [key, value] : table)
    json.text(key.c_str(), value);
  json.end_object();
}

template <typename Texts>
void write_list(wire::JsonWriter& json, const char* name, const Texts& texts) {
  json.begin_array(name);
  for (const std::string& text : texts)
    json.text("", text);
  json.end_array();
}

// Through the door for model files: what it refuses is no model.
ModelPtr model_of(const Input& input) {
  wire::JsonWriter json;
  json.begin_object().text("id", "m").text("name", "Model").begin_object("tiers");
  for (const auto& [tier, table] : input.tiers)
    write(json, tier.c_str(), table);
  json.end_object().begin_object("pixels");
  json.integer("min", input.min).integer("max", input.max).number("max_ratio", input.max_ratio).end_object();
  json.begin_object("services").begin_object("s").text("id", "m").boolean("any_pixels", input.any_pixels);
  write(json, "sizes", input.names);
  std::vector<std::string> tiers;
  for (const auto& [tier, table] : input.tiers)
    tiers.push_back(tier);
  write_list(json, "tiers", tiers);
  write_list(json, "ratios", input.ratios);
  if (!input.default_tier.empty())
    json.text("default_tier", input.default_tier);
  auto offers = read_model(json.end_object().end_object().end_object().finish());
  return offers ? offers->front().second : nullptr;
}

bool fits(const SizeRules& rules, Pixels pixels) {
  const auto [shorter, longer] = std::minmax(pixels.width, pixels.height);
  return shorter >= 1 && pixels.count() >= rules.min_pixels && pixels.count() <= rules.max_pixels &&
         longer <= rules.max_ratio * shorter;
}

std::string written(Pixels pixels) {
  return format("%dx%d", pixels.width, pixels.height);
}

bool is_shape_of_tier(const SizeRules& rules, const Tier& tier, const SizeChoice& choice) {
  const auto is_said = [&](const Ratio& ratio) { return ratio.text == choice.ratio; };
  const auto is_listed = [&](const auto& shape) { return shape.second == choice.pixels; };
  return (choice.ratio.empty() || std::any_of(rules.ratios.begin(), rules.ratios.end(), is_said)) &&
         (choice.pixels == Pixels{} || fits(rules, choice.pixels) ||
          std::any_of(tier.table.begin(), tier.table.end(), is_listed));
}

// The service can be asked for it in this way, and will draw what is said here.
bool is_legal(const SizeRules& rules, const SizeChoice& choice) {
  for (const NamedSize& size : rules.names)
    if (size.name == choice.name)
      return size.pixels == choice.pixels && choice.ratio.empty();
  for (const Tier& tier : rules.tiers)
    if (tier.name == choice.name)
      return is_shape_of_tier(rules, tier, choice);
  if (choice.name.empty())
    return choice.pixels == Pixels{} && (choice.ratio.empty() || rules.default_tier.empty());
  return rules.any_pixels && choice.name == written(choice.pixels) && fits(rules, choice.pixels);
}

// As near as whole pixels are.
bool is_like(Pixels pixels, double ratio) {
  const double off = 1.0 / pixels.width + 1.0 / pixels.height;
  return std::abs(std::log(pixels.ratio() / ratio)) <= rounded_shape + off;
}

void assert_kept(const Request& request, const SizeChoice& choice) {
  if (const auto wanted = read_pixels(request.size); wanted && choice.name != request.size)
    g_assert(choice.pixels == *wanted);
  const auto ratio = read_ratio(request.aspect);
  g_assert(bool(ratio) == !request.aspect.empty());
  if (ratio && choice.pixels.width)
    g_assert(is_like(choice.pixels, ratio->value));
  if (ratio && !choice.pixels.width)
    g_assert(std::abs(std::log(read_ratio(choice.ratio)->value / ratio->value)) < same_shape);
}

// Said again as text it means the same.
void assert_said_again(const Model& model, const SizeChoice& choice) {
  if (text_of(choice).empty())
    return;
  auto again = choose_size(model, {.operation = SEEDREAM_OPERATION_GENERATE, .size = text_of(choice)});
  g_assert(again && again->pixels == choice.pixels);
  g_assert(choice.pixels.width || again->ratio == choice.ratio);
}

// Whether it is plain to see that the model draws what is asked for.
bool is_offered(const SizeRules& rules, const Request& request) {
  if (!request.aspect.empty())
    return false;
  const auto is_named = [&](const auto& each) { return each.name == request.size; };
  const auto pixels = read_pixels(request.size);
  return request.size.empty() || request.size == "auto" ||
         std::any_of(rules.names.begin(), rules.names.end(), is_named) ||
         std::any_of(rules.tiers.begin(), rules.tiers.end(), is_named) ||
         (pixels && rules.any_pixels && fits(rules, *pixels));
}

void choose(const Model& model, const Request& request) {
  auto choice = choose_size(model, request);
  if (choice) {
    g_assert(is_legal(model.sizes, *choice));
    assert_kept(request, *choice);
    assert_said_again(model, *choice);
    return;
  }
  const ErrorPtr error = choice.take_error();
  g_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID));
  g_assert(strstr(error->message, "draws") || strstr(error->message, "is no ratio"));
  g_assert(!is_offered(model.sizes, request));
}

// Of the sizes that a table lists none is much nearer in shape.
void assert_nearest(const SizeRules& rules, Pixels region) {
  const SizeChoice choice = nearest_size(rules, region);
  g_assert(is_legal(rules, choice));
  if (!choice.pixels.width)
    return;
  const double distance = shape_distance(choice.pixels, region);
  for (const NamedSize& size : rules.names)
    g_assert(rules.any_pixels || distance <= shape_distance(size.pixels, region) + same_shape);
}

// How far rounding up the side that was grown, by less than a pixel, may have led from a shape.
double rounding_up(Pixels region, Pixels frame) {
  const int grown = frame.width > region.width ? frame.width : frame.height;
  return frame == region ? 0 : std::log(double(grown) / (grown - 1));
}

// It holds the region, in the size's shape, and one side is the region's own.
void frame(const SizeRules& rules, Pixels region, const std::string& wish) {
  const Frame frame = plan_frame(rules, region, wish);
  g_assert(read_pixels(wish) || is_legal(rules, frame.size));
  g_assert(frame.pixels.width >= region.width && frame.pixels.height >= region.height);
  g_assert(frame.pixels.width == region.width || frame.pixels.height == region.height);
  if (const Pixels size = frame.size.pixels; size.width)
    g_assert(shape_distance(frame.pixels, size) <= same_shape + rounding_up(region, frame.pixels));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (!g_utf8_validate_len(text.data(), size, nullptr))
    return 0;
  const Input input = read(text);
  const ModelPtr model = model_of(input);
  if (!model)
    return 0;
  choose(*model, input.request);
  if (input.request.images.empty())
    return 0;
  assert_nearest(model->sizes, input.request.images.front());
  frame(model->sizes, input.request.images.front(), input.request.size);
  return 0;
}
