// plugin/settings-procedure.hpp - plug-in-seedream-settings: the window for people, the settings for scripts.
#pragma once
#include <libgimp/gimp.h>

namespace seedream::plugin {

constexpr const char* settings_name = "plug-in-seedream-settings";
GimpValueArray* run_settings(GimpProcedure* procedure, GimpRunMode run_mode, GimpImage* image,
                             GimpDrawable** drawables, GimpProcedureConfig* config, gpointer data) noexcept;
// Its words and its arguments.
void describe_settings(GimpProcedure* procedure);

}  // namespace seedream::plugin
