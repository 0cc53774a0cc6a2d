// plugin/job-driver.hpp - runs jobs inside one GIMP call: a main loop of our own, progress in GIMP's status
// bar, layers when they arrive. GIMP stays free meanwhile; its Cancel ends this process.
#pragma once
#include <memory>
#include <variant>

#include "layer-sink.hpp"
#include "layer-source.hpp"

namespace seedream::plugin {

// A picture that goes in.
struct Drawn {  // a drawable, with as much around it as the frame says; in the drawable's coordinates
  GimpDrawable* drawable;
  GeglRectangle frame;
  bool temporary = false;  // made for this job only: deleted when it has been read
};
using Input = std::variant<Drawn, Ref<SeedreamImage>>;

// One job: what goes in, what is asked, where the answer goes.
struct Assignment {
  Ref<SeedreamRequest> request;  // its images are added from the inputs
  std::vector<Input> inputs;
  Place place;
};

struct Outcome {
  std::vector<GimpLayer*> layers;  // in the order of the assignments
  std::string job_ids;             // ours; with commas between several
  ErrorPtr error;                  // the first that went wrong
};

class JobDriver {
 public:
  JobDriver(SeedreamClient* client, std::vector<Assignment> assignments);
  ~JobDriver();
  // Returns when every job has ended and every layer is there.
  Outcome run();

 private:
  class Seat;
  void seat_changed();
  void seat_ended();
  void show_progress();

  SeedreamClient* const client_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::size_t open_ = 0;
  gint64 shown_ = 0;  // when progress was last told, microseconds
  GMainLoop* const loop_ = g_main_loop_new(nullptr, FALSE);
};

}  // namespace seedream::plugin
