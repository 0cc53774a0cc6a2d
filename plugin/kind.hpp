// plugin/kind.hpp - what a procedure is: its words, its arguments, and what it makes of them.
#pragma once
#include <gtk/gtk.h>

#include <span>

#include "arguments.hpp"
#include "job-driver.hpp"
#include "preview.hpp"

namespace seedream::plugin {

// A layer that is made once more, in the same place.
struct Again {
  GimpLayer* layer = nullptr;
  GeglRectangle area{};           // what it was to change, in the image's coordinates
  GimpLayerMask* mask = nullptr;  // the selection of then, as it is now; nullptr: none
};

// Pictures that are in no image of the user's, such as the clipboard's: kept until the run has ended.
using Lent = std::vector<std::shared_ptr<Scratch>>;

// What a run was given.
struct Call {
  GimpProcedure* procedure = nullptr;
  GimpRunMode run_mode = GIMP_RUN_NONINTERACTIVE;
  GimpImage* image = nullptr;  // nullptr: none
  std::span<GimpDrawable* const> drawables;
  GimpProcedureConfig* config = nullptr;
  const Again* again = nullptr;  // nullptr: nothing was there before
  Lent* lent = nullptr;          // nullptr: nobody lends it anything
  bool interactive() const { return run_mode == GIMP_RUN_INTERACTIVE; }
};

// What the dialog shows of a call, as its config says just now.
struct View {
  Sight sight;
  std::string size;  // what is asked for
  int n_inputs = 0;  // pictures that one request sends
};

// Where the list of pictures says that one of them is to be named in the prompt.
using Insert = std::function<void(const std::string&)>;

struct Kind {
  const char* name;
  const char* word;  // short, as presets say it
  SeedreamOperation operation;
  const char* verb;  // on the button that begins, with its mnemonic
  const char* title;
  const char* menu_label;
  const char* blurb;
  const char* help;
  std::span<const char* const> menu_paths;
  bool needs_image;
  std::span<const char*const> usual, rare;  // arguments that the dialog shows below the prompt
  void (*add_arguments)(GimpProcedure*);
  // The line for the dialog, as the config says just now.
  std::string (*describe)(const Call&);
  // Fills in what a user who just opens the dialog most likely means; may be nullptr.
  void (*propose)(const Call&);
  // How many requests OK sends; nullptr: one.
  int (*count_jobs)(const Call&);
  // What keeps OK from being offered, for people; empty: nothing.
  std::string (*objection)(const Call&);
  View (*look)(const Call&);
  GtkWidget* (*make_list)(const Call&, Insert);  // stands where others have a preview; may be nullptr
  // Called only where there is no objection.
  Result<std::vector<Assignment>> (*assign)(const Call&);
};

// Whether an image and its layers are there: the user may close and delete while the dialog is open.
bool is_there(const Kind& kind, const Call& call);
// Likewise for people, with what any service or the kind itself has against the call; empty: nothing.
std::string objection_to(const Kind& kind, const Call& call);

// nullptr: there is none of that name.
const Kind* find_kind(const char* name);

// Right above what is made once more, else above the item, else on top.
Spot spot_for(const Call& call, GimpItem* item);

// Makes the answer a layer over that area, right above the first drawable.
void put_over(const GeglRectangle& area, const Planned& planned, const Call& call, Assignment& assignment);

// The only assignment of a call.
std::vector<Assignment> alone(Assignment assignment);

extern const Kind edit_kind, compose_kind, generate_kind;

}  // namespace seedream::plugin
