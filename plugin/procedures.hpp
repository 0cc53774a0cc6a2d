// plugin/procedures.hpp - the table of procedures and their arguments.
#pragma once
#include <libgimp/gimp.h>

namespace seedream::plugin {

// Their names, newly allocated.
GList* procedure_names();
GimpProcedure* create_procedure(GimpPlugIn* plug_in, const char* name);

}  // namespace seedream::plugin
