// plugin/rerun.hpp - making a layer once more, from what it remembers of how it was made.
#pragma once
#include "kind.hpp"

namespace seedream::plugin {

// What a layer was made of, found again.
struct Rerun {
  const Kind* kind;
  Recipe recipe;
  std::vector<GimpDrawable*> drawables;
  Again again;
};

// What the recipe names, found again: nothing was there before. home: the image it was for; nullptr: it is
// not open.
Result<Rerun> find_rerun(const Recipe& recipe, GimpImage* home);
// Fails where the layer is none of ours, or what went in is not there any more.
Result<Rerun> find_rerun(GimpImage* image, std::span<GimpDrawable* const> drawables);

// Writes the recipe's arguments into the config of its procedure.
void fill_config(const Rerun& rerun, GimpImage* image, GimpProcedureConfig* config);

}  // namespace seedream::plugin
