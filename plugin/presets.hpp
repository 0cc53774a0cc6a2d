// plugin/presets.hpp - prompts to begin with: data that comes with the plug-in, and files of the user's own
// in
// ~/.local/share/seedream/presets.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"

namespace seedream::plugin {

struct Preset {
  std::string name, comment;  // for people, in their language
  std::string group;          // presets of one group stand together
  std::string prompt;         // for the model; what is to be filled in stands in <angle brackets>
  bool is_own = false;        // a file of the user's
};

// Those for a procedure ("edit", "compose", "generate"), in the order in which a menu has them; the user's
// own come last.
std::vector<Preset> presets_for(const std::string& procedure);

// Makes a file of the user's own. A file of that name is never replaced.
Result<Done> save_preset(const std::string& name, const std::string& procedure, const std::string& prompt);

}  // namespace seedream::plugin
