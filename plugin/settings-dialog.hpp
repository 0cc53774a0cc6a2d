// plugin/settings-dialog.hpp - the window in which the settings are changed.
#pragma once
#include <gtk/gtk.h>
#include <seedream.h>

namespace seedream::plugin {

// Shows it until it is closed. parent: what it stands over, or nullptr. provider: whose key is asked for
// first; nullptr: the usual one. Returns whether the settings were changed.
bool edit_settings(GtkWindow* parent, SeedreamProvider* provider);

}  // namespace seedream::plugin
