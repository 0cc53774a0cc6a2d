// sandbox/jobs.hpp - jobs that are asked for until they are done, for the contracts that answer a create with
// an id. The faults of jobs live here.
#pragma once
#include <deque>

#include "sandbox/downloads.hpp"
#include "sandbox/studio.hpp"

namespace seedream::sandbox {

enum class JobState { queued, running, completed, failed, unheard_of };

struct JobView {
  JobState state = JobState::queued;
  std::string format;             // of the pictures, asked for
  std::vector<std::string> urls;  // of what is completed
  std::string error;              // of what has failed
};

class Jobs {
 public:
  Jobs(const Options& options, Faults& faults, Studio& studio, Downloads& downloads)
      : options_(options), faults_(faults), studio_(studio), downloads_(downloads) {}
  // Returns the new job's id.
  std::string begin(Commission commission);
  // What a poll is to be told. Nothing: there is no such job.
  std::optional<JobView> look(const std::string& id);

 private:
  struct Job {
    gint64 begun = 0;  // microseconds, monotonic
    std::string format;
    std::optional<Canvasses> canvasses;  // nothing: they are still being painted
    bool unknown = false, fails = false, sticks = false, empty = false, lacks_last = false;
    std::deque<JobState> first_views;  // what the first polls are told, whatever is true
  };
  JobState state_of(const Job& job) const;

  const Options& options_;
  Faults& faults_;
  Studio& studio_;
  Downloads& downloads_;
  std::map<std::string, Job> jobs_;
};

}  // namespace seedream::sandbox
