// wire/sieve.cpp - cuts pictures out of JSON text while it passes.
#include "wire/sieve.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace seedream::wire {
namespace {

constexpr std::string_view scheme = "data:", bytes_key = "b64_json", caught = "caught:";
constexpr std::size_t max_head = 200;  // of a data URL: its media type and the parameters
constexpr std::size_t run_size = 64 << 10;
// The search goes on in larger steps the longer it takes: where strings are full of escapes, one for a quote
// that is far away is not repeated for each.
constexpr std::size_t first_window = 64, last_window = 4 << 10;
constexpr char odd = '\1';  // stands for characters that are in no base64

bool is_break(char c) {
  return c == '\n' || c == '\r';
}

// Where a string ends, an escape begins, or a line break shows that it is no string; the size if nowhere.
std::size_t find_special(std::string_view text) {
  std::size_t size = first_window;
  for (std::size_t at = 0; at < text.size(); at += std::exchange(size, std::min(2 * size, last_window))) {
    const std::string_view window = text.substr(at, size);
    std::size_t found = window.size();
    for (const char c : {'"', '\\', '\n', '\r'})
      if (const void* hit = std::memchr(window.data(), c, found))
        found = static_cast<std::size_t>(static_cast<const char*>(hit) - window.data());
    if (found < window.size())
      return at + found;
  }
  return text.size();
}

// The character that a whole escape means.
char meaning_of(const std::string& escape) {
  if (escape[1] != 'u')
    return escape[1] == '/' ? '/' : odd;
  const guint64 code = g_ascii_strtoull(escape.c_str() + 2, nullptr, 16);
  return code < 0x80 ? static_cast<char>(code) : odd;
}

}  // namespace

bool is_caught(std::string_view url) {
  return url.starts_with(caught);
}

Sieve::Sieve(Sink sink)
    : sink_(std::move(sink)),
      names_(std::string(caught) + format("%08x%08x/", g_random_int(), g_random_int())),
      bytes_(Base64Decoder::most_bytes(run_size)) {}

std::string Sieve::name_of(unsigned number) const {
  return names_ + std::to_string(number);
}

std::string Sieve::feed(std::string_view piece) {
  while (!piece.empty())
    piece.remove_prefix(take(piece));
  hand_on();
  return std::exchange(out_, {});
}

std::string Sieve::end() {
  if (at_ == At::picture)
    sink_.ends(false);
  if (at_ == At::head)
    out_ += raw_;
  at_ = At::between;
  return std::exchange(out_, {});
}

// Returns how much was taken: nothing where only the state has changed.
std::size_t Sieve::take(std::string_view piece) {
  switch (at_) {
    case At::string:
      return take_string(piece);
    case At::head:
      return escape_.empty() ? take_head(piece.front()) : take_escape(piece.front());
    case At::picture:
      return escape_.empty() ? take_picture(piece) : take_escape(piece.front());
    case At::between:
      break;
  }
  return take_between(piece);
}

std::size_t Sieve::take_between(std::string_view piece) {
  std::size_t size = 0;
  while (size < piece.size() && piece[size] != '"')
    take_mark(piece[size++]);
  const bool begins = size < piece.size();
  out_ += piece.substr(0, size + (begins ? 1 : 0));
  if (begins)
    begin_string();
  return size + (begins ? 1 : 0);
}

// The names of an event stream's fields have colons too, but stand behind no key.
void Sieve::take_mark(char mark) {
  if (g_ascii_isspace(mark))
    return;
  if (mark == '{' || mark == '[')
    objects_ = objects_ << 1 | (mark == '{' ? 1 : 0);
  if (mark == '}' || mark == ']')
    objects_ >>= 1;
  if (mark == ':' && after_key_)
    is_value_ = true;
  else if (std::strchr("{}[],", mark))
    is_value_ = false;
  after_key_ = false;
}

void Sieve::begin_string() {
  is_key_ = (objects_ & 1) && !is_value_;
  wants_bytes_ = is_value_ && key_ == bytes_key;
  at_ = is_key_ ? At::string : At::head;
  if (is_key_)
    key_.clear();
  raw_.clear();
  head_.clear();
  head_is_whole_ = false;
  after_key_ = false;
}

void Sieve::end_string(bool properly) {
  at_ = At::between;
  escape_.clear();
  after_key_ = is_key_ && properly;
}

std::size_t Sieve::take_string(std::string_view piece) {
  // Whatever was escaped, but a line break.
  if (!std::exchange(escape_, {}).empty() && !is_break(piece.front())) {
    out_ += piece.front();
    return 1;
  }
  const std::size_t size = find_special(piece);
  const bool escapes = size < piece.size() && piece[size] == '\\';
  if (is_key_ && key_.size() <= bytes_key.size())
    key_ += piece.substr(0, std::min(size + (escapes ? 1 : 0), bytes_key.size() + 1));
  out_ += piece.substr(0, size + 1);
  if (size == piece.size())
    return size;
  if (escapes)
    escape_ = '\\';
  else
    end_string(piece[size] == '"');
  return size + 1;
}

std::size_t Sieve::take_head(char c) {
  if (c == '"' || is_break(c)) {
    if (c == '"' && wants_bytes_ && !head_.empty() && head_.size() < scheme.size()) {
      begin_picture(head_);
    } else {
      out_ += raw_;
      at_ = At::string;
    }
    return 0;
  }
  raw_ += c;
  if (c == '\\')
    escape_ = c;
  else
    put_head(c);
  return 1;
}

void Sieve::put_head(char c) {
  if (head_is_whole_)
    return begin_picture({&c, 1});
  head_ += c;
  const bool is_url = scheme.starts_with(std::string_view(head_).substr(0, scheme.size()));
  if (!is_url && wants_bytes_)
    return begin_picture(head_);
  head_is_whole_ = is_url && c == ',' && head_.ends_with(";base64,");
  if (is_url && (c != ',' || head_is_whole_) && head_.size() < max_head)
    return;
  out_ += raw_;
  at_ = At::string;
}

void Sieve::begin_picture(std::string_view text) {
  at_ = At::picture;
  out_ += name_of(number_);
  decoder_ = {};
  sink_.begins(number_++);
  pour(text);
}

std::size_t Sieve::take_picture(std::string_view piece) {
  const std::size_t size = find_special(piece);
  pour(piece.substr(0, size));
  if (size == piece.size())
    return size;
  if (piece[size] == '\\') {
    // Some escape every slash. What follows is what it means.
    if (!piece.substr(size + 1).starts_with('/'))
      escape_ = '\\';
    return size + 1;
  }
  hand_on();
  sink_.ends(piece[size] == '"' && decoder_.is_whole());
  at_ = At::string;
  return size;
}

std::size_t Sieve::take_escape(char c) {
  const bool goes_on = escape_.size() == 1 ? !is_break(c) : g_ascii_isxdigit(c);
  if (!goes_on) {
    escape_.clear();
    put(odd);
    return 0;
  }
  escape_ += c;
  if (at_ == At::head)
    raw_ += c;
  const std::size_t whole = escape_[1] == 'u' ? 6 : 2;
  if (escape_.size() == whole)
    put(meaning_of(std::exchange(escape_, {})));
  return 1;
}

void Sieve::put(char c) {
  if (at_ == At::head)
    put_head(c);
  else
    pour({&c, 1});
}

void Sieve::pour(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(std::min(run_size, text.size()))) {
    const std::string_view run = text.substr(0, run_size);
    if (waiting_ + Base64Decoder::most_bytes(run.size()) > bytes_.size())
      hand_on();
    waiting_ += decoder_.feed(run, bytes_.data() + waiting_);
  }
}

void Sieve::hand_on() {
  if (const std::size_t size = std::exchange(waiting_, 0); size > 0)
    sink_.bytes({bytes_.data(), size});
}

}  // namespace seedream::wire
