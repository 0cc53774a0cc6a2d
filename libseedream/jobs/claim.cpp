// jobs/claim.cpp - who runs a job.
#include "jobs/claim.hpp"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include <cerrno>

namespace seedream::jobs {
namespace {

Fd open_file(const std::string& path) {
  return Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, S_IRUSR | S_IWUSR));
}

// To be called right after what failed.
ErrorPtr trouble(const std::string& path) {
  const char* why = g_strerror(errno);
  const CharPtr shown(g_filename_display_name(path.c_str()));
  return make_error(SEEDREAM_ERROR_FAILED, _("“%s”, which tells who waits for a job, cannot be used: %s."),
                    shown.get(), why);
}

// The file stays empty: a byte need not be there to be locked. Of the id's 122 free bits the first 62 say
// which; the lock belongs to the open file, not to the process, so that two threads exclude each other too.
struct flock lock_for(const std::string& job_id) {
  std::string digits;
  for (const char c : job_id)
    if (g_ascii_isxdigit(c) && digits.size() < 16)
      digits += c;
  constexpr guint64 offsets = G_MAXINT64 >> 1;
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(g_ascii_strtoull(digits.c_str(), nullptr, 16) & offsets);
  lock.l_len = 1;
  return lock;
}

}  // namespace

Claims::Claims(const std::string& store) noexcept : path_(store + "/jobs.lock"), fd_(open_file(path_)) {}

Result<std::optional<Claim>> Claims::take(const std::string& job_id) const noexcept {
  Fd fd = open_file(path_);
  if (!fd)
    return trouble(path_);
  struct flock lock = lock_for(job_id);
  if (fcntl(fd.get(), F_OFD_SETLK, &lock) == 0)
    return std::optional<Claim>(std::in_place, std::move(fd));
  if (errno == EAGAIN || errno == EACCES)
    return std::optional<Claim>();
  return trouble(path_);
}

bool Claims::is_taken(const std::string& job_id) const noexcept {
  struct flock lock = lock_for(job_id);
  return fcntl(fd_.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace seedream::jobs
