// wire/json-text.hpp - whether a text is JSON word for word. No I/O.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace seedream::wire {

// json-glib takes more than JSON: comments, other quotes, octal numbers, several roots, of which some end the
// program. Whoever looks at a text before it does, for its depth or for pictures, would see another text. So
// what is no JSON fails here, but for line breaks in strings, which some services leave in.
class JsonText {
 public:
  static Result<JsonText> check(std::string_view text, std::size_t max_depth);

  // The text, but what json-glib would read as something else: half a surrogate pair and NUL become the sign
  // for what cannot be shown, and an integer that is too large for one becomes a number with a point.
  std::string_view text() const { return mended_.empty() ? text_ : std::string_view(mended_); }

 private:
  explicit JsonText(std::string_view text) : text_(text) {}
  // What the text so far lets come.
  enum class Next { value, value_or_end, name, name_or_end, colon, comma_or_end };

  ErrorPtr check_all(std::size_t max_depth);
  bool take_one();
  bool open(char bracket);
  bool close(char bracket);
  bool separate(char sign);
  bool take_value();
  bool take_string();
  bool take_escape();
  bool take_unicode();
  bool take_word();
  void mend(std::size_t begin, std::size_t end, std::string_view with);

  std::string_view text_;  // borrowed
  std::string mended_;     // up to where something had to be; empty: nothing yet
  std::size_t at_ = 0;
  std::size_t quote_ = 0;  // the one that comes next, if it is not behind us
  Next next_ = Next::value;
  std::string open_;        // the brackets around the place, outermost first
  std::size_t copied_ = 0;  // how much of the text mended_ stands for
};

}  // namespace seedream::wire
