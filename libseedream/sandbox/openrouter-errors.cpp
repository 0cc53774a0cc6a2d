// sandbox/openrouter-errors.cpp - how OpenRouter says no.
#include "sandbox/openrouter-errors.hpp"

namespace seedream::sandbox::openrouter {
namespace {

using wire::JsonWriter;

Refusal wording_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::bad_key:
      return {401, "authentication", "The API key is missing or wrong."};
    case Trouble::no_credit:
      return {402, "payment_required", "The account has too few credits left."};
    case Trouble::refused:
      return {400, "content_policy_violation", "The prompt is against the provider's rules."};
    case Trouble::moderated:
      return {403, "moderation", "The input was flagged by the moderation."};
    case Trouble::too_large:
      return {413, "payload_too_large", "The request is too large."};
    case Trouble::busy:
      return {429, "rate_limit_exceeded", "Too many requests; try again later."};
    case Trouble::unavailable:
      return {503, "no_available_provider", "There is no provider that can draw this now."};
    case Trouble::broken:
      break;
  }
  return {500, "server", "Internal Server Error"};
}

// What the provider itself said, for the errors that are the provider's.
const char* provider_code(const Refusal& refusal) {
  const std::string_view type = refusal.type;
  if (type == "content_policy_violation")
    return "InputTextSensitiveContentDetected";
  return type == "provider_unavailable" ? "InternalServiceError" : nullptr;
}

}  // namespace

void write_error(JsonWriter& json, const Refusal& refusal) {
  // What a client has sent is told again in part, and a letter may have been cut in two.
  const CharPtr message(g_utf8_make_valid(refusal.message.c_str(), -1));
  json.begin_object("error")
      .integer("code", refusal.status)
      .text("message", message.get())
      .begin_object("metadata")
      .text("error_type", refusal.type);
  if (const char* code = provider_code(refusal)) {
    JsonWriter raw;
    raw.begin_object().begin_object("error").text("code", code).text("message", refusal.message);
    raw.end_object().end_object();
    json.text("provider_name", provider_name).text("provider_code", code).text("raw", raw.finish());
  }
  json.end_object().end_object();
}

Reply refuse(const Refusal& refusal) {
  JsonWriter json;
  json.begin_object();
  write_error(json, refusal);
  json.null("user_id").end_object();
  return json_reply(refusal.status, json);
}

Reply word_trouble(Trouble trouble) noexcept {
  Reply reply = refuse(wording_of(trouble));
  if (trouble == Trouble::busy)
    reply.headers = {{"X-RateLimit-Limit", "20"}, {"X-RateLimit-Remaining", "0"}};
  return reply;
}

Refusal refusal_of(const Canvasses& canvasses) {
  switch (canvasses.failure) {
    case Materials::Failure::not_downloaded:
      return {400, "image_download_failed", canvasses.error};
    case Materials::Failure::not_a_picture:
    case Materials::Failure::misshapen:
      return {400, "invalid_image", canvasses.error};
    case Materials::Failure::too_large:
      return {400, "image_too_large", canvasses.error};
    case Materials::Failure::too_small:
      return {400, "image_too_small", canvasses.error};
    case Materials::Failure::none:
      break;
  }
  return {502, "provider_unavailable", canvasses.error};
}

Refusal provider_failure() {
  return {502, "provider_unavailable", "The provider gave up: the sandbox was told to fail."};
}

}  // namespace seedream::sandbox::openrouter
