// sandbox/openrouter-shape.cpp - what a JSON value must look like.
#include "sandbox/openrouter-shape.hpp"

#include <algorithm>
#include <cmath>

namespace seedream::sandbox::openrouter {
namespace {

using wire::Json;

// The most exact of the kinds that a value is.
Shape::Kind kind_of(Json value) {
  if (value.is_object())
    return Shape::object;
  if (value.is_array())
    return Shape::list;
  if (value.is_string())
    return Shape::text;
  if (const auto number = value.number())
    return std::trunc(*number) == *number ? Shape::integer : Shape::number;
  return value ? Shape::boolean : Shape::null;
}

bool is_kind(Shape::Kind kind, unsigned kinds) {
  return (kind & kinds) || (kind == Shape::integer && (kinds & Shape::number));
}

std::string told(const std::string& path, const std::string& what) {
  return (path.empty() ? "The body" : path) + ": " + what;
}

std::string wrong_kind(const std::string& path, unsigned kinds) {
  constexpr const char* names[] = {"null", "boolean", "integer", "number", "string", "array", "object"};
  std::string expected;
  for (unsigned i = 0; i < std::size(names); ++i)
    if (kinds & (1u << i))
      expected += (expected.empty() ? "" : " or ") + std::string(names[i]);
  return told(path, "expected " + expected);
}

std::string fault_in_size(std::size_t size, const Shape& shape, const std::string& path, const char* unit) {
  if (size < shape.least)
    return told(path, format("expected at least %zu %s", shape.least, unit));
  if (size > shape.most)
    return told(path, format("expected at most %zu %s", shape.most, unit));
  return {};
}

std::string fault_in_text(Json value, const Shape& shape, const std::string& path) {
  const std::string text = *value.text();
  if (shape.words.empty() || std::find(shape.words.begin(), shape.words.end(), text) != shape.words.end())
    return fault_in_size(std::size_t(g_utf8_strlen(text.c_str(), -1)), shape, path, "characters");
  std::string words;
  for (const std::string_view word : shape.words)
    words += (words.empty() ? "" : ", ") + std::string(word);
  return told(path, "expected one of " + words);
}

std::string fault_in_list(Json value, const Shape& shape, const std::string& path) {
  const auto items = value.items();
  std::string fault = fault_in_size(items.size(), shape, path, "items");
  for (std::size_t i = 0; fault.empty() && !shape.items.empty() && i < items.size(); ++i)
    fault = find_fault(items[i], shape.items.front(), path + format("[%zu]", i));
  return fault;
}

// Nothing: anything goes.
const Shape* shape_of(const std::string& name, const Shape& object) {
  for (const Member& member : object.members)
    if (name == member.name)
      return &member.shape;
  return object.others.empty() ? nullptr : &object.others.front();
}

std::string fault_in_object(Json value, const Shape& shape, const std::string& path) {
  const std::string prefix = path.empty() ? "" : path + ".";
  const auto members = value.members();
  for (const Member& wanted : shape.members)
    if (wanted.required && std::none_of(members.begin(), members.end(),
                                        [&](const auto& member) { return member.first == wanted.name; }))
      return told(prefix + wanted.name, "required");
  for (const auto& [name, member] : members) {
    const Shape* own = shape_of(name, shape);
    if (!own && shape.closed)
      return told(prefix + name, "unrecognized key");
    if (std::string fault = own ? find_fault(member, *own, prefix + name) : ""; !fault.empty())
      return fault;
  }
  return {};
}

// Whether a value says of itself that it is of this shape: by its kind, and an object by its words.
bool is_meant(Json value, const Shape& shape) {
  if (!shape.either.empty() || !is_kind(kind_of(value), shape.kinds))
    return false;
  return std::all_of(shape.members.begin(), shape.members.end(), [&](const Member& member) {
    const auto& words = member.shape.words;
    const std::string word = value.at(member.name).text().value_or("");
    return !member.required || words.empty() || std::find(words.begin(), words.end(), word) != words.end();
  });
}

std::string fault_in_all(Json value, const Shape& shape, const std::string& path) {
  std::string meant, other;
  for (const Shape& each : shape.either) {
    const std::string fault = find_fault(value, each, path);
    if (fault.empty())
      return fault;
    (meant.empty() && is_meant(value, each) ? meant : other) = fault;
  }
  return meant.empty() ? other : meant;
}

}  // namespace

std::string find_fault(Json value, const Shape& shape, const std::string& path) {
  if (!shape.either.empty())
    return fault_in_all(value, shape, path);
  const Shape::Kind kind = kind_of(value);
  if (!is_kind(kind, shape.kinds))
    return wrong_kind(path, shape.kinds);
  switch (kind) {
    case Shape::text:
      return fault_in_text(value, shape, path);
    case Shape::list:
      return fault_in_list(value, shape, path);
    case Shape::object:
      return fault_in_object(value, shape, path);
    default:
      return {};
  }
}

}  // namespace seedream::sandbox::openrouter
