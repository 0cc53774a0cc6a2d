// providers/openrouter/fault.cpp - what OpenRouter's error objects mean.
#include "providers/openrouter/fault.hpp"

#include <charconv>

namespace seedream::openrouter {
namespace {

using wire::Json;

// OpenRouter's own words for what went wrong, which say more than the status, and the status each stands for.
struct ErrorType {
  const char* name;
  unsigned status;
  SeedreamError kind;
};
constexpr ErrorType error_types[] = {
    {"authentication", 401, SEEDREAM_ERROR_SIGN_IN},
    {"permission_denied", 403, SEEDREAM_ERROR_REFUSED},
    {"payment_required", 402, SEEDREAM_ERROR_PAY},
    {"rate_limit_exceeded", 429, SEEDREAM_ERROR_WAIT},
    {"provider_overloaded", 503, SEEDREAM_ERROR_UNAVAILABLE},
    {"provider_unavailable", 502, SEEDREAM_ERROR_UNAVAILABLE},
    {"invalid_request", 400, SEEDREAM_ERROR_REFUSED},
    {"invalid_prompt", 400, SEEDREAM_ERROR_REFUSED},
    {"context_length_exceeded", 400, SEEDREAM_ERROR_SHRINK},
    {"max_tokens_exceeded", 400, SEEDREAM_ERROR_SHRINK},
    {"token_limit_exceeded", 400, SEEDREAM_ERROR_SHRINK},
    {"string_too_long", 400, SEEDREAM_ERROR_SHRINK},
    {"not_found", 404, SEEDREAM_ERROR_REFUSED},
    {"precondition_failed", 412, SEEDREAM_ERROR_REFUSED},
    {"payload_too_large", 413, SEEDREAM_ERROR_SHRINK},
    {"unprocessable", 422, SEEDREAM_ERROR_REFUSED},
    {"content_policy_violation", 400, SEEDREAM_ERROR_REFUSED},
    {"refusal", 400, SEEDREAM_ERROR_REFUSED},
    {"invalid_image", 400, SEEDREAM_ERROR_REFUSED},
    {"image_too_large", 400, SEEDREAM_ERROR_SHRINK},
    {"image_too_small", 400, SEEDREAM_ERROR_REFUSED},
    {"unsupported_image_format", 400, SEEDREAM_ERROR_REFUSED},
    {"image_not_found", 404, SEEDREAM_ERROR_REFUSED},
    {"image_download_failed", 400, SEEDREAM_ERROR_REFUSED},
    {"server", 500, SEEDREAM_ERROR_UNAVAILABLE},
    {"server_error", 500, SEEDREAM_ERROR_UNAVAILABLE},
    {"timeout", 504, SEEDREAM_ERROR_UNAVAILABLE},
    {"unmapped", 500, SEEDREAM_ERROR_UNAVAILABLE},
    // Why nobody serves the model.
    {"model_not_found", 400, SEEDREAM_ERROR_REFUSED},
    {"wrong_endpoint", 400, SEEDREAM_ERROR_REFUSED},
    {"no_endpoints", 404, SEEDREAM_ERROR_REFUSED},
    {"model_deprecated", 404, SEEDREAM_ERROR_REFUSED},
    {"model_unavailable_upstream", 404, SEEDREAM_ERROR_REFUSED},
    {"capacity_exhausted", 429, SEEDREAM_ERROR_WAIT},
    {"temporarily_unavailable", 503, SEEDREAM_ERROR_UNAVAILABLE},
    {"region_restricted", 403, SEEDREAM_ERROR_REFUSED},
    {"privacy_restricted", 404, SEEDREAM_ERROR_REFUSED},
    {"constraint_filtered", 404, SEEDREAM_ERROR_REFUSED},
    {"free_variant_ended", 404, SEEDREAM_ERROR_REFUSED},
};

// Where such a word may stand.
const ErrorType* find_type(Json error) {
  for (const Json place : {error.at("metadata").at("error_type"), error.at("error_type"),
                           error.at("availability").at("code"), error.at("code")})
    for (const ErrorType& type : error_types)
      if (place.view() == type.name)
        return &type;
  return nullptr;
}

bool passes_by_itself(SeedreamError kind) {
  return kind == SEEDREAM_ERROR_WAIT || kind == SEEDREAM_ERROR_UNAVAILABLE;
}

// Whether trying again helps. What it says of that counts for more than its code.
void judge(Fault& fault, std::optional<bool> retryable) {
  const SeedreamError kind = fault.kind.value_or(kind_of(fault.status));
  if (retryable == true && kind == SEEDREAM_ERROR_REFUSED)
    fault.kind = SEEDREAM_ERROR_UNAVAILABLE;
  if (retryable == false && passes_by_itself(kind))
    fault.kind = SEEDREAM_ERROR_REFUSED;
  fault.hopeless = retryable ? !*retryable : fault.kind && !passes_by_itself(*fault.kind);
}

std::optional<unsigned> as_status(const std::string& text) {
  unsigned status = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, status);
  const bool plausible = read.ec == std::errc() && read.ptr == end && status >= 400 && status < 600;
  return plausible ? std::optional(status) : std::nullopt;
}

// A number, the digits of one, a word, or nothing.
unsigned status_of(Json error, const ErrorType* type, unsigned http_status) {
  if (const auto status = as_status(error.at("code").text().value_or("")))
    return *status;
  if (const auto status = as_status(error.at("http_status").text().value_or("")))
    return *status;
  return http_status >= 400 ? http_status : type ? type->status : 502;
}

// What the upstream said stands as text, as an object, or as an object in a text.
std::string upstream_words(Json raw) {
  const auto text = raw.text();
  auto document = text ? wire::JsonDocument::parse(*text) : Result<wire::JsonDocument>(wire::JsonDocument());
  const Json object = text && document ? document->root() : raw;
  for (const Json place : {object.at("error").at("message"), object.at("message"), object.at("error")})
    if (auto words = place.text())
      return *words;
  return text.value_or("");
}

std::string words_of(Json error) {
  std::string words = error.text().value_or(error.at("message").text().value_or(""));
  const Json metadata = error.at("metadata");
  for (const Json reason : metadata.at("reasons").items())
    words += " [" + reason.text().value_or("") + "]";
  const std::string upstream = upstream_words(metadata.at("raw"));
  if (!upstream.empty() && words.find(upstream) == std::string::npos)
    words += (words.empty() ? "" : ": ") + upstream;
  return words;
}

}  // namespace

Fault read_fault(Json error, unsigned http_status) {
  const ErrorType* type = find_type(error);
  Fault fault{.status = status_of(error, type, http_status), .words = words_of(error)};
  if (type)
    fault.kind = type->kind;
  judge(fault, error.at("availability").at("retryable").boolean());
  return fault;
}

Headers attribution() {
  return {{"HTTP-Referer", "app://seedream-for-gimp"},
          {"X-OpenRouter-Title", "Seedream for GIMP"},
          {"X-Title", "Seedream for GIMP"},  // the older spelling, which its page for the model names
          {"X-OpenRouter-Categories", "image-gen"}};
}

Failed failure_of_answer(const HttpAnswer& answer, bool created) {
  auto document = wire::JsonDocument::parse(answer.text());
  const Json error = document ? document->root().at("error") : Json();
  return error ? failure_of(read_fault(error, answer.status), created)
               : failure_of({.status = answer.status}, created);
}

}  // namespace seedream::openrouter
