// providers/modelark/fault.cpp - what ModelArk's error objects mean.
// https://docs.byteplus.com/en/docs/ModelArk/1299023 is the source.
#include "providers/modelark/fault.hpp"

#include <iterator>

namespace seedream::modelark {
namespace {

// What begins with one of these means that; the first that fits counts.
struct Meaning {
  const char* prefix;
  unsigned status;  // where the answer's own does not tell
  SeedreamError kind;
  bool hopeless;
};
constexpr Meaning meanings[] = {
    {"AuthenticationError", 401, SEEDREAM_ERROR_SIGN_IN, true},
    {"InvalidAccountStatus", 401, SEEDREAM_ERROR_SIGN_IN, true},
    {"AccountOverdueError", 403, SEEDREAM_ERROR_PAY, true},
    {"AccessDenied", 403, SEEDREAM_ERROR_SIGN_IN, true},
    {"OperationDenied.ServiceOverdue", 403, SEEDREAM_ERROR_PAY, true},
    {"OperationDenied", 403, SEEDREAM_ERROR_REFUSED, true},
    {"QuotaExceeded", 429, SEEDREAM_ERROR_PAY, true},
    {"SetLimitExceeded", 429, SEEDREAM_ERROR_PAY, true},
    {"ModelAccountIpmRateLimitExceeded", 429, SEEDREAM_ERROR_WAIT, false},
    {"ModelAccountRpmRateLimitExceeded", 429, SEEDREAM_ERROR_WAIT, false},
    {"ModelAccountTpmRateLimitExceeded", 429, SEEDREAM_ERROR_WAIT, false},
    {"APIAccountRpmRateLimitExceeded", 429, SEEDREAM_ERROR_WAIT, false},
    {"RateLimitExceeded", 429, SEEDREAM_ERROR_WAIT, false},
    {"AccountRateLimitExceeded", 429, SEEDREAM_ERROR_WAIT, false},
    {"RequestBurstTooFast", 429, SEEDREAM_ERROR_WAIT, false},
    {"ServerOverloaded", 429, SEEDREAM_ERROR_WAIT, false},
    {"InflightBatchsizeExceeded", 429, SEEDREAM_ERROR_WAIT, false},
    {"InternalServiceError", 500, SEEDREAM_ERROR_UNAVAILABLE, false},
    {"MissingParameter", 400, SEEDREAM_ERROR_REFUSED, true},
    {"InvalidParameter", 400, SEEDREAM_ERROR_REFUSED, true},
    {"InvalidImageURL", 400, SEEDREAM_ERROR_REFUSED, true},
    {"InvalidEndpointOrModel", 404, SEEDREAM_ERROR_REFUSED, true},
    {"InvalidEndpoint", 400, SEEDREAM_ERROR_REFUSED, true},
    {"ModelNotOpen", 404, SEEDREAM_ERROR_REFUSED, true},
    {"UnsupportedModel", 404, SEEDREAM_ERROR_REFUSED, true},
    {"Input", 400, SEEDREAM_ERROR_REFUSED, true},    // …TextSensitiveContentDetected, …ImageRiskDetection
    {"Output", 400, SEEDREAM_ERROR_REFUSED, false},  // likewise; another drawing may pass
    {"SensitiveContentDetected", 400, SEEDREAM_ERROR_REFUSED, true},
    {"PolicyViolation", 400, SEEDREAM_ERROR_REFUSED, true},
    // The types, each for many codes; in streams they stand in a code's place.
    {"BadRequest", 400, SEEDREAM_ERROR_REFUSED, true},
    {"Unauthorized", 401, SEEDREAM_ERROR_SIGN_IN, true},
    {"Forbidden", 403, SEEDREAM_ERROR_REFUSED, true},
    {"NotFound", 404, SEEDREAM_ERROR_REFUSED, true},
    {"TooManyRequests", 429, SEEDREAM_ERROR_WAIT, false},
    {"InternalServerError", 500, SEEDREAM_ERROR_UNAVAILABLE, false},
};

const Meaning* find_meaning(const std::string& code) {
  for (const Meaning& meaning : meanings)
    if (code.starts_with(meaning.prefix))
      return &meaning;
  return nullptr;
}

std::string words_of(wire::Json error, const std::string& code) {
  std::string words = error.text().value_or(error.at("message").text().value_or(""));
  if (const auto param = error.at("param").text(); param && !param->empty())
    words = *param + ": " + words;
  return code.empty() ? words : code + ": " + words;
}

}  // namespace

Fault read_fault(wire::Json error, unsigned http_status) {
  const std::string code = error.at("code").text().value_or("");
  const Meaning* meaning = find_meaning(code);
  if (!meaning)
    meaning = find_meaning(error.at("type").text().value_or(""));
  Fault fault{.status = http_status, .words = words_of(error, code)};
  if (fault.status < 300)  // it came as a success
    fault.status = meaning ? meaning->status : 500;
  if (meaning) {
    if (http_status != 413)  // which says more than any of these
      fault.kind = meaning->kind;
    fault.hopeless = meaning->hopeless;
  }
  return fault;
}

}  // namespace seedream::modelark
