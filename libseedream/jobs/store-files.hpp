// jobs/store-files.hpp - the pictures' original bytes: files in one folder, whole or not there, never over
// another.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

struct dirent;

namespace seedream::jobs {

// An open file or folder.
class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& o) noexcept : fd_(std::exchange(o.fd_, -1)) {}
  Fd& operator=(Fd&& o) noexcept {
    std::swap(fd_, o.fd_);
    return *this;
  }
  ~Fd();
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Makes what was made, renamed or removed in a folder outlive a power cut.
bool sync_folder(int fd) noexcept;

// The folder "pictures" in the store's. Links in it are never followed. Its files are whole, as they get
// their names when they are; only one store at a time may name or remove them.
class PictureFolder {
 public:
  // Bytes on the disk under a name that nobody can guess; that name goes with this. Lives shorter than its
  // folder.
  class Draft {
   public:
    Draft(const PictureFolder& folder, std::string name, Bytes bytes)
        : folder_(folder.fd_.get()), name_(std::move(name)), bytes_(std::move(bytes)) {}
    Draft(Draft&& o) noexcept
        : folder_(o.folder_), name_(std::exchange(o.name_, {})), bytes_(std::move(o.bytes_)) {}
    Draft& operator=(Draft&&) = delete;
    ~Draft();
    const char* name() const { return name_.c_str(); }
    const Bytes& bytes() const { return bytes_; }

   private:
    int folder_;
    std::string name_;
    Bytes bytes_;
  };

  static Result<PictureFolder> open(const std::string& store) noexcept;  // fails where it is not there
  static Result<PictureFolder> make(const std::string& store) noexcept;  // or opens the one that is there

  static std::string path_of(const std::string& store, const std::string& name);
  // Of all files but drafts, sorted.
  std::vector<std::string> names() const noexcept;

  Result<Draft> write(const std::string& stem, const Bytes& bytes) const noexcept;
  // The first of stem.suffix, stem-1.suffix, … that is free or holds the same bytes.
  std::string name_for(const Draft& draft, const std::string& stem, const char* suffix) const noexcept;
  // Durable when it returns. Fails where something else has that name.
  Result<Done> publish(const Draft& draft, const std::string& name) const noexcept;
  // Every file whose name begins so, drafts too.
  Result<Done> remove(const std::string& prefix) const noexcept;

 private:
  PictureFolder(Fd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}
  bool is_file(const char* name) const;
  bool holds(const std::string& name, const Bytes& bytes) const;
  bool each_entry(const std::function<bool(const dirent&)>& look) const;

  Fd fd_;
  std::string path_;
};

}  // namespace seedream::jobs
