// plugin/dialog.hpp - the dialogs, made of the procedure's own arguments: its config is the only copy of the
// settings.
#pragma once
#include <libgimp/gimp.h>
#include <seedream.h>

namespace seedream::plugin {

// Which service the config means: its own choice, else SEEDREAM_PROVIDER, else the first.
const SeedreamProvider* provider_of(GimpProcedureConfig* config);

// Asks the user. about: one line that says what will be sent. jobs: how many requests OK sends. Returns false
// for Cancel.
bool ask(GimpProcedure* procedure, GimpProcedureConfig* config, const char* title, const char* about,
         int jobs);

}  // namespace seedream::plugin
