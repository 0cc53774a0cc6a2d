// sandbox/order.cpp - reads the members of an order that mean the same in several contracts.
#include "sandbox/order.hpp"

#include <algorithm>

namespace seedream::sandbox {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string word(wire::Json body, const char* name, const char* usual) {
  const wire::Json member = body.at(name);
  return !member ? usual : member.is_string() ? *member.text() : "\n";
}

std::optional<unsigned> whole_number(wire::Json body, const char* name, unsigned usual, unsigned low,
                                     unsigned high) {
  if (!body.at(name))
    return usual;
  const double number = body.at(name).number().value_or(-1);
  const bool fits = number >= low && number <= high && number == double(unsigned(number));
  return fits ? std::optional(unsigned(number)) : std::nullopt;
}

std::optional<std::vector<std::string>> texts(wire::Json list) {
  std::vector<std::string> texts;
  for (const wire::Json item : list.items()) {
    if (!item.is_string())
      return std::nullopt;
    texts.push_back(*item.text());
  }
  return list.is_array() ? std::optional(texts) : std::nullopt;
}

}  // namespace seedream::sandbox
