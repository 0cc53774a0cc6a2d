// fuzz-json.cpp - JSON text of enemies: what is read is sound, and what is written of it is read again.
#include <cmath>

#include "fuzz.hpp"
#include "wire/json.hpp"

using namespace seedream;
using namespace seedream::wire;

namespace {

void write(JsonWriter& json, const char* name, Json value);

void write_object(JsonWriter& json, const char* name, Json value) {
  json.begin_object(name);
  for (const auto& [member, each] : value.members()) {
    g_assert(g_utf8_validate(member.data(), static_cast<gssize>(member.size()), nullptr));
    if (!member.empty())  // the writer takes an empty name for none
      write(json, member.c_str(), each);
  }
  json.end_object();
}

void write(JsonWriter& json, const char* name, Json value) {
  const auto text = value.text();
  if (text)
    g_assert(g_utf8_validate(text->data(), static_cast<gssize>(text->size()), nullptr));
  g_assert(value.is_string() ? text && *text == value.view() : value.view().empty());
  if (value.is_object())
    return write_object(json, name, value);
  if (value.is_array()) {
    json.begin_array(name);
    for (const Json& item : value.items())
      write(json, "", item);
    json.end_array();
  } else if (value.is_string()) {
    json.text(name, *text);
  } else if (const auto boolean = value.boolean()) {
    json.boolean(name, *boolean);
  } else if (text) {
    json.integer(name, g_ascii_strtoll(text->c_str(), nullptr, 10));
  } else if (const auto number = value.number();
             number && std::abs(*number) < 1e15 && std::abs(*number) > 1e-3) {
    json.number(name, *number);  // json-glib 1.6 writes a point behind an exponent, which is no JSON
  } else {
    json.null(name);
  }
}

std::string written(Json root) {
  JsonWriter json;
  json.begin_array();
  write(json, "", root);
  json.end_array();
  return json.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const guint8* data, std::size_t size) {
  auto document = JsonDocument::parse(fuzz::text_of(data, size));
  if (!document) {
    const ErrorPtr error = document.take_error();
    g_assert(g_error_matches(error.get(), SEEDREAM_ERROR, SEEDREAM_ERROR_BAD_ANSWER));
    return 0;
  }
  const std::string text = written(document->root());
  auto again = JsonDocument::parse(text);
  if (!again) {
    g_assert(std::string(again.take_error()->message).find("nested") !=
             std::string::npos);  // in one list more
    return 0;
  }
  g_assert(written(again->root().items().front()) == text);
  return 0;
}
