// plugin/insertion.hpp - puts the pictures of a job that is over where they belong, as its own process would
// have done.
#pragma once
#include <optional>

#include "job-pictures.hpp"
#include "placement.hpp"

namespace seedream::plugin {

class Insertion {
 public:
  enum class Where { its_place, new_image };

  // done: the new layers, or why there are none.
  Insertion(SeedreamHistory* history, SeedreamJob* job, Where where,
            std::function<void(Result<std::vector<GimpLayer*>>)> done);
  ~Insertion();
  Insertion(const Insertion&) = delete;
  Insertion& operator=(const Insertion&) = delete;
  void start();
  // Whether the layers are those of an image that nobody sees yet.
  bool makes_image() const { return spot_.image_id == 0; }

 private:
  void look_up(const char* name, Ref<GeglBuffer> Setting::*into, void (Insertion::*then)());
  void look_up_alpha();
  void load();
  void fill(std::vector<JobPicture> loaded);
  void insert();
  void deliver();
  void end(Result<std::vector<GimpLayer*>> outcome);

  const Ref<SeedreamHistory> history_;
  const Ref<SeedreamJob> job_;
  std::function<void(Result<std::vector<GimpLayer*>>)> done_;
  std::optional<Placement> placement_;
  Spot spot_;
  Setting setting_;
  std::unique_ptr<JobPictures> pictures_;
  std::unique_ptr<LayerSink> sink_;
  std::vector<GimpLayer*> layers_;  // as soon as they are in their place
  Source steps_;
  Work work_;
  const Ref<GCancellable> wanted_ = Ref<GCancellable>::adopt(g_cancellable_new());
};

}  // namespace seedream::plugin
