// base/rights.hpp - whether this program may do more than whoever started it.
#pragma once
#include <sys/auxv.h>

namespace seedream {

// A setuid or setgid program: who started it wrote its environment, and from that follow which service gets
// the key, which program serves on loopback, and in which folders files are written. So it gets nothing of
// ours.
inline bool has_borrowed_rights() noexcept {
  return getauxval(AT_SECURE) != 0;
}

inline constexpr const char* borrowed_rights = "this program runs with other rights than its user's";

}  // namespace seedream
