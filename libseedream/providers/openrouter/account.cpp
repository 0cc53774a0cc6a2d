// providers/openrouter/account.cpp - what OpenRouter tells of a key and of a model.
#include "providers/openrouter/account.hpp"

#include <glib/gi18n-lib.h>

#include <algorithm>

#include "base/presentable.hpp"
#include "wire/json.hpp"

namespace seedream::openrouter {
namespace {

using wire::Json;

// A key without a limit of its own draws on the account, whose balance ordinary keys may not ask for.
Result<Account> read_key(const HttpAnswer& answer) {
  auto document = wire::JsonDocument::parse(answer.text());
  if (!document || !document->root().at("data").is_object())
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("OpenRouter's answer says nothing of the key."));
  return Account{document->root().at("data").at("limit_remaining").number()};
}

// "author/slug": the sign between them stays.
ServiceCall ask_for_model(const std::string& model) {
  const CharPtr id(g_uri_escape_string(model.c_str(), "/", FALSE));
  return {.path = std::string("/api/v1/images/models/") + id.get() + "/endpoints"};
}

// What is shown to people, and sent back, has no control characters.
bool is_plain(const std::string& text) {
  return !text.empty() && presentable(text) == text;
}

std::vector<std::string> values_of(Json parameter) {
  std::vector<std::string> values;
  for (const Json value : parameter.at("values").items())
    if (auto text = value.text(); text && is_plain(*text))
      values.push_back(*text);
  return values;
}

// A tier that our data does not know may be asked for all the same, by its name.
std::vector<Tier> tiers_of(Json parameter, const std::vector<Tier>& known) {
  std::vector<Tier> tiers;
  for (const std::string& name : values_of(parameter)) {
    const auto same = std::find_if(known.begin(), known.end(), [&](const Tier& t) { return t.name == name; });
    tiers.push_back(same == known.end() ? Tier{.name = name, .table = {}} : *same);
  }
  return tiers;
}

SizeRules sizes_of(Json parameters, const SizeRules& usual) {
  SizeRules sizes = usual;
  sizes.tiers = tiers_of(parameters.at("resolution"), usual.tiers);
  const bool keeps_default = std::any_of(sizes.tiers.begin(), sizes.tiers.end(),
                                         [&](const Tier& tier) { return tier.name == usual.default_tier; });
  if (!keeps_default)
    sizes.default_tier = sizes.tiers.empty() ? "" : sizes.tiers.front().name;
  sizes.ratios.clear();
  for (const std::string& text : values_of(parameters.at("aspect_ratio")))
    if (auto ratio = read_ratio(text))  // "auto" is none
      sizes.ratios.push_back(*ratio);
  return sizes;
}

// What an image costs; of several prices the dearest. Below 0: there is none.
double dearest(Json pricing, std::initializer_list<std::string_view> billables) {
  double usd = -1;
  for (const Json line : pricing.items())
    for (const std::string_view billable : billables)
      if (line.at("billable").view() == billable && line.at("unit").view() == "image")
        usd = std::max(usd, line.at("cost_usd").number().value_or(-1));
  return usd;
}

bool has_variants(Json pricing) {
  const auto lines = pricing.items();
  return std::any_of(lines.begin(), lines.end(), [](const Json& line) { return bool(line.at("variant")); });
}

// usual: what our data says of the same model; it knows which pictures are of which variant.
std::optional<Price> price_of(Json pricing, const std::optional<Price>& usual) {
  const double usd = dearest(pricing, {"output_image"});
  if (usd < 0 || (usual && has_variants(pricing)))
    return usd < 0 ? std::nullopt : usual;
  Price price{.usd = usd, .large_pixels = {}};
  price.usd_per_input = std::max(0.0, dearest(pricing, {"input_image", "input_reference"}));
  return price;
}

unsigned most(Json parameter, unsigned usual) {
  const auto number = parameter.at("max").number();
  return number && *number >= 0 && *number <= 1000 ? unsigned(*number) : usual;
}

// Where several providers serve a model, the first is the one that is asked first. What it does not list it
// does not take.
Result<Model> read_model(const HttpAnswer& answer, const Model& usual) {
  auto document = wire::JsonDocument::parse(answer.text());
  const Json root = document ? document->root() : Json();
  const auto endpoints = root.at("endpoints").items();
  const std::string id(root.at("id").view());
  if (endpoints.empty() || !endpoints.front().is_object() || !is_plain(id))
    return make_error(SEEDREAM_ERROR_BAD_ANSWER, _("OpenRouter's answer says nothing of the model."));
  const Json parameters = endpoints.front().at("supported_parameters");
  Model model = usual;
  const bool same = usual.service_id == id;
  if (!same)
    model.id = model.name = model.service_id = id;
  model.sizes = sizes_of(parameters, usual.sizes);
  model.inputs.max_count = most(parameters.at("input_references"), 0);
  model.takes_seed = bool(parameters.at("seed"));
  model.qualities = values_of(parameters.at("quality"));
  model.formats = values_of(parameters.at("output_format"));
  model.max_per_request = std::clamp(most(parameters.at("n"), 1), 1u, usual.max_per_request);
  model.price = price_of(endpoints.front().at("pricing"), same ? usual.price : std::nullopt);
  return model;
}

// The chat has no fields for some of that, and knows no other ratios than those which our data lists.
Result<Model> read_chat_model(const HttpAnswer& answer, const Model& usual) {
  auto model = read_model(answer, usual);
  if (!model)
    return model;
  const auto& known = usual.sizes.ratios;
  std::erase_if(model->sizes.ratios, [&](const Ratio& ratio) {
    return std::none_of(known.begin(), known.end(),
                        [&](const Ratio& each) { return each.text == ratio.text; });
  });
  model->qualities = usual.qualities;
  model->formats = usual.formats;
  return model;
}

}  // namespace

const AccountCalls account_calls = {.ask = [] { return ServiceCall{.path = "/api/v1/key"}; },
                                    .read = read_key};
const DiscoveryCalls discovery_calls = {.ask = ask_for_model, .read = read_model};
const DiscoveryCalls chat_discovery_calls = {.ask = ask_for_model, .read = read_chat_model};

}  // namespace seedream::openrouter
