// jobs/store-files.cpp - the pictures' original bytes: files in one folder, whole or not there.
#include "jobs/store-files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace seedream::jobs {
namespace {

constexpr const char* draft_suffix = ".part";
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// To be called right after what failed.
ErrorPtr trouble(const std::string& path) {
  const char* why = g_strerror(errno);
  const CharPtr shown(g_filename_display_name(path.c_str()));
  return make_error(SEEDREAM_ERROR_FAILED, _("The folder of pictures “%s” cannot be used: %s."), shown.get(),
                    why);
}

bool write_all(int fd, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = write(fd, rest.data(), rest.size());
    if (written < 0 && errno != EINTR)
      return false;
    rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
  return true;
}

bool reads_as(int fd, std::string_view rest) {
  char chunk[1 << 16];
  for (;;) {
    const ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got == 0 && rest.empty();
    const std::string_view part(chunk, static_cast<std::size_t>(got));
    if (!rest.starts_with(part))
      return false;
    rest.remove_prefix(part.size());
  }
}

}  // namespace

// Some file systems cannot sync a folder, and need not.
bool sync_folder(int fd) noexcept {
  return fsync(fd) == 0 || errno == EINVAL;
}

Fd::~Fd() {
  if (fd_ >= 0)
    close(fd_);
}

PictureFolder::Draft::~Draft() {
  if (!name_.empty())
    unlinkat(folder_, name(), 0);
}

std::string PictureFolder::path_of(const std::string& store, const std::string& name) {
  return store + "/pictures/" + name;
}

Result<PictureFolder> PictureFolder::open(const std::string& store) noexcept {
  std::string path = store + "/pictures";
  Fd fd(::open(path.c_str(), folder_flags));
  if (!fd)
    return trouble(path);
  return PictureFolder(std::move(fd), std::move(path));
}

Result<PictureFolder> PictureFolder::make(const std::string& store) noexcept {
  const Fd around(::open(store.c_str(), folder_flags));
  if (!around)
    return trouble(store);
  const bool made = mkdirat(around.get(), "pictures", 0700) == 0;
  if (made ? !sync_folder(around.get()) : errno != EEXIST)
    return trouble(store);
  return open(store);
}

bool PictureFolder::is_file(const char* name) const {
  struct stat found = {};
  return fstatat(fd_.get(), name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(found.st_mode);
}

bool PictureFolder::holds(const std::string& name, const Bytes& bytes) const {
  const Fd fd(openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return fd && reads_as(fd.get(), text_of(bytes));
}

std::string PictureFolder::name_for(const Draft& draft, const std::string& stem,
                                    const char* suffix) const noexcept {
  std::string name = stem + "." + suffix;
  struct stat found = {};
  for (int turn = 1;
       fstatat(fd_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 && !holds(name, draft.bytes());
       ++turn)
    name = format("%s-%d.%s", stem.c_str(), turn, suffix);
  return name;
}

Result<PictureFolder::Draft> PictureFolder::write(const std::string& stem,
                                                  const Bytes& bytes) const noexcept {
  const CharPtr secret(g_uuid_string_random());
  std::string name = stem + "." + secret.get() + draft_suffix;
  const Fd fd(openat(fd_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                     S_IRUSR | S_IWUSR));
  if (!fd)
    return trouble(path_);
  Draft draft(*this, std::move(name), bytes);
  if (!write_all(fd.get(), text_of(bytes)) || fsync(fd.get()) != 0)
    return trouble(path_);
  return draft;
}

// A link instead of a rename, which would replace what has the name already.
Result<Done> PictureFolder::publish(const Draft& draft, const std::string& name) const noexcept {
  const bool there = linkat(fd_.get(), draft.name(), fd_.get(), name.c_str(), 0) == 0 ||
                     (errno == EEXIST && holds(name, draft.bytes()));
  if (!there || !sync_folder(fd_.get()))
    return trouble(path_);
  return Done{};
}

// look: false ends it. Returns whether it came to the end.
bool PictureFolder::each_entry(const std::function<bool(const dirent&)>& look) const {
  Fd again(openat(fd_.get(), ".", folder_flags));
  const std::unique_ptr<DIR, Deleter<closedir>> entries(again ? fdopendir(again.get()) : nullptr);
  if (!entries)
    return false;
  again.release();
  while (const dirent* entry = readdir(entries.get()))
    if (!look(*entry))
      return false;
  return true;
}

std::vector<std::string> PictureFolder::names() const noexcept {
  std::vector<std::string> names;
  each_entry([&](const dirent& entry) {
    // Most file systems tell what it is at once: looking at each would take ten times as long.
    const bool file = entry.d_type == DT_UNKNOWN ? is_file(entry.d_name) : entry.d_type == DT_REG;
    if (file && !g_str_has_suffix(entry.d_name, draft_suffix))
      names.emplace_back(entry.d_name);
    return true;
  });
  std::sort(names.begin(), names.end());
  return names;
}

// What is no file is not ours.
Result<Done> PictureFolder::remove(const std::string& prefix) const noexcept {
  const bool removed = each_entry([&](const dirent& entry) {
    return !g_str_has_prefix(entry.d_name, prefix.c_str()) || unlinkat(fd_.get(), entry.d_name, 0) == 0 ||
           errno == ENOENT || errno == EISDIR;
  });
  if (!removed || !sync_folder(fd_.get()))
    return trouble(path_);
  return Done{};
}

}  // namespace seedream::jobs
