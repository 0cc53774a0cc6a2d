// plugin/settings-procedure.hpp - plug-in-seedream-settings: the window for people, the settings for scripts.
#pragma once
#include <libgimp/gimp.h>

namespace seedream::plugin {

constexpr const char* settings_name = "plug-in-seedream-settings";
GimpProcedure* create_settings_procedure(GimpPlugIn* plug_in);

}  // namespace seedream::plugin
