// plugin/choices.hpp - services, models and sizes to choose from.
#pragma once
#include <seedream.h>

#include "widgets.hpp"

namespace seedream::plugin {

Choices provider_choices();
Choices model_choices(SeedreamProvider* provider);

// A combo box with an entry, for sizes: what the model has names for, and whatever is typed.
GtkWidget* new_size_combo();
void fill_size_combo(GtkWidget* combo, SeedreamModel* model, const std::string& chosen);
std::string size_in(GtkWidget* combo);

}  // namespace seedream::plugin
