// plugin/job-driver.cpp - runs jobs inside one GIMP call.
#include "job-driver.hpp"

#include <glib/gi18n.h>

#include "base/result.hpp"

namespace seedream::plugin {
namespace {

constexpr gint64 progress_every = G_USEC_PER_SEC / 10;  // each is a call into GIMP; the eye wants no more

std::string stage_text(SeedreamStage stage) {
  switch (stage) {
    case SEEDREAM_STAGE_PREPARING:
      return _("Preparing");
    case SEEDREAM_STAGE_UPLOADING:
      return _("Uploading");
    case SEEDREAM_STAGE_QUEUED:
      return _("Queued");
    case SEEDREAM_STAGE_DRAWING:
      return _("Drawing");
    case SEEDREAM_STAGE_DOWNLOADING:
      return _("Downloading");
    case SEEDREAM_STAGE_DECODING:
      return _("Decoding");
  }
  return "";
}

// A layer's name: the beginning of the prompt, on one line.
std::string layer_name(const char* prompt) {
  constexpr glong longest = 48;
  const CharPtr line(g_strdelimit(g_strdup(prompt), "\n\r\t", ' '));
  if (g_utf8_strlen(line.get(), -1) <= longest)
    return line.get();
  return std::string(CharPtr(g_utf8_substring(line.get(), 0, longest - 1)).get()) + "…";
}

}  // namespace

// One assignment under way.
class JobDriver::Seat {
 public:
  Seat(JobDriver* driver, Assignment assignment) : driver_(driver), assignment_(std::move(assignment)) {}

  void read_next() {
    if (next_input_ == assignment_.inputs.size())
      return submit();
    const Input& input = assignment_.inputs[next_input_++];
    if (const auto* ready = std::get_if<Ref<SeedreamImage>>(&input))
      return take(*ready);
    const Drawn drawn = *std::get_if<Drawn>(&input);
    slices_ = read_drawable(drawn.drawable, drawn.frame, [this, drawn](Ref<SeedreamImage> image) {
      if (drawn.temporary)
        gimp_item_delete(GIMP_ITEM(drawn.drawable));
      take(image);
    });
  }

  std::string stage() const {
    if (inserting_)
      return _("Inserting");
    return stage_text(job_ ? seedream_job_get_stage(job_.get()) : SEEDREAM_STAGE_PREPARING);
  }
  double fraction() const { return job_ && !inserting_ ? seedream_job_get_fraction(job_.get()) : -1; }

  Ref<SeedreamJob> job_;
  std::vector<GimpLayer*> layers_;
  ErrorPtr error_;

 private:
  void take(const Ref<SeedreamImage>& image) {
    seedream_request_add_image(assignment_.request.get(), image.get());
    read_next();
  }

  void submit() {
    GError* raw = nullptr;
    job_ = Ref<SeedreamJob>::adopt(
        seedream_client_create_job(driver_->client_, assignment_.request.get(), &raw));
    if (!job_)
      return end(ErrorPtr(raw));
    g_signal_connect(job_.get(), "notify", G_CALLBACK(+[](SeedreamJob*, GParamSpec*, gpointer self) noexcept {
                       static_cast<Seat*>(self)->driver_->seat_changed();
                     }),
                     this);
    seedream_job_run_async(job_.get(), nullptr, on_ready, this);
  }

  static void on_ready(GObject*, GAsyncResult* result, gpointer data) noexcept {
    auto* self = static_cast<Seat*>(data);
    GError* raw = nullptr;
    seedream_job_run_finish(self->job_.get(), result, &raw);
    if (raw)
      return self->end(ErrorPtr(raw));
    self->load_next();
  }

  void load_next() {
    while (next_picture_ < seedream_job_get_n_images(job_.get())) {
      SeedreamImage* image = seedream_job_get_image(job_.get(), next_picture_++);
      if (!seedream_image_get_damaged(image))
        return seedream_image_load_async(image, nullptr, on_loaded, this);
    }
    inserting_ = true;
    driver_->seat_changed();
    const char* prompt = seedream_request_get_prompt(assignment_.request.get());
    sink_ = std::make_unique<LayerSink>(assignment_.place, layer_name(prompt), std::move(pictures_),
                                        [this](std::vector<GimpLayer*> layers) {
                                          layers_ = std::move(layers);
                                          const GError* missing = seedream_job_get_missing(job_.get());
                                          end(ErrorPtr(missing ? g_error_copy(missing) : nullptr));
                                        });
  }

  static void on_loaded(GObject* image, GAsyncResult* result, gpointer data) noexcept {
    auto* self = static_cast<Seat*>(data);
    auto* pixels = seedream_image_load_finish(SEEDREAM_IMAGE(image), result, nullptr);
    if (pixels)
      self->pictures_.push_back(Ref<GeglBuffer>::adopt(pixels));
    self->load_next();
  }

  void end(ErrorPtr error) {
    if (job_)
      g_signal_handlers_disconnect_by_data(job_.get(), this);
    error_ = std::move(error);
    driver_->seat_ended();
  }

  JobDriver* const driver_;
  Assignment assignment_;
  std::size_t next_input_ = 0;
  guint next_picture_ = 0;
  bool inserting_ = false;
  Source slices_;
  std::vector<Ref<GeglBuffer>> pictures_;
  std::unique_ptr<LayerSink> sink_;
};

JobDriver::JobDriver(SeedreamClient* client, std::vector<Assignment> assignments) : client_(client) {
  for (Assignment& assignment : assignments)
    seats_.push_back(std::make_unique<Seat>(this, std::move(assignment)));
}

JobDriver::~JobDriver() {
  g_main_loop_unref(loop_);
}

Outcome JobDriver::run() {
  gimp_progress_init(_("Seedream"));
  open_ = seats_.size();
  for (const auto& seat : seats_)
    seat->read_next();
  // Drawing brings no news for a while; the bar shows that it goes on.
  const guint ticks = g_timeout_add(
      200,
      +[](gpointer self) noexcept -> gboolean {
        static_cast<JobDriver*>(self)->seat_changed();
        return G_SOURCE_CONTINUE;
      },
      this);
  if (open_ > 0)
    g_main_loop_run(loop_);
  g_source_remove(ticks);
  gimp_progress_end();

  Outcome outcome;
  for (const auto& seat : seats_) {
    outcome.layers.insert(outcome.layers.end(), seat->layers_.begin(), seat->layers_.end());
    if (seat->job_)
      outcome.job_ids +=
          (outcome.job_ids.empty() ? "" : ",") + std::string(seedream_job_get_id(seat->job_.get()));
    if (seat->error_ && !outcome.error)
      outcome.error = std::move(seat->error_);
  }
  return outcome;
}

void JobDriver::seat_changed() {
  const gint64 now = g_get_monotonic_time();
  if (now - shown_ < progress_every)
    return;
  shown_ = now;
  show_progress();
}

void JobDriver::seat_ended() {
  if (--open_ == 0)
    g_main_loop_quit(loop_);
}

void JobDriver::show_progress() {
  const Seat& first = *seats_.front();
  const std::string text =
      seats_.size() == 1 ? format("Seedream: %s", first.stage().c_str())
                         : format(_("Seedream: %zu of %zu jobs done"), seats_.size() - open_, seats_.size());
  gimp_progress_set_text(text.c_str());
  const double fraction =
      seats_.size() == 1 ? first.fraction() : double(seats_.size() - open_) / double(seats_.size());
  if (fraction >= 0)
    gimp_progress_update(fraction);
  else
    gimp_progress_pulse();
}

}  // namespace seedream::plugin
