// base/result.hpp - a value or a GError. Stands in for std::expected until C++23.
#pragma once
#include <string>
#include <variant>

#include "base/glib-ptr.hpp"
#include "seedream-error.h"

namespace seedream {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::move(value)) {}
  Result(ErrorPtr error) : v_(std::move(error)) { g_assert(*std::get_if<ErrorPtr>(&v_)); }

  explicit operator bool() const { return std::holds_alternative<T>(v_); }
  T& operator*() { return *operator->(); }
  T* operator->() {
    g_assert(*this);
    return std::get_if<T>(&v_);
  }
  ErrorPtr take_error() {
    g_assert(!*this);
    return std::move(*std::get_if<ErrorPtr>(&v_));
  }

 private:
  std::variant<T, ErrorPtr> v_;
};

struct Done {};  // the value of what has none: Result<Done>

[[gnu::format(printf, 2, 3)]] inline ErrorPtr make_error(SeedreamError code, const char* format, ...) {
  va_list args;
  va_start(args, format);
  ErrorPtr error(g_error_new_valist(SEEDREAM_ERROR, code, format, args));
  va_end(args);
  return error;
}

// printf into a std::string.
[[gnu::format(printf, 1, 2)]] inline std::string format(const char* format, ...) {
  va_list args;
  va_start(args, format);
  CharPtr text(g_strdup_vprintf(format, args));
  va_end(args);
  return text.get();
}

}  // namespace seedream
