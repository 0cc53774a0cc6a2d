// sandbox/studio.hpp - where ordered pictures are made: has the inputs fetched, and paints in workers.
#pragma once
#include <functional>

#include "base/work.hpp"
#include "sandbox/materials.hpp"
#include "sandbox/options.hpp"
#include "sandbox/sizes.hpp"

namespace seedream::sandbox {

struct Commission {
  std::string prompt;
  std::vector<std::string> inputs;  // data URLs, or http URLs on loopback
  InputRules rules;
  gint64 seed = 0;
  unsigned count = 1;
  Size size;
  std::string format = "png";  // "png", "jpeg" or "webp"
  bool watermark = false;      // "AI generated" at the lower right
};

struct Canvasses {
  std::vector<Bytes> pictures;  // encoded
  Materials::Failure failure = Materials::Failure::none;
  std::string error;  // why there are none: an input that cannot be fetched or read
};

// Who wants to hear of a commission, in the main context. Calls come after accept() has returned.
struct Patron {
  std::function<void()> on_ready;  // the inputs are good, and painting begins
  std::function<void(const Canvasses&)> on_done;
  std::function<void(unsigned index, const Bytes& picture)> on_picture;  // each one as it is finished
};

// Several commissions may be under way.
class Studio {
 public:
  explicit Studio(const Options& options);
  void accept(Commission commission, Patron patron);

 private:
  struct Easel;
  void paint_next(const std::shared_ptr<Easel>& easel);
  static void hang(Easel& easel, const Bytes& picture);
  static void close(Easel& easel);

  const Options& options_;
  Work warming_up_;  // GEGL's start, so that the first commission does not wait for it
};

}  // namespace seedream::sandbox
