// plugin/steps.hpp - calls into GIMP one after another, with the main loop in between: GIMP takes its time for each, and
// together they would hold it for longer than a frame.
#pragma once
#include <functional>
#include <vector>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

using Steps = std::vector<std::function<void()>>;

// Takes them in the thread-default main context and calls done after the last. Dropping the returned source leaves out
// what was not taken yet.
Source take_steps(Steps steps, std::function<void()> done);

// Between them whoever uses GIMP may do something of his own, for a few milliseconds; it belongs to that undo step then.
// images: GIMP's ids.
Steps in_one_undo_step(std::vector<int> images, Steps steps);

}  // namespace seedream::plugin
