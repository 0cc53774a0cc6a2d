// wire/json-text.cpp - whether a text is JSON word for word. https://www.rfc-editor.org/rfc/rfc8259 is the
// source.
#include "wire/json-text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace seedream::wire {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view no_character = "\\ufffd";

std::size_t digits_of(std::string_view text) {
  return std::min(text.find_first_not_of("0123456789"), text.size());
}

// Takes the digits off. False: there are none.
bool take_digits(std::string_view* text) {
  const std::size_t size = digits_of(*text);
  text->remove_prefix(size);
  return size > 0;
}

bool is_number(std::string_view word) {
  if (word.starts_with('-'))
    word.remove_prefix(1);
  if (word.starts_with('0') && digits_of(word) > 1)
    return false;
  if (!take_digits(&word))
    return false;
  if (word.starts_with('.')) {
    word.remove_prefix(1);
    if (!take_digits(&word))
      return false;
  }
  if (!word.starts_with('e') && !word.starts_with('E'))
    return word.empty();
  word.remove_prefix(1);
  if (word.starts_with('+') || word.starts_with('-'))
    word.remove_prefix(1);
  return take_digits(&word) && word.empty();
}

bool is_too_large(std::string_view number) {
  gint64 value = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), value);
  return read.ec == std::errc::result_out_of_range && read.ptr == number.data() + number.size();
}

bool is_space(char c) {
  return std::string_view(" \t\r\n").find(c) != std::string_view::npos;
}

// What "\uXXXX" at the text's beginning means; nothing: it is no such escape.
std::optional<unsigned> code_of(std::string_view text) {
  unsigned code = 0;
  const char *first = text.data() + 2, *end = text.data() + 6;
  if (text.size() < 6 || !text.starts_with("\\u"))
    return std::nullopt;
  const auto read = std::from_chars(first, end, code, 16);
  return read.ec == std::errc() && read.ptr == end ? std::optional(code) : std::nullopt;
}

}  // namespace

Result<JsonText> JsonText::check(std::string_view text, std::size_t max_depth) {
  if (text.starts_with(byte_order_mark))
    text.remove_prefix(byte_order_mark.size());
  JsonText checked(text);
  if (auto error = checked.check_all(max_depth))
    return error;
  if (!checked.mended_.empty())
    checked.mended_ += text.substr(checked.copied_);
  return checked;
}

ErrorPtr JsonText::check_all(std::size_t max_depth) {
  while (at_ < text_.size()) {
    if (is_space(text_[at_]))
      ++at_;
    else if (!take_one())
      return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The text is not JSON: byte %zu makes no sense", at_);
    if (open_.size() > max_depth)
      return make_error(SEEDREAM_ERROR_BAD_ANSWER, "The JSON is nested deeper than %zu levels", max_depth);
  }
  const bool is_whole = open_.empty() && next_ == Next::comma_or_end;
  return is_whole ? nullptr
                  : make_error(SEEDREAM_ERROR_BAD_ANSWER, "The text is not JSON: it ends too early");
}

bool JsonText::take_one() {
  switch (const char c = text_[at_]) {
    case '{':
    case '[':
      return open(c);
    case '}':
    case ']':
      return close(c);
    case ':':
    case ',':
      return separate(c);
    case '"':
      if (next_ != Next::name && next_ != Next::name_or_end)
        return take_value() && take_string();
      next_ = Next::colon;
      return take_string();
    default:
      return take_value() && take_word();
  }
}

// Whether one may begin here.
bool JsonText::take_value() {
  if (next_ != Next::value && next_ != Next::value_or_end)
    return false;
  next_ = Next::comma_or_end;
  return true;
}

bool JsonText::open(char bracket) {
  if (!take_value())
    return false;
  ++at_;
  open_ += bracket;
  next_ = bracket == '{' ? Next::name_or_end : Next::value_or_end;
  return true;
}

bool JsonText::close(char bracket) {
  const bool is_object = bracket == '}',
             is_empty = next_ == (is_object ? Next::name_or_end : Next::value_or_end);
  if (!is_empty && next_ != Next::comma_or_end)
    return false;
  if (open_.empty() || open_.back() != (is_object ? '{' : '['))
    return false;
  ++at_;
  open_.pop_back();
  next_ = Next::comma_or_end;
  return true;
}

bool JsonText::separate(char sign) {
  if (next_ != (sign == ':' ? Next::colon : Next::comma_or_end) || open_.empty())
    return false;
  ++at_;
  next_ = sign == ',' && open_.back() == '{' ? Next::name : Next::value;
  return true;
}

// A string may be a whole picture, so both signs are looked for at the speed of memory, and none twice.
bool JsonText::take_string() {
  ++at_;
  for (;;) {
    if (quote_ < at_)
      quote_ = text_.find('"', at_);
    const auto escape = text_.substr(at_, quote_ - at_).find('\\');
    if (escape == std::string_view::npos) {
      at_ = quote_ + 1;
      return quote_ != std::string_view::npos;
    }
    at_ += escape;
    if (!take_escape())
      return false;
  }
}

bool JsonText::take_escape() {
  if (text_.substr(at_, 2) == "\\u")
    return take_unicode();
  if (at_ + 1 >= text_.size() ||
      std::string_view("\"\\/bfnrt").find(text_[at_ + 1]) == std::string_view::npos)
    return false;
  at_ += 2;
  return true;
}

bool JsonText::take_unicode() {
  const auto code = code_of(text_.substr(at_));
  if (!code)
    return false;
  const bool begins_pair = *code >= 0xD800 && *code < 0xDC00;
  const unsigned next = begins_pair ? code_of(text_.substr(at_ + 6)).value_or(0) : 0;
  const bool is_pair = next >= 0xDC00 && next < 0xE000;
  if (!is_pair && (*code == 0 || (*code >= 0xD800 && *code < 0xE000)))
    mend(at_, at_ + 6, no_character);
  at_ += is_pair ? 12 : 6;
  return true;
}

bool JsonText::take_word() {
  std::size_t end = at_;
  while (end < text_.size() &&
         (g_ascii_isalnum(text_[end]) || std::string_view("+-.").find(text_[end]) != std::string_view::npos))
    ++end;
  const std::string_view word = text_.substr(at_, end - at_);
  if (word != "true" && word != "false" && word != "null" && !is_number(word))
    return false;
  if (is_too_large(word))
    mend(end, end, ".0");
  at_ = end;
  return true;
}

void JsonText::mend(std::size_t begin, std::size_t end, std::string_view with) {
  mended_ += text_.substr(copied_, begin - copied_);
  mended_ += with;
  copied_ = end;
}

}  // namespace seedream::wire
