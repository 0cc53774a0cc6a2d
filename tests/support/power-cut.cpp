// support/power-cut.cpp - what a program does to its files, and what a power cut leaves of it.
#include "support/power-cut.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "support/check.hpp"

namespace seedream::test {
namespace {

using Kind = Deed::Kind;
using Key = std::pair<dev_t, ino_t>;

constexpr std::size_t sector = 512;  // bytes
constexpr char rubbish = '\xA5';

void overwrite(std::string_view bytes, std::size_t from, std::string* file) {
  file->resize(std::max(file->size(), from + bytes.size()));
  file->replace(from, bytes.size(), bytes);
}

Key key_of(const struct stat& found) {
  return {found.st_dev, found.st_ino};
}

std::string content_of_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

class Recorder {
 public:
  explicit Recorder(const std::string& root);
  void add(Kind kind, unsigned node, std::string text = {}, std::size_t number = 0) {
    journal.deeds.push_back({kind, node, std::move(text), number});
  }
  std::optional<unsigned> node_of(const struct stat& found) const;
  std::optional<unsigned> node_of(int fd) const;
  void enter(int at, const std::string& path);
  void leave(int at, const std::string& path, const struct stat& left);

  Journal journal;

 private:
  // The folder around a path, and the name in it.
  std::optional<std::pair<unsigned, std::string>> place_of(int at, const std::string& path) const;

  std::map<Key, unsigned> nodes_;
};

std::optional<unsigned> Recorder::node_of(const struct stat& found) const {
  const auto at = nodes_.find(key_of(found));
  return at == nodes_.end() ? std::nullopt : std::optional(at->second);
}

std::optional<unsigned> Recorder::node_of(int fd) const {
  struct stat found = {};
  return fstat(fd, &found) == 0 ? node_of(found) : std::nullopt;
}

std::optional<std::pair<unsigned, std::string>> Recorder::place_of(int at, const std::string& path) const {
  const auto slash = path.rfind('/');
  const std::string around = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  struct stat found = {};
  if (fstatat(at, around.c_str(), &found, 0) != 0)
    return std::nullopt;
  const auto folder = node_of(found);
  if (!folder)
    return std::nullopt;
  return std::pair(*folder, slash == std::string::npos ? path : path.substr(slash + 1));
}

// A name for what is new, or one more name for what is not. The index of SQLite's log is memory that has a
// name: it is made anew after a cut.
void Recorder::enter(int at, const std::string& path) {
  const auto place = place_of(at, path);
  struct stat found = {};
  if (!place || path.ends_with("-shm") || fstatat(at, path.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
    return;
  const auto [node, is_new] = nodes_.try_emplace(key_of(found), journal.nodes.size());
  if (is_new)
    journal.nodes.push_back({S_ISDIR(found.st_mode), journal.nodes[place->first].path + "/" + place->second});
  add(Kind::enter, place->first, place->second, node->second);
}

// The number of a file without a name is soon another one's.
void Recorder::leave(int at, const std::string& path, const struct stat& left) {
  const auto place = place_of(at, path);
  if (!place || !node_of(left))
    return;
  add(Kind::leave, place->first, place->second);
  if (left.st_nlink == 1)
    nodes_.erase(key_of(left));
}

Recorder::Recorder(const std::string& root) {
  struct stat found = {};
  ck_assert_int_eq(stat(root.c_str(), &found), 0);
  nodes_[key_of(found)] = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    enter(AT_FDCWD, entry.path());
    if (entry.is_regular_file() && lstat(entry.path().c_str(), &found) == 0 && node_of(found))
      add(Kind::write, *node_of(found), content_of_file(entry.path()));
  }
  for (unsigned node = 0; node < journal.nodes.size(); ++node)
    add(Kind::sync, node);
  journal.begin = journal.deeds.size();
}

namespace {

Recorder* recorder;  // none: nobody listens

// The system's own function of that name.
template <typename Result, typename... Args>
Result pass_on(const char* name, Args... args) {
  return reinterpret_cast<Result (*)(Args...)>(dlsym(RTLD_NEXT, name))(args...);
}

int overhear_open(const char* name, int at, const char* path, int flags, mode_t mode) {
  struct stat before = {};
  const bool listens = recorder && (flags & (O_CREAT | O_TRUNC)) != 0;
  const bool was_there = listens && fstatat(at, path, &before, AT_SYMLINK_NOFOLLOW) == 0;
  const int fd =
      reinterpret_cast<int (*)(int, const char*, int, ...)>(dlsym(RTLD_NEXT, name))(at, path, flags, mode);
  if (!listens || fd < 0)
    return fd;
  if (!was_there)
    recorder->enter(at, path);
  else if (const auto node = recorder->node_of(before); node && (flags & O_TRUNC) != 0)
    recorder->add(Kind::resize, *node);
  return fd;
}

int overhear_entry(int result, int at, const char* path) {
  if (recorder && result == 0)
    recorder->enter(at, path);
  return result;
}

int overhear_unlink(int at, const char* path, int flags) {
  struct stat before = {};
  const bool listens = recorder && fstatat(at, path, &before, AT_SYMLINK_NOFOLLOW) == 0;
  const int result = pass_on<int, int, const char*, int>("unlinkat", at, path, flags);
  if (listens && result == 0)
    recorder->leave(at, path, before);
  return result;
}

ssize_t overhear_write(ssize_t written, int fd, const void* bytes, off64_t from) {
  if (!recorder || written <= 0)
    return written;
  if (const auto node = recorder->node_of(fd))
    recorder->add(Kind::write, *node, {static_cast<const char*>(bytes), static_cast<std::size_t>(written)},
                  static_cast<std::size_t>(from));
  return written;
}

int overhear_resize(int result, int fd, off64_t size) {
  if (!recorder || result != 0)
    return result;
  if (const auto node = recorder->node_of(fd))
    recorder->add(Kind::resize, *node, {}, static_cast<std::size_t>(size));
  return result;
}

// The real disk need not hear of it, which would take most of the time.
int overhear_sync(int fd) {
  struct stat found = {};
  if (fstat(fd, &found) != 0)
    return -1;
  if (!recorder)
    return 0;
  if (const auto node = recorder->node_of(found))
    recorder->add(Kind::sync, *node);
  return 0;
}

}  // namespace

// Under names of their own, as the headers may lead a call of open() to open64().
#define OVERHEAR(result, name, ...)                                                          \
  extern "C" [[gnu::visibility("default")]] result overheard_##name(__VA_ARGS__) asm(#name); \
  result overheard_##name(__VA_ARGS__)

#define OVERHEAR_OPEN(name, at_name)                                       \
  OVERHEAR(int, name, const char* path, int flags, ...) {                  \
    va_list rest;                                                          \
    va_start(rest, flags);                                                 \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                          \
    return overhear_open(#at_name, AT_FDCWD, path, flags, mode);           \
  }                                                                        \
  OVERHEAR(int, at_name, int at, const char* path, int flags, ...) {       \
    va_list rest;                                                          \
    va_start(rest, flags);                                                 \
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                          \
    return overhear_open(#at_name, at, path, flags, mode);                 \
  }
OVERHEAR_OPEN(open, openat)
OVERHEAR_OPEN(open64, openat64)

OVERHEAR(int, mkdir, const char* path, mode_t mode) {
  return overhear_entry(pass_on<int, const char*, mode_t>("mkdir", path, mode), AT_FDCWD, path);
}
OVERHEAR(int, mkdirat, int at, const char* path, mode_t mode) {
  return overhear_entry(pass_on<int, int, const char*, mode_t>("mkdirat", at, path, mode), at, path);
}
OVERHEAR(int, mknod, const char* path, mode_t mode, dev_t device) {
  return overhear_entry(pass_on<int, const char*, mode_t, dev_t>("mknod", path, mode, device), AT_FDCWD,
                        path);
}
OVERHEAR(int, linkat, int from_at, const char* from, int to_at, const char* to, int flags) {
  const int result =
      pass_on<int, int, const char*, int, const char*, int>("linkat", from_at, from, to_at, to, flags);
  return overhear_entry(result, to_at, to);
}

OVERHEAR(int, unlink, const char* path) {
  return overhear_unlink(AT_FDCWD, path, 0);
}
OVERHEAR(int, unlinkat, int at, const char* path, int flags) {
  return overhear_unlink(at, path, flags);
}

OVERHEAR(ssize_t, write, int fd, const void* bytes, size_t size) {
  const ssize_t written = pass_on<ssize_t, int, const void*, size_t>("write", fd, bytes, size);
  return overhear_write(written, fd, bytes, recorder ? lseek(fd, 0, SEEK_CUR) - written : 0);
}
OVERHEAR(ssize_t, pwrite, int fd, const void* bytes, size_t size, off_t from) {
  const ssize_t written = pass_on<ssize_t, int, const void*, size_t, off_t>("pwrite", fd, bytes, size, from);
  return overhear_write(written, fd, bytes, from);
}
OVERHEAR(ssize_t, pwrite64, int fd, const void* bytes, size_t size, off64_t from) {
  const ssize_t written =
      pass_on<ssize_t, int, const void*, size_t, off64_t>("pwrite64", fd, bytes, size, from);
  return overhear_write(written, fd, bytes, from);
}

OVERHEAR(int, ftruncate, int fd, off_t size) {
  return overhear_resize(pass_on<int, int, off_t>("ftruncate", fd, size), fd, size);
}
OVERHEAR(int, ftruncate64, int fd, off64_t size) {
  return overhear_resize(pass_on<int, int, off64_t>("ftruncate64", fd, size), fd, size);
}

OVERHEAR(int, fsync, int fd) {
  return overhear_sync(fd);
}
OVERHEAR(int, fdatasync, int fd) {
  return overhear_sync(fd);
}

Recording::Recording(const std::string& root) : recorder_(std::make_unique<Recorder>(root)) {
  ck_assert_ptr_null(recorder);
  recorder = recorder_.get();
}

Recording::~Recording() {
  recorder = nullptr;
}

void Recording::tell() {
  recorder_->add(Kind::tell, 0);
}

Journal Recording::finish() {
  recorder = nullptr;
  return std::move(recorder_->journal);
}

// Some disks lose nearly everything, some nearly nothing.
Whim Whim::of(Seed seed) {
  std::mt19937 dice(seed);
  const auto part = [&dice] { return std::uniform_real_distribution<>(0, 1)(dice); };
  const double drop = part() * part(), keep = (1 - drop) * part();
  return Whim(dice(), keep, drop);
}

bool Whim::keeps() {
  const int fate = fate_(dice_);
  return fate == kept || (fate == torn && one_in(2));
}

void Whim::write(std::string_view bytes, std::size_t from, std::string* file) {
  const int fate = fate_(dice_);
  if (fate == torn && one_in(2)) {
    write_sectors(bytes, from, file);
    return;
  }
  const std::size_t size = fate == kept ? bytes.size() : fate == torn ? up_to(bytes.size()) : 0;
  if (size > 0)
    overwrite(bytes.substr(0, size), from, file);
}

// The size may be on the disk before the bytes are, or as far as they are.
void Whim::write_sectors(std::string_view bytes, std::size_t from, std::string* file) {
  const bool spoils = one_in(4);
  if (one_in(2))
    file->resize(std::max(file->size(), from + bytes.size()));
  for (std::size_t at = 0, size; at < bytes.size(); at += size) {
    size = std::min(bytes.size() - at, sector - (from + at) % sector);
    if (one_in(2))
      overwrite(bytes.substr(at, size), from + at, file);
    else if (spoils && one_in(2))
      overwrite(std::string(size, rubbish), from + at, file);
  }
}

Disk::Disk(const Journal& journal, Sync heeds)
    : journal_(journal),
      heeds_(std::move(heeds)),
      synced_(journal.nodes.size()),
      unsynced_(journal.nodes.size()) {}

bool Disk::is_settled() const {
  return std::all_of(unsynced_.begin(), unsynced_.end(), [](const auto& deeds) { return deeds.empty(); });
}

void Disk::apply(const Deed& deed, State* state) {
  switch (deed.kind) {
    case Kind::enter:
      state->names[deed.text] = deed.number;
      break;
    case Kind::leave:
      state->names.erase(deed.text);
      break;
    case Kind::write:
      overwrite(deed.text, deed.number, &state->content);
      break;
    case Kind::resize:
      state->content.resize(deed.number);
      break;
    case Kind::sync:
    case Kind::tell:
      break;
  }
}

void Disk::take(const Deed& deed) {
  auto& waiting = unsynced_[deed.node];
  if (deed.kind == Kind::tell || (deed.kind == Kind::sync && !heeds_(journal_.nodes[deed.node])))
    return;
  if (deed.kind != Kind::sync) {
    waiting.push_back(&deed);
    return;
  }
  for (const Deed* each : waiting)
    apply(*each, &synced_[deed.node]);
  waiting.clear();
}

Disk::State Disk::after(unsigned node, Whim* whim) const {
  State state = synced_[node];
  for (const Deed* deed : unsynced_[node])
    if (deed->kind == Kind::write)
      whim->write(deed->text, deed->number, &state.content);
    else if (whim->keeps())
      apply(*deed, &state);
  return state;
}

void Disk::write_node(std::size_t node, const std::vector<State>& states, const std::string& path) const {
  if (!journal_.nodes[node].is_folder) {
    std::ofstream file(path, std::ios::binary);
    file << states[node].content << std::flush;
    ck_assert_msg(file.good(), "%s cannot be written", path.c_str());
    return;
  }
  std::error_code ignored;
  std::filesystem::create_directory(path, ignored);
  for (const auto& [name, entry] : states[node].names)
    write_node(entry, states, path + "/" + name);
}

void Disk::write_to(const std::string& folder, Whim whim) const {
  std::vector<State> states;
  for (unsigned node = 0; node < journal_.nodes.size(); ++node)
    states.push_back(after(node, &whim));
  write_node(0, states, folder);
}

}  // namespace seedream::test
