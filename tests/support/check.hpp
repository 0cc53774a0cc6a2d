// support/check.hpp - Check for C++ tests. check.h defines fail() as a macro, which breaks <ios>.
#pragma once
#include <check.h>
#undef fail

#include <string>

namespace seedream {
namespace test {

// A line break in a message would end its TAP line.
inline std::string one_line(std::string text) {
  for (char& c : text)
    if (c >= 0 && c < ' ')
      c = '?';
  return text;
}

}  // namespace test
}  // namespace seedream

// ck_assert_str_eq() would keep a pointer into a temporary string.
#define assert_text_eq(got, wanted)                                                                         \
  do {                                                                                                      \
    const std::string got_ = (got), wanted_ = (wanted);                                                     \
    ck_assert_msg(got_ == wanted_, "%s is “%s” and not “%s”", #got, seedream::test::one_line(got_).c_str(), \
                  seedream::test::one_line(wanted_).c_str());                                               \
  } while (0)
