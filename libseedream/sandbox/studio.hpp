// sandbox/studio.hpp - where ordered pictures are made: fetches the inputs, paints in workers, keeps what is
// finished.
#pragma once
#include <map>

#include "base/work.hpp"
#include "sandbox/options.hpp"
#include "sandbox/painter.hpp"

namespace seedream::sandbox {

struct Commission {
  std::string prompt;
  std::vector<std::string> inputs;  // data URLs, or http URLs on loopback
  gint64 seed = 0;
  unsigned count = 1;
  int width = 2048, height = 2048;  // pixels
  std::string format = "png";       // "png", "jpeg" or "webp"
};

struct Canvasses {
  std::vector<Bytes> pictures;
  std::string error;  // why there are none: an input that cannot be fetched or read
};

// One commission under way; it can be asked at any time.
class Studio {
 public:
  explicit Studio(const Options& options);
  // Returns a number to ask for it with.
  unsigned accept(Commission commission);
  // Nothing: it is still being painted.
  const Canvasses* look(unsigned number) const;

 private:
  struct Easel {
    Work work;
    std::optional<Canvasses> done;
  };
  const Options& options_;
  Work warming_up_;  // GEGL's start, so that the first commission does not wait for it
  std::map<unsigned, Easel> easels_;
};

}  // namespace seedream::sandbox
