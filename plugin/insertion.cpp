// plugin/insertion.cpp - puts the pictures of a job that is over where they belong.
#include "insertion.hpp"

#include <glib/gi18n.h>

#include "answer.hpp"
#include "arguments.hpp"
#include "packed-buffer.hpp"

namespace seedream::plugin {
namespace {

ErrorPtr image_was_closed() {
  return make_error(SEEDREAM_ERROR_INVALID, _("The image was closed meanwhile. Try again."));
}

}  // namespace

Insertion::Insertion(SeedreamHistory* history, SeedreamJob* job, Where where,
                     std::function<void(Result<std::vector<GimpLayer*>>)> done)
    : history_(Ref<SeedreamHistory>::share(history)),
      job_(Ref<SeedreamJob>::share(job)),
      done_(std::move(done)),
      placement_(read_placement(seedream_job_get_placement(job))) {
  if (!placement_)
    return;
  spot_ = where == Where::its_place ? find_spot(*placement_) : Spot{};
  setting_ = {.frame = placement_->frame, .area = placement_->area, .size = placement_->size};
  // Elsewhere than in its place it is a picture by itself.
  if (where == Where::new_image)
    setting_ = {.size = SizeRule::own};
  if (spot_.image_id)
    setting_.colours = Colours(gimp_image_get_by_id(spot_.image_id));
}

Insertion::~Insertion() {
  g_cancellable_cancel(wanted_.get());
}

void Insertion::start() {
  if (spot_.image_id)
    look_up(mask_attachment, &Setting::mask, &Insertion::look_up_alpha);
  else
    load();
}

void Insertion::look_up_alpha() {
  look_up(alpha_attachment, &Setting::alpha, &Insertion::load);
}

void Insertion::look_up(const char* name, Ref<GeglBuffer> Setting::*into, void (Insertion::*then)()) {
  seedream_history_lookup_attachment_async(
      history_.get(), seedream_job_get_id(job_.get()), name, wanted_.get(), on_answer,
      asked(wanted_.get(), [this, into, then](GObject*, GAsyncResult* result) {
        GError* raw = nullptr;
        const Bytes bytes =
            Bytes::adopt(seedream_history_lookup_attachment_finish(history_.get(), result, &raw));
        if (raw)
          return end(ErrorPtr(raw));
        if (!bytes)
          return (this->*then)();
        work_ = Work::start<Result<Ref<GeglBuffer>>>([bytes] { return unpack(bytes); },
                                                     [this, into, then](Result<Ref<GeglBuffer>> pixels) {
                                                       if (!pixels)
                                                         return end(pixels.take_error());
                                                       setting_.*into = std::move(*pixels);
                                                       (this->*then)();
                                                     });
      }));
}

void Insertion::load() {
  pictures_ = std::make_unique<JobPictures>(job_.get(), [this](Result<std::vector<JobPicture>> loaded) {
    if (loaded)
      fill(std::move(*loaded));
    else
      end(loaded.take_error());
  });
  pictures_->start();
}

void Insertion::fill(std::vector<JobPicture> loaded) {
  std::vector<Ref<GeglBuffer>> pixels;
  std::vector<std::string> recipes;
  for (JobPicture& picture : loaded) {
    recipes.push_back(placement_ ? write_recipe(placement_->recipe, job_.get(), picture.index) : "");
    pixels.push_back(std::move(picture.pixels));
  }
  const Look look =
      placement_ ? placement_->look : Look{.name = layer_name(seedream_job_get_prompt(job_.get()))};
  sink_ = std::make_unique<LayerSink>(spot_, setting_, look, std::move(pixels), std::move(recipes),
                                      [this] { insert(); });
}

void Insertion::insert() {
  if (sink_->is_homeless())
    return end(image_was_closed());
  Steps steps = sink_->insertion([this](std::vector<GimpLayer*> layers) { layers_ = std::move(layers); });
  if (const int home = spot_.image_id)
    steps = in_one_undo_step({home}, std::move(steps));
  steps_ = take_steps(std::move(steps), [this] {
    gimp_displays_flush();
    if (layers_.empty())
      return end(image_was_closed());
    deliver();
  });
}

void Insertion::deliver() {
  seedream_history_deliver_async(history_.get(), seedream_job_get_id(job_.get()), nullptr, on_answer,
                                 asked(wanted_.get(), [this](GObject*, GAsyncResult* result) {
                                   // What went wrong is no more than that the picture is offered once more.
                                   seedream_history_deliver_finish(history_.get(), result, nullptr);
                                   end(layers_);
                                 }));
}

// Whoever holds this may let go of it in here.
void Insertion::end(Result<std::vector<GimpLayer*>> outcome) {
  const auto done = std::move(done_);
  done(std::move(outcome));
}

}  // namespace seedream::plugin
