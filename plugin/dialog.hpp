// plugin/dialog.hpp - the dialogs, made of the procedure's own arguments: its config is the only copy of the
// settings.
#pragma once
#include <libgimp/gimp.h>
#include <seedream.h>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

// Which service the config means: its own choice, else SEEDREAM_PROVIDER, else the first.
SeedreamProvider* provider_of(GimpProcedureConfig* config);

// The model that is asked for, as that service offers it.
Ref<SeedreamModel> model_of(GimpProcedureConfig* config);

// Asks the user. about: one line that says what will be sent. jobs: how many requests OK sends. Returns false
// for Cancel.
bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const char* title, const char* about,
         int jobs);

}  // namespace seedream::plugin
