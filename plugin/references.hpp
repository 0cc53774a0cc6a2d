// plugin/references.hpp - the pictures of a composition, in the order in which the model counts them.
#pragma once
#include "kind.hpp"

namespace seedream::plugin {

// A picture that can go in: a drawable of the call or a layer, an open image as it is seen, or a file.
struct Reference {
  enum class Kind { drawable, image, layer, file } kind;
  GimpItem* item = nullptr;    // of a drawable or layer
  GimpImage* image = nullptr;  // of an image
  std::string file;            // a path or URI
  bool is_on = true;           // whether it shall be sent

  std::string name() const;
};

void add_reference_arguments(GimpProcedure* procedure);

// What is sent, in the order that the arguments say.
Result<std::vector<Reference>> references_of(const Call& call);
// All that there is: first these, then what the order leaves out.
std::vector<Reference> offered_references(const Call& call);
// Writes them back. What is not on, or is a drawable and not in the list, is left out by the order.
void set_references(const Call& call, const std::vector<Reference>& references);
// A user who just opens the dialog means what is open; a script says what it means.
void propose_references(const Call& call);

// How many of them the model takes: in the dialog those behind are not sent, and it says so.
unsigned most_references(const Call& call);

// The list of them with what changes it, for the dialog; it writes into the config.
GtkWidget* new_reference_list(const Call& call, Insert insert);

}  // namespace seedream::plugin
