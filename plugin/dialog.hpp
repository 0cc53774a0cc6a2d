// plugin/dialog.hpp - the dialogs, made of the procedure's own arguments: its config is the only copy of the
// settings.
#pragma once
#include "kind.hpp"

namespace seedream::plugin {

// Asks the user. Returns false for Cancel.
bool ask(const Kind& kind, const Call& call);

}  // namespace seedream::plugin
