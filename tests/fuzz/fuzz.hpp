// fuzz.hpp - what the fuzz targets share. A property that does not hold ends the program by g_assert().
#pragma once
#include <fuzzer/FuzzedDataProvider.h>
#include <glib.h>

#include <algorithm>
#include <random>
#include <string_view>

namespace seedream::fuzz {

inline std::string_view text_of(const guint8* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Cuts an input into pieces. The input's own end says where, so that the fuzzer finds cuts too, and any file
// is an input as it is.
class Cuts {
 public:
  explicit Cuts(std::string_view input) {
    unsigned seed = 1;
    for (const char c : input.substr(input.size() - std::min<std::size_t>(input.size(), 4)))
      seed = seed * 257 + static_cast<guint8>(c);
    random_.seed(seed);
  }

  template <typename Take>
  void cut(std::string_view text, Take take) {
    while (!text.empty()) {
      const std::size_t most = random_() % 4 == 0 ? text.size() : std::min<std::size_t>(text.size(), 9);
      const std::size_t size = 1 + random_() % most;
      take(text.substr(0, size));
      text.remove_prefix(size);
    }
  }

 private:
  std::minstd_rand random_;
};

}  // namespace seedream::fuzz
