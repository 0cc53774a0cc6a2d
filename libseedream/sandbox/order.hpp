// sandbox/order.hpp - reads the members of an order that mean the same in several contracts.
#pragma once
#include <initializer_list>
#include <string_view>
#include <vector>

#include "wire/json.hpp"

namespace seedream::sandbox {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words);

// A member that should be a word; what is there but is none gives one that nothing matches.
std::string word(wire::Json body, const char* name, const char* usual);

// A member that should be a whole number from low to high; missing: the usual one. Nothing: it is not.
std::optional<unsigned> whole_number(wire::Json body, const char* name, unsigned usual, unsigned low,
                                     unsigned high);

// A member that should be a list of texts. Nothing: it is none.
std::optional<std::vector<std::string>> texts(wire::Json list);

}  // namespace seedream::sandbox
