// plugin/jobs-procedure.hpp - plug-in-seedream-jobs: the window for people; for scripts what was left behind.
#pragma once
#include <libgimp/gimp.h>

namespace seedream::plugin {

constexpr const char* jobs_name = "plug-in-seedream-jobs";
GimpValueArray* run_jobs_window(GimpProcedure* procedure, GimpRunMode run_mode, GimpImage* image,
                                GimpDrawable** drawables, GimpProcedureConfig* config,
                                gpointer data) noexcept;
// Its words and its arguments.
void describe_jobs(GimpProcedure* procedure);

}  // namespace seedream::plugin
