// plugin/jobs-window.hpp - the window of all jobs: what runs, what was drawn, what it cost.
#pragma once
#include <gtk/gtk.h>
#include <libgimp/gimp.h>
#include <seedream.h>

namespace seedream::plugin {

// Returns when its user closes it. GIMP is free meanwhile. parent: the dialog from which it was opened;
// nullptr: none.
void show_jobs(GimpPlugIn* plug_in, SeedreamHistory* history, GtkWindow* parent);

}  // namespace seedream::plugin
