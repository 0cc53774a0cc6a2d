// plugin/job-pictures.cpp - the pixels of what a job has brought.
#include "job-pictures.hpp"

#include <glib/gi18n.h>

#include "answer.hpp"

namespace seedream::plugin {

JobPictures::JobPictures(SeedreamJob* job, std::function<void(Result<std::vector<JobPicture>>)> done)
    : job_(Ref<SeedreamJob>::share(job)), done_(std::move(done)) {}

JobPictures::~JobPictures() {
  g_cancellable_cancel(wanted_.get());
}

void JobPictures::next() {
  while (index_ < seedream_job_get_n_images(job_.get()) &&
         seedream_image_get_damaged(seedream_job_get_image(job_.get(), index_)))
    ++index_;
  if (index_ == seedream_job_get_n_images(job_.get()))
    return finish();
  SeedreamImage* image = seedream_job_get_image(job_.get(), index_);
  seedream_image_load_async(
      image, wanted_.get(), on_answer, asked(wanted_.get(), [this, image](GObject*, GAsyncResult* result) {
        GError* raw = nullptr;
        auto pixels = Ref<GeglBuffer>::adopt(seedream_image_load_finish(image, result, &raw));
        if (pixels)
          pictures_.push_back({index_, std::move(pixels)});
        else
          unreadable_ = ErrorPtr(raw);
        ++index_;
        next();
      }));
}

// Whoever holds this may let go of it in here.
void JobPictures::finish() {
  const auto done = std::move(done_);
  if (!pictures_.empty())
    return done(std::move(pictures_));
  const char* why = unreadable_ ? unreadable_->message : _("None of the pictures can be read.");
  /* Translators: a whole sentence; the job's id. "seedream jobs show" is a command and stays as it is */
  done(make_error(SEEDREAM_ERROR_BAD_ANSWER, _("%s What came is kept: seedream jobs show %s"), why,
                  seedream_job_get_id(job_.get())));
}

}  // namespace seedream::plugin
