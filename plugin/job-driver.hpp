// plugin/job-driver.hpp - runs jobs inside one GIMP call: a main loop of our own, progress in GIMP's status
// bar, layers when all have arrived, in one undo step. GIMP stays free meanwhile; its Cancel ends this
// process.
#pragma once
#include <memory>
#include <optional>
#include <variant>

#include "base/timer.hpp"
#include "layer-sink.hpp"
#include "layer-source.hpp"
#include "recipe.hpp"

namespace seedream::plugin {

// A picture that goes in.
struct Drawn {
  Snapshot snapshot;
  GeglRectangle frame{};  // how much of it, and around it, in its image's coordinates
};
using Input = std::variant<Drawn, Ref<SeedreamImage>>;

// What restricts an edit.
struct Restriction {
  Snapshot selection;
  Edge edge;
};

// One job: what goes in, what is asked, where the answer goes.
struct Assignment {
  Ref<SeedreamRequest> request;  // its images are added from the inputs
  std::vector<Input> inputs;
  Spot spot;
  Setting setting;          // its alpha and mask are filled in when the inputs have been read
  bool keep_alpha = false;  // the first input's transparency stays
  std::optional<Restriction> restriction;
  Look look;
  Recipe recipe;
};

struct Outcome {
  std::vector<GimpLayer*> layers;  // in the order of the assignments
  std::string job_ids;             // ours; with commas between several
  ErrorPtr error;                  // the first that went wrong
};

// Nothing is written down, for that reason: a whole sentence.
void tell_that_it_is_unprotected(const char* why);

class JobDriver {
 public:
  // history: tells how long jobs take; may be nullptr.
  JobDriver(SeedreamClient* client, SeedreamHistory* history, std::vector<Assignment> assignments);
  ~JobDriver();
  // Returns when every job has ended and every layer is there.
  Outcome run();

 private:
  class Seat;
  void seat_changed();
  void seat_ended();
  void insert_all();
  void deliver_all();
  void show_progress();
  void keep_telling();
  void stop_telling();
  double elapsed() const;  // seconds
  void ask_how_long();
  void tell_that_it_ended(const Outcome& outcome) const;

  SeedreamClient* const client_;
  SeedreamHistory* const history_;
  const Ref<GCancellable> asking_ = Ref<GCancellable>::adopt(g_cancellable_new());
  gint64 begun_ = 0;      // microseconds
  double expected_ = -1;  // seconds; -1: nobody knows
  std::vector<std::unique_ptr<Seat>> seats_;
  std::size_t open_ = 0;
  Timer telling_;
  Source inserting_;
  gint64 shown_ = 0;  // when progress was last told, microseconds
  GMainLoop* const loop_ = g_main_loop_new(nullptr, FALSE);
};

}  // namespace seedream::plugin
