// sandbox/openrouter-ledger.cpp - what was drawn through OpenRouter's contract, and what it cost.
#include "sandbox/openrouter-ledger.hpp"

namespace seedream::sandbox::openrouter {
namespace {

using wire::JsonWriter;

constexpr double limit = 100;  // US dollars that the key may spend

void write_text(JsonWriter& json, const char* name, const std::string& text) {
  if (text.empty())
    json.null(name);
  else
    json.text(name, text);
}

void write_nulls(JsonWriter& json, std::initializer_list<const char*> names) {
  for (const char* name : names)
    json.null(name);
}

std::string time_of(gint64 microseconds) {
  const std::unique_ptr<GDateTime, Deleter<g_date_time_unref>> time(
      g_date_time_new_from_unix_utc(microseconds / G_USEC_PER_SEC));
  return CharPtr(g_date_time_format(time.get(), "%FT%TZ")).get();
}

void write_costs(JsonWriter& json, const Generation& g) {
  json.number("total_cost", g.cost).number("usage", g.cost).boolean("is_byok", false);
  write_nulls(json, {"upstream_inference_cost", "cache_discount"});
}

void write_route(JsonWriter& json, const Generation& g) {
  json.text("model", g.model->id)
      .text("provider_name", provider_name)
      .text("api_type", g.api_type)
      .text("upstream_id", "upstream-" + g.id)
      .text("origin", g.referer)
      .text("data_region", "global")
      .begin_array("provider_responses")
      .begin_object()
      .text("provider_name", provider_name)
      .text("model_permaslug", g.model->id)
      .boolean("is_byok", false)
      .integer("latency", g.took / 1000)
      .integer("status", 200)
      .end_object()
      .end_array();
  write_text(json, "external_user", g.user);
  write_text(json, "session_id", g.session);
  write_text(json, "http_referer", g.referer);
  write_text(json, "user_agent", g.user_agent);
  write_nulls(json, {"app_id", "preset_id", "router", "service_tier", "workspace_id", "web_search_engine",
                     "request_id", "response_cache_source_id"});
}

void write_counts(JsonWriter& json, const Generation& g) {
  json.integer("tokens_prompt", 0)
      .integer("tokens_completion", g.tokens())
      .integer("native_tokens_prompt", 0)
      .integer("native_tokens_completion", g.tokens())
      .integer("native_tokens_completion_images", g.tokens())
      .integer("native_tokens_reasoning", 0)
      .integer("native_tokens_cached", 0)
      .integer("num_media_prompt", g.inputs)
      .integer("num_media_completion", g.pictures);
  write_nulls(json, {"num_input_audio_prompt", "num_search_results", "num_fetches"});
}

void write_run(JsonWriter& json, const Generation& g) {
  json.text("created_at", time_of(g.begun))
      .boolean("streamed", g.streamed)
      .boolean("cancelled", false)
      .integer("latency", g.took / 1000)
      .integer("generation_time", g.took / 1000)
      .text("finish_reason", "stop")
      .text("native_finish_reason", "stop")
      .null("moderation_latency");
}

}  // namespace

void Ledger::add(Generation generation) {
  spent_ += generation.cost;
  const std::string id = generation.id;
  generations_[id] = std::move(generation);
}

std::string Ledger::describe(const std::string& id) const {
  const auto found = generations_.find(id);
  if (found == generations_.end())
    return {};
  JsonWriter json;
  json.begin_object().begin_object("data").text("id", id);
  write_run(json, found->second);
  write_costs(json, found->second);
  write_counts(json, found->second);
  write_route(json, found->second);
  json.end_object().end_object();
  return json.finish();
}

std::string Ledger::describe_key() const {
  JsonWriter json;
  json.begin_object().begin_object("data").text("label", "sk-or-v1-san...box");
  for (const char* name : {"usage", "usage_daily", "usage_weekly", "usage_monthly"})
    json.number(name, spent_);
  for (const char* name : {"byok_usage", "byok_usage_daily", "byok_usage_weekly", "byok_usage_monthly"})
    json.number(name, 0);
  for (const char* name :
       {"is_free_tier", "is_management_key", "is_provisioning_key", "include_byok_in_limit"})
    json.boolean(name, false);
  json.number("limit", limit)
      .number("limit_remaining", limit - spent_)
      .text("limit_reset", "monthly")
      .null("creator_user_id")
      .null("expires_at")
      .begin_object("rate_limit")
      .integer("requests", -1)
      .text("interval", "10s")
      .text("note", "deprecated")
      .end_object()
      .end_object()
      .end_object();
  return json.finish();
}

Generation begin_generation(const Asked& asked, const char* api_type) {
  const gint64 now = g_get_real_time();
  const std::string chance = CharPtr(g_uuid_string_random()).get();
  return {.id = format("gen-%" G_GINT64_FORMAT "-", now / G_USEC_PER_SEC) + chance.substr(0, 8) +
                chance.substr(24),
          .model = asked.model,
          .api_type = api_type,
          .begun = now,
          .inputs = unsigned(asked.commission.inputs.size()),
          .cost = cost_of(*asked.model, asked.commission),
          .streamed = asked.streamed,
          .user = asked.user,
          .session = asked.session};
}

}  // namespace seedream::sandbox::openrouter
