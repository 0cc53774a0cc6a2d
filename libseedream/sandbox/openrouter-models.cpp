// sandbox/openrouter-models.cpp - the models that OpenRouter's sandbox draws with, and how they are listed.
#include "sandbox/openrouter-models.hpp"

#include <algorithm>

namespace seedream::sandbox::openrouter {
namespace {

using wire::JsonWriter;

constexpr int context_length = 4096;
// Above it the larger variant's price holds.
constexpr gint64 small_pixels = 2'360'000;

const std::vector<const char*> ratios = {"1:1",    "1:2",  "2:1",  "2:3",  "3:2",  "3:4",
                                         "4:3",    "4:5",  "5:4",  "9:16", "16:9", "9:19.5",
                                         "19.5:9", "9:20", "20:9", "9:21", "21:9", "auto"};
const Model models[] = {
    {.id = "bytedance-seed/seedream-4.5",
     .name = "ByteDance Seed: Seedream 4.5",
     .description = "Draws, edits and composes pictures from a text and up to 14 pictures.",
     .created = 1766448000,
     .tiers = {"1K", "2K", "4K"},
     .ratios = ratios,
     .min_pixels = 3'686'400,
     .max_pixels = 16'777'216,
     .max_inputs = 14,
     .prices = {{"output_image", 0.04, nullptr}}},
    {.id = "bytedance-seed/seedream-5-0-pro",
     .name = "ByteDance Seed: Seedream 5.0 Pro",
     .description =
         "Draws, edits and composes pictures from a text and up to 14 pictures, with more thought.",
     .created = 1783468800,
     .tiers = {"1K", "2K"},
     .ratios = ratios,
     .own_sizes =
         {{"4:3", {2368, 1776}}, {"3:4", {1776, 2368}}, {"16:9", {2816, 1584}}, {"9:16", {1584, 2816}}},
     .min_pixels = 921'600,
     .max_pixels = 4'624'220,
     .max_inputs = 14,
     .prices = {{"output_image", 0.045, "1K"},
                {"output_image", 0.09, "2K"},
                {"input_image", 0.003, nullptr}}},
};

void write_words(JsonWriter& json, const char* name, const std::vector<const char*>& words) {
  json.begin_array(name);
  for (const char* word : words)
    json.text("", word);
  json.end_array();
}

void write_choice(JsonWriter& json, const char* name, const std::vector<const char*>& words) {
  json.begin_object(name).text("type", "enum");
  write_words(json, "values", words);
  json.end_object();
}

void write_range(JsonWriter& json, const char* name, unsigned least, unsigned most) {
  json.begin_object(name).text("type", "range").integer("min", least).integer("max", most).end_object();
}

void write_capabilities(JsonWriter& json, const Model& model) {
  json.begin_object("supported_parameters");
  write_choice(json, "resolution", model.tiers);
  write_choice(json, "aspect_ratio", model.ratios);
  write_range(json, "n", 1, max_count);
  write_range(json, "input_references", 0, model.max_inputs);
  json.begin_object("seed").text("type", "boolean").end_object().end_object();
}

// Prices of texts, like all of this listing's: in US dollars for one token, as words.
void write_token_prices(JsonWriter& json, const Model& model) {
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  const double dollars = model.prices.front().dollars / completion_tokens;
  json.begin_object("pricing")
      .text("prompt", "0")
      .text("completion", "0")
      .text("image_output", g_ascii_formatd(digits, sizeof digits, "%.12f", dollars))
      .end_object();
}

void write_model(JsonWriter& json, const Model& model) {
  json.begin_object()
      .text("id", model.id)
      .text("canonical_slug", model.id)
      .null("hugging_face_id")
      .text("name", model.name)
      .integer("created", model.created)
      .text("description", model.description)
      .integer("context_length", context_length);
  json.begin_object("architecture").text("modality", "text+image->image");
  write_words(json, "input_modalities", {"image", "text"});
  write_words(json, "output_modalities", {"image"});
  json.text("tokenizer", "Other").null("instruct_type").end_object();
  write_token_prices(json, model);
  json.begin_object("top_provider")
      .integer("context_length", context_length)
      .null("max_completion_tokens")
      .boolean("is_moderated", false)
      .end_object()
      .null("per_request_limits");
  write_words(json, "supported_parameters",
              {"frequency_penalty", "max_tokens", "seed", "temperature", "top_p"});
  json.null("default_parameters")
      .null("supported_voices")
      .null("knowledge_cutoff")
      .null("expiration_date")
      .begin_object("links")
      .text("details", format("/api/v1/models/%s/endpoints", model.id))
      .end_object()
      .end_object();
}

void write_image_model(JsonWriter& json, const Model& model) {
  json.begin_object()
      .text("id", model.id)
      .text("name", model.name)
      .text("description", model.description)
      .integer("created", model.created)
      .begin_object("architecture");
  write_words(json, "input_modalities", {"text", "image"});
  write_words(json, "output_modalities", {"image"});
  json.end_object();
  write_capabilities(json, model);
  json.boolean("supports_streaming", false)
      .text("endpoints", format("/api/v1/images/models/%s/endpoints", model.id))
      .end_object();
}

void write_prices(JsonWriter& json, const Model& model) {
  json.begin_array("pricing");
  for (const Price& price : model.prices) {
    json.begin_object()
        .text("billable", price.billable)
        .text("unit", "image")
        .number("cost_usd", price.dollars);
    if (price.variant)
      json.text("variant", price.variant);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

const Model* find_model(std::string_view id) {
  const auto* found =
      std::find_if(std::begin(models), std::end(models), [&](const Model& m) { return id == m.id; });
  return found == std::end(models) ? nullptr : found;
}

std::optional<Size> size_of(const Model& model, const std::string& tier, const std::string& ratio) {
  if (std::find(model.tiers.begin(), model.tiers.end(), tier) == model.tiers.end())
    return std::nullopt;
  for (const auto& [own_ratio, size] : model.own_sizes)
    if (ratio == own_ratio)
      return size;
  // 2K is drawn where only 1K is asked for: readers have to cope with another size than they wished.
  return size_of_tier(tier == "1K" ? "2K" : tier, ratio);
}

double cost_of(const Model& model, const Commission& commission) {
  const bool is_small = gint64(commission.size.width) * commission.size.height <= small_pixels;
  double cost = 0;
  for (const Price& price : model.prices) {
    const bool other_variant = price.variant && std::string_view(price.variant) != (is_small ? "1K" : "2K");
    const bool is_input = std::string_view(price.billable) == "input_image";
    if (!other_variant)
      cost += price.dollars * double(is_input ? commission.inputs.size() : commission.count);
  }
  return cost;
}

std::string list_models(bool with_image_models) {
  JsonWriter json;
  json.begin_object().begin_array("data");
  if (with_image_models)
    for (const Model& model : models)
      write_model(json, model);
  json.end_array()
      .integer("total_count", with_image_models ? gint64(std::size(models)) : 0)
      .begin_object("links")
      .null("next")
      .end_object()
      .end_object();
  return json.finish();
}

std::string list_image_models() {
  JsonWriter json;
  json.begin_object().begin_array("data");
  for (const Model& model : models)
    write_image_model(json, model);
  json.end_array().end_object();
  return json.finish();
}

std::string list_endpoints(const Model& model) {
  JsonWriter json;
  json.begin_object().text("id", model.id).begin_array("endpoints");
  json.begin_object()
      .text("provider_name", provider_name)
      .text("provider_slug", "seed")
      .text("provider_tag", "seed");
  write_capabilities(json, model);
  write_words(json, "allowed_passthrough_parameters", {});
  json.boolean("supports_streaming", false);
  write_prices(json, model);
  json.end_object().end_array().end_object();
  return json.finish();
}

}  // namespace seedream::sandbox::openrouter
