// base/secret.hpp - a text that is overwritten before its memory is given back.
#pragma once
#include <string.h>

#include <string>
#include <string_view>

namespace seedream {

// So that a key does not stand about in freed memory. Copies that libraries make of it are theirs.
class Secret {
 public:
  Secret() = default;
  Secret(std::string_view text) : text_(text) {}
  Secret(const std::string& text) : text_(text) {}
  Secret(const char* text) : text_(text ? text : "") {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept { text_.swap(other.text_); }
  Secret& operator=(Secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~Secret() { explicit_bzero(text_.data(), text_.size()); }

  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;  // never grows, which would leave a copy behind
};

}  // namespace seedream
