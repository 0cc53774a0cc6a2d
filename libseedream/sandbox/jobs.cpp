// sandbox/jobs.cpp - jobs that are asked for until they are done.
#include "sandbox/jobs.hpp"

namespace seedream::sandbox {

std::string Jobs::begin(Commission commission) {
  const std::string id = "job_" + std::string(CharPtr(g_uuid_string_random()).get());
  Job job{.begun = g_get_monotonic_time(), .format = commission.format};
  job.unknown = faults_.strikes("job-unknown");
  job.fails = faults_.strikes("job-fails");
  job.sticks = faults_.strikes("job-sticks");
  job.empty = faults_.strikes("no-output");
  job.lacks_last = commission.count > 1 && faults_.strikes("part-fails");
  if (faults_.strikes("unknown-state"))
    job.first_views = {JobState::unheard_of};
  if (faults_.strikes("stepping-back"))
    job.first_views = {JobState::running, JobState::queued};
  jobs_[id] = std::move(job);
  studio_.accept(std::move(commission),
                 {.on_done = [this, id](const Canvasses& canvasses) { jobs_[id].canvasses = canvasses; }});
  return id;
}

std::optional<JobView> Jobs::look(const std::string& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end() || std::exchange(found->second.unknown, false))
    return std::nullopt;
  Job& job = found->second;
  if (!job.first_views.empty()) {
    const JobState state = job.first_views.front();
    job.first_views.pop_front();
    return JobView{.state = state, .format = job.format};
  }
  JobView view{.state = state_of(job), .format = job.format};
  if (view.state == JobState::failed)
    view.error = job.fails ? "the sandbox was told to fail" : job.canvasses->error;
  if (view.state != JobState::completed || job.empty)
    return view;
  for (std::size_t i = 0; i + job.lacks_last < job.canvasses->pictures.size(); ++i)
    view.urls.push_back(downloads_.add(id, i, job.canvasses->pictures[i]));
  return view;
}

JobState Jobs::state_of(const Job& job) const {
  const gint64 milliseconds = (g_get_monotonic_time() - job.begun) / 1000;
  if (milliseconds * 3 < options_.job_ms)
    return JobState::queued;
  if (milliseconds < options_.job_ms || !job.canvasses || job.sticks)
    return JobState::running;
  return job.fails || !job.canvasses->error.empty() ? JobState::failed : JobState::completed;
}

}  // namespace seedream::sandbox
