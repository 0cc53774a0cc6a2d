// plugin/job-driver.cpp - runs jobs inside one GIMP call.
#include "job-driver.hpp"

#include <glib/gi18n.h>

#include <algorithm>

#include "answer.hpp"
#include "base/result.hpp"
#include "desktop-notice.hpp"
#include "job-pictures.hpp"
#include "originals.hpp"
#include "packed-buffer.hpp"
#include "placement.hpp"
#include "settings.hpp"
#include "stage-text.hpp"

namespace seedream::plugin {
namespace {

constexpr gint64 progress_every = G_USEC_PER_SEC / 10;  // each is a call into GIMP; the eye wants no more

constexpr double long_job = 10;  // seconds after which nobody waits in front of the screen any more

}  // namespace

void tell_that_it_is_unprotected(const char* why) {
  /* Translators: a whole sentence: why nothing can be written down */
  g_message(_("%s The job runs all the same, but its pictures are lost if it is interrupted."), why);
}

// One assignment under way.
class JobDriver::Seat {
 public:
  Seat(JobDriver* driver, Assignment assignment) : driver_(driver), assignment_(std::move(assignment)) {}

  void start() { read_mask(); }

  std::string stage() const {
    if (sink_)
      return _("Inserting");
    if (!job_)
      return stage_text(SEEDREAM_STAGE_PREPARING, -1, 0, -1);
    return stage_text(seedream_job_get_stage(job_.get()), seedream_job_get_fraction(job_.get()),
                      driver_->elapsed(), driver_->expected_);
  }
  // While it draws nobody tells how far it is; what earlier jobs took does, near enough.
  double fraction() const {
    if (!job_ || sink_)
      return -1;
    const bool draws = seedream_job_get_stage(job_.get()) == SEEDREAM_STAGE_DRAWING;
    return draws && driver_->expected_ > 0 ? std::min(driver_->elapsed() / driver_->expected_, 0.95)
                                           : seedream_job_get_fraction(job_.get());
  }
  const std::string& name() const { return assignment_.look.name; }

  // The image into which this goes, by its id, if it has layers for one that is still open; 0 otherwise.
  int home() const { return sink_ && !sink_->is_homeless() ? assignment_.spot.image_id : 0; }
  // Its image was closed meanwhile, or has not taken them: then the pictures become images of their own.
  bool move_out() {
    if (!sink_ || !sink_->is_homeless())
      return false;
    assignment_.spot = {};
    fill_layers();
    return true;
  }
  void add_insertion(Steps& steps) {
    if (!sink_)
      return;
    for (auto& step : sink_->insertion([this](std::vector<GimpLayer*> layers) { layers_ = std::move(layers); }))
      steps.push_back(std::move(step));
    steps.emplace_back([this] {
      if (!layers_.empty())
        sink_.reset();
    });
  }
  bool is_in_place() const { return !sink_; }
  // Writes down that the pictures are where they belong, where anything is written down.
  void deliver(SeedreamHistory* history, std::function<void()> done) {
    if (!history || !job_ || layers_.empty())
      return done();
    seedream_history_deliver_async(
        history, seedream_job_get_id(job_.get()), nullptr, on_answer,
        asked(nullptr, [history, done = std::move(done)](GObject*, GAsyncResult* result) {
          // What went wrong is no more than that the picture is offered once more.
          seedream_history_deliver_finish(history, result, nullptr);
          done();
        }));
  }

  Ref<SeedreamJob> job_;
  std::vector<GimpLayer*> layers_;
  ErrorPtr error_;

 private:
  void read_mask() {
    if (!assignment_.restriction)
      return read_next();
    const GeglRectangle& area = assignment_.setting.area;
    const int reach = assignment_.restriction->edge.reach();
    const GeglRectangle around{area.x - reach, area.y - reach, area.width + 2 * reach,
                               area.height + 2 * reach};
    slices_ = read_values(assignment_.restriction->selection, around, [this](Ref<GeglBuffer> values) {
      work_ = Work::start<Ref<GeglBuffer>>(
          [values, edge = assignment_.restriction->edge, area = assignment_.setting.area] {
            return shape_mask(values.get(), edge, area);
          },
          [this](Ref<GeglBuffer> mask) {
            assignment_.setting.mask = std::move(mask);
            assignment_.restriction.reset();
            read_next();
          });
    });
  }

  void read_next() {
    if (next_input_ == assignment_.inputs.size())
      return prepare();
    Input& input = assignment_.inputs[next_input_++];
    if (const auto* ready = std::get_if<Ref<SeedreamImage>>(&input))
      return take(*ready);
    Drawn drawn = std::move(*std::get_if<Drawn>(&input));
    const Colours colours(gimp_item_get_image(GIMP_ITEM(drawn.snapshot.drawable)));
    const bool wants_alpha = assignment_.keep_alpha && next_input_ == 1;
    slices_ = read_pixels(drawn.snapshot, drawn.frame, [this, colours, wants_alpha](Ref<GeglBuffer> pixels) {
      convert(std::move(pixels), colours, wants_alpha);
    });
    input = Ref<SeedreamImage>();  // nothing holds the snapshot but the reading of it
  }

  struct Readable {
    Ref<GeglBuffer> pixels, alpha;
  };

  void convert(Ref<GeglBuffer> pixels, const Colours& colours, bool wants_alpha) {
    if (colours.known_to_babl() && !wants_alpha)
      return take(Ref<SeedreamImage>::adopt(seedream_image_new_from_buffer(pixels.get())));
    work_ = Work::start<Readable>(
        [pixels, colours, wants_alpha, area = assignment_.setting.area] {
          return Readable{colours.known_to_babl() ? pixels : colours.to_srgb(pixels.get()),
                          wants_alpha ? alpha_of(pixels.get(), area) : Ref<GeglBuffer>()};
        },
        [this](Readable read) {
          if (read.alpha)
            assignment_.setting.alpha = std::move(read.alpha);
          take(Ref<SeedreamImage>::adopt(seedream_image_new_from_buffer(read.pixels.get())));
        });
  }

  void take(const Ref<SeedreamImage>& image) {
    seedream_request_add_image(assignment_.request.get(), image.get());
    read_next();
  }

  // What restricts the answer is written down with the job, for whoever has to put it in its place.
  void prepare() {
    const Setting& setting = assignment_.setting;
    work_ = Work::start<std::vector<std::pair<const char*, Bytes>>>(
        [mask = setting.mask, alpha = setting.alpha] {
          std::vector<std::pair<const char*, Bytes>> packed;
          if (mask)
            packed.emplace_back(mask_attachment, pack(mask.get()));
          if (alpha)
            packed.emplace_back(alpha_attachment, pack(alpha.get()));
          return packed;
        },
        [this](std::vector<std::pair<const char*, Bytes>> packed) {
          SeedreamRequest* request = assignment_.request.get();
          for (const auto& [name, bytes] : packed)
            seedream_request_attach(request, name, bytes.get());
          const Placement placement =
              placement_of(assignment_.spot, assignment_.setting, assignment_.look, assignment_.recipe);
          seedream_request_set_placement(request, write_placement(placement).c_str());
          submit();
        });
  }

  void submit() {
    GError* raw = nullptr;
    job_ = Ref<SeedreamJob>::adopt(
        seedream_client_create_job(driver_->client_, assignment_.request.get(), &raw));
    assignment_.request = {};  // what is sent need not be kept until the answer is here
    assignment_.inputs.clear();
    if (!job_)
      return end(ErrorPtr(raw));
    g_signal_connect(job_.get(), "notify", G_CALLBACK(+[](SeedreamJob*, GParamSpec*, gpointer self) noexcept {
                       static_cast<Seat*>(self)->warn();
                       static_cast<Seat*>(self)->driver_->seat_changed();
                     }),
                     this);
    seedream_job_run_async(job_.get(), nullptr, on_ready, this);
  }

  // Once, as soon as it is known.
  void warn() {
    const char* why = seedream_job_get_unprotected(job_.get());
    if (why && !std::exchange(warned_, true))
      tell_that_it_is_unprotected(why);
  }

  static void on_ready(GObject*, GAsyncResult* result, gpointer data) noexcept {
    auto* self = static_cast<Seat*>(data);
    GError* raw = nullptr;
    seedream_job_run_finish(self->job_.get(), result, &raw);
    if (raw)
      return self->end(ErrorPtr(raw));
    self->load();
  }

  void load() {
    loading_ = std::make_unique<JobPictures>(job_.get(), [this](Result<std::vector<JobPicture>> loaded) {
      if (!loaded)
        return end(loaded.take_error());
      for (JobPicture& picture : *loaded) {
        recipes_.push_back(write_recipe(assignment_.recipe, job_.get(), picture.index));
        pictures_.push_back(std::move(picture.pixels));
      }
      keep_originals();
    });
    loading_->start();
  }

  void keep_originals() {
    if (settings().originals.empty())
      return fill_layers();
    std::vector<std::pair<Bytes, std::string>> originals;
    for (guint i = 0; i < seedream_job_get_n_images(job_.get()); ++i) {
      SeedreamImage* image = seedream_job_get_image(job_.get(), i);
      if (!seedream_image_get_damaged(image))
        originals.emplace_back(Bytes::share(seedream_image_get_bytes(image)),
                               seedream_image_get_suffix(image));
    }
    work_ = Work::start<std::string>(
        [folder = settings().originals, name = assignment_.look.name,
         originals = std::move(originals)]() -> std::string {
          for (const auto& [bytes, suffix] : originals)
            if (auto saved = save_original(folder, name, bytes, suffix); !saved)
              return saved.take_error()->message;
          return "";
        },
        [this](std::string trouble) {
          if (!trouble.empty())
            /* Translators: why, as the system says it */
            g_message(_("The original was not saved: %s"), trouble.c_str());
          fill_layers();
        });
  }

  void fill_layers() {
    sink_ = std::make_unique<LayerSink>(assignment_.spot, assignment_.setting, assignment_.look, pictures_,
                                        recipes_, [this] {
                                          const GError* missing = seedream_job_get_missing(job_.get());
                                          end(ErrorPtr(missing ? g_error_copy(missing) : nullptr));
                                        });
    driver_->seat_changed();
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
  Source slices_;
  Work work_;
  bool warned_ = false;  // that it is not written down
  std::vector<Ref<GeglBuffer>> pictures_;
  std::vector<std::string> recipes_;  // one for each of them
  std::unique_ptr<JobPictures> loading_;
  std::unique_ptr<LayerSink> sink_;
};

JobDriver::JobDriver(SeedreamClient* client, SeedreamHistory* history, std::vector<Assignment> assignments)
    : client_(client), history_(history) {
  for (Assignment& assignment : assignments)
    seats_.push_back(std::make_unique<Seat>(this, std::move(assignment)));
}

JobDriver::~JobDriver() {
  g_cancellable_cancel(asking_.get());
  g_main_loop_unref(loop_);
}

double JobDriver::elapsed() const {
  return double(g_get_monotonic_time() - begun_) / G_USEC_PER_SEC;
}

void JobDriver::ask_how_long() {
  if (!history_)
    return;
  seedream_history_estimate_duration_async(
      history_, seedream_client_get_provider(client_), nullptr, asking_.get(),
      [](GObject* history, GAsyncResult* result, gpointer self) noexcept {
        const double seconds =
            seedream_history_estimate_duration_finish(SEEDREAM_HISTORY(history), result, nullptr);
        if (seconds > 0)  // else nobody knows, or nobody is there any more
          static_cast<JobDriver*>(self)->expected_ = seconds;
      },
      this);
}

// The one who began it may be elsewhere by now.
void JobDriver::tell_that_it_ended(const Outcome& outcome) const {
  if (elapsed() < long_job)
    return;
  if (outcome.layers.empty())
    tell_desktop(_("The picture failed"), outcome.error ? outcome.error->message : "");
  else
    tell_desktop(ngettext("The picture is there", "The pictures are there", outcome.layers.size()),
                 seats_.front()->name());
}

Outcome JobDriver::run() {
  begun_ = g_get_monotonic_time();
  ask_how_long();
  gimp_progress_init(_("Seedream"));
  open_ = seats_.size();
  for (const auto& seat : seats_)
    seat->start();
  keep_telling();
  if (open_ > 0)
    g_main_loop_run(loop_);
  else
    stop_telling();

  Outcome outcome;
  for (const auto& seat : seats_) {
    outcome.layers.insert(outcome.layers.end(), seat->layers_.begin(), seat->layers_.end());
    if (seat->job_)
      outcome.job_ids +=
          (outcome.job_ids.empty() ? "" : ",") + std::string(seedream_job_get_id(seat->job_.get()));
    if (seat->error_ && !outcome.error)
      outcome.error = std::move(seat->error_);
  }
  tell_that_it_ended(outcome);
  return outcome;
}

// Drawing brings no news for a while; the bar shows that it goes on.
void JobDriver::keep_telling() {
  telling_ = start_timer(std::chrono::milliseconds(200), [this] {
    seat_changed();
    keep_telling();
  });
}

void JobDriver::stop_telling() {
  telling_ = {};
  gimp_progress_end();
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
    insert_all();
}

// All at once: what one call brings is one undo step in each image.
void JobDriver::insert_all() {
  open_ = 1;  // nobody who moves out by the way comes back in here
  for (const auto& seat : seats_)
    open_ += seat->move_out();
  if (--open_ > 0)
    return;
  // As soon as a layer is there GIMP draws, and whoever asks it for anything waits for that.
  stop_telling();
  std::vector<int> homes;
  for (const auto& seat : seats_)
    if (const int home = seat->home(); home && std::find(homes.begin(), homes.end(), home) == homes.end())
      homes.push_back(home);
  Steps steps;
  for (const auto& seat : seats_)
    seat->add_insertion(steps);
  open_ = seats_.size();
  inserting_ = take_steps(in_one_undo_step(std::move(homes), std::move(steps)), [this] {
    gimp_displays_flush();
    if (std::all_of(seats_.begin(), seats_.end(), [](const auto& seat) { return seat->is_in_place(); }))
      deliver_all();
    else
      insert_all();  // an image was closed by the way, or has not taken them
  });
}

void JobDriver::deliver_all() {
  for (const auto& seat : seats_)
    seat->deliver(history_, [this] {
      if (--open_ == 0)
        g_main_loop_quit(loop_);
    });
}

void JobDriver::show_progress() {
  const Seat& first = *seats_.front();
  /* Translators: what the plug-in is doing just now, in the status bar: "Seedream: Queued" */
  const std::string text =
      seats_.size() == 1
          ? format(_("Seedream: %s"), first.stage().c_str())
          : format(ngettext("Seedream: %zu of %zu job done", "Seedream: %zu of %zu jobs done", seats_.size()),
                   seats_.size() - open_, seats_.size());
  gimp_progress_set_text(text.c_str());
  const double fraction =
      seats_.size() == 1 ? first.fraction() : double(seats_.size() - open_) / double(seats_.size());
  if (fraction >= 0)
    gimp_progress_update(fraction);
  else
    gimp_progress_pulse();
}

}  // namespace seedream::plugin
