// base/small-file.hpp - reads a file that people may have written: it may be anything else, and have any
// size.
#pragma once
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/result.hpp"

namespace seedream {

// Opened without waiting, and looked at only then: a pipe would keep us waiting, a device might have no end,
// and what was looked at before might be another file meanwhile. longest: in bytes. A link is followed:
// dotfiles often are links.
inline Result<std::string> read_small_file(const std::string& path, std::size_t longest) noexcept {
  struct Descriptor {
    int number;
    ~Descriptor() {
      if (number >= 0)
        close(number);
    }
  };
  const Descriptor file{open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  struct stat about = {};
  if (file.number < 0 || fstat(file.number, &about) != 0)
    return make_error(SEEDREAM_ERROR_INVALID, "%s", g_strerror(errno));
  if (!S_ISREG(about.st_mode))
    return make_error(SEEDREAM_ERROR_INVALID, "no regular file");
  std::string text;
  char part[1 << 14];
  for (;;) {
    const ssize_t got = read(file.number, part, sizeof part);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return make_error(SEEDREAM_ERROR_INVALID, "%s", g_strerror(errno));
    if (got == 0)
      return text;
    text.append(part, std::size_t(got));
    if (text.size() > longest)  // it may grow while it is read
      return make_error(SEEDREAM_ERROR_INVALID, "too long");
  }
}

}  // namespace seedream
