// plugin/job-pictures.hpp - the pixels of what a job has brought.
#pragma once
#include <seedream.h>

#include <functional>
#include <vector>

#include "base/result.hpp"

namespace seedream::plugin {

struct JobPicture {
  guint index = 0;  // which of the job's
  Ref<GeglBuffer> pixels;
};

// Loads one after the other what can be read. Dropping it stops that.
class JobPictures {
 public:
  // done: all there is, in the job's order; or why there is nothing.
  JobPictures(SeedreamJob* job, std::function<void(Result<std::vector<JobPicture>>)> done);
  ~JobPictures();
  JobPictures(const JobPictures&) = delete;
  JobPictures& operator=(const JobPictures&) = delete;
  void start() { next(); }

 private:
  void next();
  void finish();

  const Ref<SeedreamJob> job_;
  std::function<void(Result<std::vector<JobPicture>>)> done_;
  std::vector<JobPicture> pictures_;
  guint index_ = 0;
  ErrorPtr unreadable_;  // why the last one that cannot be read cannot
  const Ref<GCancellable> wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
};

}  // namespace seedream::plugin
