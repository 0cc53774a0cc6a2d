// sandbox/openrouter-shape.hpp - what a JSON value must look like: as much of JSON Schema as OpenRouter's
// requests need.
#pragma once
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json.hpp"

namespace seedream::sandbox::openrouter {

struct Member;

struct Shape {
  enum Kind : unsigned { null = 1, boolean = 2, integer = 4, number = 8, text = 16, list = 32, object = 64 };
  unsigned kinds = 0;                   // those that will do
  std::vector<std::string_view> words;  // what a text may be; none: anything
  std::size_t least = 0;                // characters of a text, items of a list
  std::size_t most = std::numeric_limits<std::size_t>::max();
  std::vector<Shape> items;     // of a list: one, or none for anything
  std::vector<Member> members;  // that an object may have
  std::vector<Shape> others;    // its members of any other name: one, or none for anything
  bool closed = false;          // there may be no others
  std::vector<Shape> either;    // instead of all this: one of these fits
};

struct Member {
  const char* name;
  Shape shape;
  bool required = false;
};

// Where the value is not as it should be, and why: "messages[0].role: …". Empty: it is.
std::string find_fault(wire::Json value, const Shape& shape, const std::string& path = {});

}  // namespace seedream::sandbox::openrouter
