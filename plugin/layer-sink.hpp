// plugin/layer-sink.hpp - finished pictures to layers, in one undo step.
#pragma once
#include <libgimp/gimp.h>

#include <string>
#include <vector>

#include "base/work.hpp"
#include "place.hpp"
#include "slices.hpp"

namespace seedream::plugin {

// Puts pictures into their place, the first one lowest. Where the image is closed by now they become an image
// of their own, so that nothing paid for is lost.
class LayerSink {
 public:
  LayerSink(Place place, std::string name, std::vector<Ref<GeglBuffer>> pictures,
            std::function<void(std::vector<GimpLayer*>)> done);

 private:
  void next();
  void fill(Ref<GeglBuffer> fitted);
  void insert();

  Place place_;
  const std::string name_;
  std::vector<Ref<GeglBuffer>> pictures_;
  std::function<void(std::vector<GimpLayer*>)> done_;
  GimpImage* image_ = nullptr;      // owned by libgimp, as the layers are
  std::vector<GimpLayer*> layers_;  // filled, not inserted yet
  Work work_;
  Source slices_;
};

}  // namespace seedream::plugin
