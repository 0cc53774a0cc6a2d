// plugin/mnemonics.hpp - every letter leads to one widget, in whatever language the window is.
#pragma once
#include <gtk/gtk.h>

namespace seedream::plugin {

// Where two labels of a window have the same mnemonic, the later one is given a letter that is still free, or
// none. GIMP's own widgets are part of our windows, and no translator sees both.
void keep_mnemonics_apart(GtkWidget* window);

}  // namespace seedream::plugin
