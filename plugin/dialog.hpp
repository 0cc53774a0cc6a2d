// plugin/dialog.hpp - the dialogs, made of the procedure's own arguments: its config is the only copy of the
// settings.
#pragma once
#include "kind.hpp"

namespace seedream::plugin {

// Asks the user. trouble: why it is asked once more; nullptr: it is not. Returns false for Cancel.
bool ask(const Kind& kind, const Call& call, const GError* trouble);

}  // namespace seedream::plugin
