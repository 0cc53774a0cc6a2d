// jobs/claim.hpp - who runs a job: a lock on one byte of a file, which the system takes back from whoever
// dies. No clock, no process number, nothing that a crash leaves behind.
#pragma once
#include <optional>
#include <string>

#include "base/result.hpp"
#include "jobs/store-files.hpp"

namespace seedream::jobs {

// Holds a job for as long as it lives.
class Claim {
 public:
  explicit Claim(Fd fd) : fd_(std::move(fd)) {}

 private:
  Fd fd_;
};

// The claims of all programs that share a store. Waits for nobody.
class Claims {
 public:
  // store: its folder, without links in it. What is wrong with the file take() tells.
  explicit Claims(const std::string& store) noexcept;
  // Nothing: somebody holds the job.
  Result<std::optional<Claim>> take(const std::string& job_id) const noexcept;
  bool is_taken(const std::string& job_id) const noexcept;

 private:
  std::string path_;
  Fd fd_;  // to look at
};

}  // namespace seedream::jobs
