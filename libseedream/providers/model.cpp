// providers/model.cpp - reads what is known of a model. Users write such files too, so nothing in them is
// believed unseen.
#include "providers/model.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "wire/json.hpp"

namespace seedream {
namespace {

using wire::Json;

constexpr int longest_side = 1 << 16;
constexpr double widest_ratio = 64;

template <typename T>
struct Pair {
  T first{}, second{};
};

// Two positive numbers around a sign.
template <typename T>
std::optional<Pair<T>> read_pair(std::string_view text, char sign) {
  Pair<T> pair;
  const char *begin = text.data(), *end = begin + text.size();
  const auto head = std::from_chars(begin, end, pair.first);
  if (head.ec != std::errc() || head.ptr == end || *head.ptr != sign)
    return std::nullopt;
  const auto tail = std::from_chars(head.ptr + 1, end, pair.second);
  if (tail.ec != std::errc() || tail.ptr != end || !(pair.first > 0) || !(pair.second > 0))
    return std::nullopt;
  return pair;
}

bool is_shape(double ratio) {
  return ratio <= widest_ratio && ratio >= 1 / widest_ratio;  // 0:0 has none
}

// A member of a service that is missing there is looked for at the service that it is like.
class Entry {
 public:
  Entry(Json own, Json like) : own_(own), like_(like) {}
  Json at(const char* member) const { return own_.at(member) ? own_.at(member) : like_.at(member); }

 private:
  Json own_, like_;
};

// Such texts are shown in a terminal and written into headers.
bool has_control(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return g_ascii_iscntrl(c); });
}

// Remembers the first thing that is wrong.
class Reader {
 public:
  // What is read from now on is about this service.
  void turn_to(const std::string& service) { service_ = service; }

  void complain(const char* where, const char* what) {
    if (wrong_.empty())
      wrong_ = service_.empty() ? format("%s: %s", where, what)
                                : format("%s (%s): %s", where, service_.c_str(), what);
  }
  const std::string& wrong() const { return wrong_; }

  Json object(Json json, const char* where) {
    if (json && !json.is_object())
      complain(where, _("an object is wanted"));
    return json;
  }

  std::string word(Json json, const char* where) {
    const auto text = json.is_string() ? json.text() : std::nullopt;
    if (!text || text->empty() || has_control(*text))
      complain(where, _("a text is wanted"));
    return text.value_or("");
  }

  std::vector<std::string> words(Json json, const char* where) {
    std::vector<std::string> words;
    if (json && !json.is_array())
      complain(where, _("a list is wanted"));
    for (const Json& item : json.items())
      words.push_back(word(item, where));
    return words;
  }

  std::map<std::string, std::string> table(Json json, const char* where) {
    std::map<std::string, std::string> table;
    for (const auto& [name, value] : object(json, where).members())
      table[name] = word(value, where);
    return table;
  }

  // usual: what a missing one means; nothing: it must be there.
  double number(Json json, const char* where, std::optional<double> usual, double least, double most) {
    if (!json && usual)
      return *usual;
    const auto number = json.number();
    if (number && *number >= least && *number <= most)
      return *number;
    complain(where, _("the number is missing or out of range"));
    return least;
  }

  template <typename T>
  T whole(Json json, const char* where, std::optional<double> usual, double least, double most) {
    const double read = number(json, where, usual, least, most);
    if (read != std::floor(read))
      complain(where, _("a whole number is wanted"));
    return static_cast<T>(read);
  }

  bool boolean(Json json, const char* where) {
    if (json && !json.boolean())
      complain(where, _("true or false is wanted"));
    return json.boolean().value_or(false);
  }

  Pixels pixels(Json json, const char* where) {
    const auto pixels = read_pixels(word(json, where));
    if (!pixels)
      complain(where, _("a size is written like 2048x1536"));
    return pixels.value_or(Pixels{1, 1});
  }

  Ratio ratio(const std::string& text, const char* where) {
    const auto ratio = read_ratio(text);
    if (!ratio)
      complain(where, _("a ratio is written like 4:3"));
    return ratio.value_or(Ratio{});
  }

 private:
  std::string service_, wrong_;
};

std::vector<Tier> read_tiers(Reader& read, Json known, const std::vector<std::string>& offered) {
  std::vector<Tier> tiers;
  for (const std::string& name : offered) {
    Tier tier{.name = name, .table = {}};
    for (const auto& [ratio, size] : read.object(known.at(name.c_str()), "tiers").members())
      tier.table.emplace_back(read.ratio(ratio, "tiers"), read.pixels(size, "tiers"));
    tiers.push_back(std::move(tier));
  }
  return tiers;
}

void read_limits(Reader& read, Json limits, SizeRules& rules) {
  constexpr double most = double(longest_side) * longest_side;
  rules.min_pixels = read.whole<gint64>(limits.at("min"), "pixels.min", 1, 1, most);
  rules.max_pixels = read.whole<gint64>(limits.at("max"), "pixels.max", most, 1, most);
  rules.max_ratio = read.number(limits.at("max_ratio"), "pixels.max_ratio", 16, 1, widest_ratio);
  // Some size must fit in between; a square is one that every model draws.
  const auto side = static_cast<gint64>(std::sqrt(double(rules.max_pixels)));
  if (rules.min_pixels > side * side)
    read.complain("pixels", _("the smallest is larger than the largest"));
}

bool has_tier(const SizeRules& rules, const std::string& name) {
  return std::any_of(rules.tiers.begin(), rules.tiers.end(),
                     [&](const Tier& tier) { return tier.name == name; });
}

SizeRules read_sizes(Reader& read, Json root, const Entry& service) {
  SizeRules rules;
  for (const auto& [name, size] : read.object(service.at("sizes"), "sizes").members())
    rules.names.push_back({name, read.pixels(size, "sizes")});
  rules.tiers =
      read_tiers(read, read.object(root.at("tiers"), "tiers"), read.words(service.at("tiers"), "tiers"));
  for (const std::string& text : read.words(service.at("ratios"), "ratios"))
    rules.ratios.push_back(read.ratio(text, "ratios"));
  if (service.at("default_tier"))
    rules.default_tier = read.word(service.at("default_tier"), "default_tier");
  if (!rules.default_tier.empty() && !has_tier(rules, rules.default_tier))
    read.complain("default_tier", _("it is none of the tiers"));
  rules.any_pixels = read.boolean(service.at("any_pixels"), "any_pixels");
  read_limits(read, read.object(root.at("pixels"), "pixels"), rules);
  const bool shaped =
      !rules.names.empty() || rules.any_pixels || (!rules.tiers.empty() && !rules.ratios.empty());
  if (!shaped)
    read.complain("services", _("a service needs sizes, tiers with ratios, or any_pixels"));
  return rules;
}

InputRules read_inputs(Reader& read, Json root, const Entry& service) {
  const Json json = read.object(service.at("inputs") ? service.at("inputs") : root.at("inputs"), "inputs");
  return {.max_count = read.whole<unsigned>(json.at("max"), "inputs.max", 1, 0, 1000),
          .max_bytes = read.whole<std::size_t>(json.at("max_bytes"), "inputs.max_bytes", 10'000'000, 1, 1e9),
          .max_pixels = read.whole<gint64>(json.at("max_pixels"), "inputs.max_pixels", 36'000'000, 1, 1e9),
          .min_side = read.whole<int>(json.at("min_side"), "inputs.min_side", 1, 1, 1000),
          .max_ratio = read.number(json.at("max_ratio"), "inputs.max_ratio", 16, 1, widest_ratio),
          .media_types = read.words(json.at("types"), "inputs.types")};
}

std::optional<Price> read_price(Reader& read, const Entry& service) {
  if (!service.at("usd_per_picture"))
    return std::nullopt;
  constexpr double most = 1000;
  Price price{.usd = read.number(service.at("usd_per_picture"), "usd_per_picture", 0, 0, most)};
  price.usd_per_input = read.number(service.at("usd_per_input"), "usd_per_input", 0, 0, most);
  if (const Json large = read.object(service.at("large"), "large")) {
    price.large_pixels = read.whole<gint64>(large.at("above_pixels"), "large.above_pixels", {}, 1, 1e12);
    price.large_usd = read.number(large.at("usd_per_picture"), "large.usd_per_picture", {}, 0, most);
  }
  return price;
}

Model read_offer(Reader& read, Json root, const Entry& service) {
  Model model{.id = read.word(root.at("id"), "id"), .name = read.word(root.at("name"), "name")};
  model.service_id = read.word(service.at("id"), "services.id");
  model.region_ids = read.table(service.at("ids"), "services.ids");
  model.sizes = read_sizes(read, root, service);
  model.inputs = read_inputs(read, root, service);
  model.price = read_price(read, service);
  model.qualities = read.words(service.at("qualities"), "qualities");
  model.formats = read.words(service.at("formats"), "formats");
  model.max_count = read.whole<unsigned>(service.at("max_count"), "max_count", 1, 1, 100);
  model.max_per_request = read.whole<unsigned>(service.at("max_per_request"), "max_per_request", 1, 1, 100);
  model.recommended_words =
      read.whole<unsigned>(root.at("recommended_prompt_words"), "recommended_prompt_words", 0, 0, 1e6);
  model.takes_seed = read.boolean(service.at("takes_seed"), "takes_seed");
  model.streams = read.boolean(service.at("streams"), "streams");
  model.draws_groups = read.boolean(service.at("draws_groups"), "draws_groups");
  model.fields = read.table(service.at("fields"), "fields");
  return model;
}

}  // namespace

std::optional<Pixels> read_pixels(std::string_view text) {
  const auto pair = read_pair<int>(text, 'x');
  if (!pair || pair->first > longest_side || pair->second > longest_side)
    return std::nullopt;
  const Pixels pixels{pair->first, pair->second};
  return is_shape(pixels.ratio()) ? std::optional(pixels) : std::nullopt;
}

std::optional<Ratio> read_ratio(std::string_view text) {
  const auto pair = read_pair<double>(text, ':');
  const double value = pair ? pair->first / pair->second : 0;
  return is_shape(value) ? std::optional(Ratio{std::string(text), value}) : std::nullopt;
}

std::string Model::field(const char* field_name, const char* usual) const {
  const auto found = fields.find(field_name);
  return found == fields.end() ? usual : found->second;
}

Result<Offers> read_model(std::string_view json) {
  auto document = wire::JsonDocument::parse(json);
  if (!document)
    return make_error(SEEDREAM_ERROR_INVALID, "%s.", document.take_error()->message);
  const Json root = document->root(), services = root.at("services");
  Offers offers;
  Reader read;
  for (const auto& [service, own] : services.members()) {
    read.turn_to(service);
    const Json like = own.at("like") ? services.at(read.word(own.at("like"), "like").c_str()) : Json();
    if (own.at("like") && !like)
      read.complain("like", _("it is none of the services"));
    offers.emplace_back(service, std::make_shared<Model>(read_offer(read, root, Entry(own, like))));
  }
  if (offers.empty())
    read.complain("services", _("no service is named"));
  if (!read.wrong().empty())
    return make_error(SEEDREAM_ERROR_INVALID, _("This is no model: %s."), read.wrong().c_str());
  return offers;
}

std::optional<double> price_of(const Model& model, unsigned count, Pixels each, unsigned n_inputs) {
  if (!model.price)
    return std::nullopt;
  const Price& price = *model.price;
  // A size that nobody knows may be a large one.
  const bool large = price.large_pixels && (each.count() == 0 || each.count() > *price.large_pixels);
  const unsigned requests = (count + model.max_per_request - 1) / model.max_per_request;
  return count * (large ? price.large_usd : price.usd) + requests * n_inputs * price.usd_per_input;
}

}  // namespace seedream
