// plugin/recipe.hpp - how a layer was made, as text that stays on the layer and in the .xcf file, and from
// which it can be made again. No keys, no addresses.
#pragma once
#include <libgimp/gimp.h>
#include <seedream.h>

#include <string>
#include <vector>

#include "base/result.hpp"

namespace seedream::plugin {

// A picture that went in.
struct Origin {
  std::string kind;     // "layer", "visible" (an image as it was seen), "file"
  std::string name;     // for people
  unsigned tattoo = 0;  // a layer's, which stays the same in the .xcf file
  std::string uri;      // of the file, or of the image's file; empty: it has none
  int image_id = 0;     // the image's, in the GIMP of that process: what has no file is found by them
  gint64 gimp_pid = 0;
  bool is_here = true;  // whether the layer or image is the one that the result went into
};

struct Recipe {
  std::string procedure;
  std::vector<std::pair<std::string, std::string>> arguments;  // names and values, as text
  std::vector<Origin> origins;                                 // in the order in which the model saw them
  GeglRectangle frame{}, area{};  // what was sent and what was to change, in the image's coordinates
  bool masked = false;            // whether the layer's mask is the selection of then
};

Origin origin_of(GimpItem* layer, GimpImage* home);
Origin origin_of(GimpImage* image, GimpImage* home);

// Everything in the config that text can say.
std::vector<std::pair<std::string, std::string>> arguments_of(GimpProcedureConfig* config);
void set_arguments(GimpProcedureConfig* config,
                   const std::vector<std::pair<std::string, std::string>>& arguments);

// The text of what was wished for.
std::string write_recipe(const Recipe& recipe);
// Likewise with what came of it. index: which of the job's pictures this is, from 0.
std::string write_recipe(const Recipe& recipe, SeedreamJob* job, guint index);
// Fails for a text that is none.
Result<Recipe> read_recipe(const std::string& text);

}  // namespace seedream::plugin
