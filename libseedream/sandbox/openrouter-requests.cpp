// sandbox/openrouter-requests.cpp - reads the requests of OpenRouter's two ways to ask for pictures.
#include "sandbox/openrouter-requests.hpp"

#include <algorithm>
#include <cmath>

#include "sandbox/openrouter-shapes.hpp"
#include "wire/data-url.hpp"

namespace seedream::sandbox::openrouter {
namespace {

using wire::Json;
using Wrong = std::optional<Refusal>;  // nothing: nothing is
using Step = Wrong (*)(Json body, Asked& asked);

constexpr Wrong nothing = std::nullopt;
constexpr std::string_view chat_ratios[] = {"1:1", "2:3", "3:2",  "3:4",  "4:3",
                                            "4:5", "5:4", "9:16", "16:9", "21:9"};
constexpr std::string_view picture_types[] = {"image/png", "image/jpeg", "image/webp", "image/gif"};
// What ByteDance takes behind it.
constexpr InputRules input_rules = {
    .max_bytes = 10'000'000, .max_pixels = 36'000'000, .min_side = 15, .max_ratio = 16};

template <typename Words>
bool contains(const Words& words, std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string text_of(Json body, const char* name) {
  return body.at(name).text().value_or("");
}

gint64 whole(Json number, gint64 usual) {
  constexpr double most = 1e15;  // what is larger is a mistake
  return gint64(std::clamp(number.number().value_or(double(usual)), -most, most));
}

Wrong read_model(Json body, Asked& asked) {
  const std::string id = text_of(body, "model");
  if (id.empty())
    return Refusal{.message = "model: required"};
  asked.model = find_model(id);
  return asked.model ? nothing
                     : Refusal{404, "not_found", format("No endpoints found for %.100s.", id.c_str())};
}

Wrong check_input(const std::string& url) {
  if (!wire::is_data_url(url))
    return nothing;  // whether it can be fetched is found out by trying
  const auto begin = std::string_view("data:").size();
  const std::string type = url.substr(begin, url.find_first_of(";,") - begin);
  if (contains(picture_types, type))
    return nothing;
  return Refusal{.type = "unsupported_image_format",
                 .message = format("An image is of the type \"%.100s\"; png, jpeg, webp and gif can be read.",
                                   type.c_str())};
}

Wrong check_inputs(Json, Asked& asked) {
  const auto& inputs = asked.commission.inputs;
  if (inputs.size() > asked.model->max_inputs)
    return Refusal{.message = format("%zu images were sent; %s takes at most %u.", inputs.size(),
                                     asked.model->id, asked.model->max_inputs)};
  for (const std::string& url : inputs)
    if (const Wrong wrong = check_input(url))
      return wrong;
  return nothing;
}

Refusal not_drawn(const char* name, const std::string& what, const Model& model) {
  return {.message = format("%s: %s does not draw \"%.50s\".", name, model.id, what.c_str())};
}

Wrong read_tier(const char* name, const std::string& tier, const std::string& ratio, Asked& asked) {
  const auto size = size_of(*asked.model, tier, ratio);
  if (!size)
    return not_drawn(name, tier, *asked.model);
  asked.commission.size = *size;
  return nothing;
}

// A chat

Wrong check_modalities(Json body, Asked&) {
  const auto items = body.at("modalities").items();
  std::string words = items.empty() ? "text" : "";
  for (Json item : items)
    words += (words.empty() ? "" : ", ") + item.text().value_or("");
  if (items.size() == 1 && words == "image")
    return nothing;
  return Refusal{404, "not_found",
                 "No endpoints found that support the requested output modalities: " + words};
}

// The messages' texts are the prompt, and the user's pictures are its inputs, each in the order of the
// messages.
Wrong read_part(Json part, Commission& commission) {
  const std::string type = text_of(part, "type");
  if (type == "text")
    commission.prompt += (commission.prompt.empty() ? "" : "\n") + text_of(part, "text");
  else if (type == "image_url")
    commission.inputs.push_back(text_of(part.at("image_url"), "url"));
  else
    return Refusal{404, "not_found", "No endpoints found that support input of the type " + type};
  return nothing;
}

Wrong read_messages(Json body, Asked& asked) {
  Commission& commission = asked.commission;
  for (Json message : body.at("messages").items()) {
    if (!contains(std::initializer_list<std::string_view>{"user", "system", "developer"},
                  text_of(message, "role")))
      continue;
    const Json content = message.at("content");
    if (content.is_string())
      commission.prompt += (commission.prompt.empty() ? "" : "\n") + *content.text();
    for (Json part : content.items())
      if (const Wrong wrong = read_part(part, commission))
        return wrong;
  }
  if (commission.prompt.empty())
    return Refusal{.type = "invalid_prompt", .message = "The messages say nothing to draw."};
  return nothing;
}

Wrong read_image_config(Json body, Asked& asked) {
  const Json config = body.at("image_config");
  const std::string ratio = config.at("aspect_ratio") ? text_of(config, "aspect_ratio") : "1:1";
  const std::string tier = config.at("image_size") ? text_of(config, "image_size") : "1K";
  if (!contains(chat_ratios, ratio))
    return not_drawn("image_config.aspect_ratio", ratio, *asked.model);
  return read_tier("image_config.image_size", tier, ratio, asked);
}

// Images

double ratio_of(Size size) {
  return double(size.width) / size.height;
}

bool is_about(double a, double b, double factor) {
  return a <= b * factor && b <= a * factor;
}

// An exact size rules, so what is said beside it may not say otherwise.
bool agrees(Size size, const std::string& tier, const std::string& ratio) {
  const auto shape = size_of_tier("4K", ratio), area = size_of_tier(tier);
  const auto pixels = [](Size s) { return double(s.width) * s.height; };
  return (ratio.empty() || ratio == "auto" || (shape && is_about(ratio_of(size), ratio_of(*shape), 1.02))) &&
         (tier.empty() || (area && is_about(pixels(size), pixels(*area), 1.5)));
}

Wrong read_pixels(Size size, const std::string& tier, const std::string& ratio, Asked& asked) {
  const gint64 pixels = gint64(size.width) * size.height;
  const Model& model = *asked.model;
  if (!agrees(size, tier, ratio))
    return Refusal{.message = "size: it is in conflict with resolution or aspect_ratio."};
  if (pixels < model.min_pixels || pixels > model.max_pixels ||
      !is_about(ratio_of(size), 1, input_rules.max_ratio))
    return Refusal{.message = format("size: %s does not draw %dx%d.", model.id, size.width, size.height)};
  asked.commission.size = size;
  return nothing;
}

Wrong read_size(Json body, Asked& asked) {
  const std::string size = text_of(body, "size"), resolution = text_of(body, "resolution"),
                    tier = resolution == "512" ? "1K" : resolution,  // as near as the models come
      ratio = text_of(body, "aspect_ratio");
  if (!ratio.empty() && !contains(asked.model->ratios, ratio))
    return not_drawn("aspect_ratio", ratio, *asked.model);
  if (const auto pixels = size_of_pixels(size))
    return read_pixels(*pixels, tier, ratio, asked);
  if (!size.empty() && !tier.empty() && size != tier)
    return Refusal{.message = "size: it is in conflict with resolution."};
  if (!size.empty())
    return read_tier("size", size, ratio, asked);
  return read_tier("resolution", tier.empty() ? "2K" : tier, ratio, asked);
}

Wrong read_count(Json body, Asked& asked) {
  const gint64 count = whole(body.at("n"), 1);
  if (count < 1 || count > max_count)
    return Refusal{.message = format("n: expected 1 to %u.", max_count)};
  asked.commission.count = unsigned(count);
  return nothing;
}

Wrong check_compression(Json body, Asked&) {
  const gint64 level = whole(body.at("output_compression"), 0);
  return level >= 0 && level <= 100 ? nothing : Refusal{.message = "output_compression: expected 0 to 100."};
}

Wrong read_prompt(Json body, Asked& asked) {
  asked.commission.prompt = text_of(body, "prompt");
  for (Json reference : body.at("input_references").items())
    asked.commission.inputs.push_back(text_of(reference.at("image_url"), "url"));
  return nothing;
}

Reading read(Json body, const Shape& shape, std::initializer_list<Step> steps) {
  if (const std::string fault = find_fault(body, shape); !fault.empty())
    return Refusal{.message = fault};
  Asked asked{.streamed = body.at("stream").boolean().value_or(false),
              .user = text_of(body, "user"),
              .session = text_of(body, "session_id")};
  asked.commission.seed = whole(body.at("seed"), 0);
  asked.commission.rules = input_rules;
  for (const Step step : steps)
    if (const Wrong wrong = step(body, asked))
      return *wrong;
  return asked;
}

}  // namespace

Reading read_chat(Json body) noexcept {
  return read(body, chat_request(),
              {read_model, check_modalities, read_messages, read_image_config, check_inputs});
}

Reading read_images(Json body) noexcept {
  return read(body, images_request(),
              {read_model, read_prompt, read_size, read_count, check_compression, check_inputs});
}

}  // namespace seedream::sandbox::openrouter
