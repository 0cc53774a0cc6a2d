// providers/hearing.cpp - what all services' answers have in common.
#include "providers/hearing.hpp"

#include <glib/gi18n-lib.h>

#include "wire/base64.hpp"
#include "wire/data-url.hpp"
#include "wire/sieve.hpp"

namespace seedream {

std::optional<wire::JsonDocument> Hearing::read_event(std::string_view data, Steps& steps) {
  if (ended_)
    return std::nullopt;
  auto document = wire::JsonDocument::parse(data);
  if (document && document->root().is_object())
    return *document;
  steps.emplace_back(Missing{unreadable(provider_, _("An event of %s's stream is not JSON.")).error});
  return std::nullopt;
}

void Hearing::take_address(std::string_view url, Steps& steps) {
  if (url.empty())
    return;
  if (wire::is_data_url(url)) {
    auto data = wire::read_data_url(url);
    return take_bytes(data ? Result<Bytes>(data->bytes) : data.take_error(), steps);
  }
  ++pictures_;
  steps.emplace_back(PictureAt{std::string(url)});
}

void Hearing::take_picture(wire::Json place, Steps& steps) {
  const std::string_view url = place.at("url").view(), base64 = place.at("b64_json").view();
  if (!url.empty() || base64.empty())
    return take_address(url, steps);
  if (wire::is_caught(base64) || wire::is_data_url(base64))
    return take_address(base64, steps);
  take_bytes(wire::decode_base64(base64), steps);
}

// A picture that came damaged was drawn, and paid for.
void Hearing::take_bytes(Result<Bytes> bytes, Steps& steps) {
  ++pictures_;
  if (bytes)
    steps.emplace_back(PictureHere{*bytes});
  else
    steps.emplace_back(Missing{bytes.take_error()});
}

// Nobody is paid for a picture.
void Hearing::take_cost(std::optional<double> usd, Steps& steps) {
  if (usd && *usd >= 0)
    steps.emplace_back(Cost{*usd});
}

void Hearing::fail(Failed failed, Steps& steps) {
  if (!std::exchange(ended_, true))
    steps.emplace_back(std::move(failed));
}

void Hearing::finish(Steps& steps) {
  if (pictures_ == 0)
    return fail(unreadable(provider_, _("%s answered without a picture.")), steps);
  if (!std::exchange(ended_, true))
    steps.emplace_back(Finished{});
}

void Hearing::cut(Steps& steps) {
  fail(unreadable(provider_, _("%s's stream was cut.")), steps);
}

}  // namespace seedream
