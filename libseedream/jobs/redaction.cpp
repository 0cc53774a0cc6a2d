// jobs/redaction.cpp - takes a key out of what others say.
#include "jobs/redaction.hpp"

#include <algorithm>

#include "jobs/address.hpp"
#include "wire/base64.hpp"

namespace seedream::jobs {
namespace {

// Of the keys that are known the first nine letters are the same for everybody, as in "sk-or-v1-".
constexpr std::size_t telling = 12;
// A shorter one stands in many a text by chance as soon as it is written otherwise.
constexpr std::size_t least_encoded = 8;

Secret percent_encoded(const std::string& key, const char* form) {
  std::string out;
  for (const char c : key)
    out += format(form, static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out;
}

// What of its base64 is the same whatever stands around it, with so many letters before it.
std::string base64_behind(std::size_t before, const std::string& key) {
  const std::string text = std::string(before, ' ') + key;
  std::string out(wire::base64_length(text.size()), '=');
  wire::encode_base64({reinterpret_cast<const guint8*>(text.data()), text.size()}, out.data());
  const std::size_t first = (before * 8 + 5) / 6, end = text.size() * 8 / 6;
  return out.substr(first, end - first);
}

// The alphabet that may stand in URLs.
std::string for_urls(std::string base64) {
  std::replace(base64.begin(), base64.end(), '+', '-');
  std::replace(base64.begin(), base64.end(), '/', '_');
  return base64;
}

}  // namespace

Redaction::Redaction(const Secret& key) {
  if (key.empty())
    return;
  forms_.push_back(key);
  if (key.text().size() < least_encoded)
    return;
  forms_.emplace_back(CharPtr(g_uri_escape_string(key.text().c_str(), nullptr, FALSE)).get());
  forms_.push_back(percent_encoded(key.text(), "%%%02X"));
  forms_.push_back(percent_encoded(key.text(), "%%%02x"));
  for (const std::size_t before : {0, 1, 2}) {
    const std::string base64 = base64_behind(before, key.text());
    forms_.emplace_back(base64);
    forms_.emplace_back(for_urls(base64));
  }
}

// The first one, and as much of it as stands there.
Redaction::Place Redaction::find(std::string_view text, std::size_t from) const {
  Place first{std::string_view::npos, 0};
  for (const Secret& form : forms_) {
    const std::string_view whole = form.text();
    const std::size_t at = text.find(whole.substr(0, telling), from);
    if (at == std::string_view::npos || at > first.at)
      continue;
    const std::string_view rest = text.substr(at);
    const auto end = std::mismatch(whole.begin(), whole.end(), rest.begin(), rest.end()).first;
    const std::size_t size = std::size_t(end - whole.begin());
    if (at < first.at || size > first.size)
      first = {at, size};
  }
  return first;
}

bool Redaction::finds_any(std::string_view text) const {
  return find(text, 0).at != std::string_view::npos;
}

std::string Redaction::clean(std::string text) const {
  constexpr std::string_view instead = "…";
  for (Place place = find(text, 0); place.at != std::string::npos;
       place = find(text, place.at + instead.size()))
    text.replace(place.at, place.size, instead);
  return text;
}

ErrorPtr Redaction::clean(ErrorPtr error) const {
  if (!error || !finds_any(error->message))
    return error;
  return ErrorPtr(g_error_new_literal(error->domain, error->code, clean(error->message).c_str()));
}

Steps Redaction::clean(Steps steps) const {
  for (Step& step : steps) {
    if (auto* accepted = std::get_if<Accepted>(&step))
      accepted->service_id = clean(std::move(accepted->service_id));
    else if (auto* missing = std::get_if<Missing>(&step))
      missing->error = clean(std::move(missing->error));
    else if (auto* failed = std::get_if<Failed>(&step))
      failed->error = clean(std::move(failed->error));
    else if (const auto* at = std::get_if<PictureAt>(&step); at && finds_any(at->url))
      step = Missing{no_address()};
  }
  return steps;
}

}  // namespace seedream::jobs
