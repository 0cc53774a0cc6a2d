// plugin/procedures.hpp - the table of procedures and their arguments.
#pragma once
#include <libgimp/gimp.h>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

// Their names, newly allocated.
GList* procedure_names();
GimpProcedure* create_procedure(GimpPlugIn* plug_in, const char* name);

struct Rerun;
// Asks for what was asked for once, with its dialog, and inserts what comes. home: the image that it is for;
// nullptr: a new one. Returns what went wrong; nothing: it has worked, or was given up.
ErrorPtr run_again(GimpPlugIn* plug_in, const Rerun& rerun, GimpImage* home);

}  // namespace seedream::plugin
