// plugin/placement.hpp - where a job's pictures go, as text that is written down with the job: whoever comes
// after this process has died puts them there.
#pragma once
#include "home.hpp"
#include "layer-sink.hpp"
#include "recipe.hpp"

namespace seedream::plugin {

struct Placement {
  Home home;              // no mark: a new image
  unsigned above = 0;     // the tattoo of the layer that the answer goes right above; 0: the top
  unsigned parent = 0;    // of the group it was in; 0: none
  int position = 0;       // its place in there
  GeglRectangle frame{};  // as in Setting
  GeglRectangle area{};
  SizeRule size = SizeRule::place;
  Look look;
  Recipe recipe;
};

// What the job's attachments are called, packed; either may be missing.
inline constexpr const char* mask_attachment = "mask";
inline constexpr const char* alpha_attachment = "alpha";

// As GIMP knows it just now.
Placement placement_of(const Spot& spot, const Setting& setting, const Look& look, const Recipe& recipe);
std::string write_placement(const Placement& placement);
// Nothing is known: the text is none, as that of a job which another program has made.
std::optional<Placement> read_placement(const std::string& text);

// Where it is now. A closed image: a new one.
Spot find_spot(const Placement& placement);

}  // namespace seedream::plugin
