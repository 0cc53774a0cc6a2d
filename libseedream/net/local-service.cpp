// net/local-service.cpp - a program that serves on loopback for as long as somebody holds it.
#include "net/local-service.hpp"

#include <glib/gi18n-lib.h>

#include <csignal>

namespace seedream::net {
namespace {

// What is started here serves on this machine alone, and needs nobody's key.
Ref<GSubprocessLauncher> new_launcher() {
  auto launcher = Ref<GSubprocessLauncher>::adopt(g_subprocess_launcher_new(
      static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE)));
  const std::unique_ptr<char*, Deleter<g_strfreev>> names(g_listenv());
  for (char** name = names.get(); *name; ++name)
    if (g_str_has_suffix(*name, "_API_KEY"))
      g_subprocess_launcher_unsetenv(launcher.get(), *name);
  return launcher;
}

}  // namespace

Result<LocalService> LocalService::start(const std::string& program) noexcept {
  LocalService service;
  GError* raw = nullptr;
  service.process_ = Ref<GSubprocess>::adopt(
      g_subprocess_launcher_spawn(new_launcher().get(), &raw, program.c_str(), "--until-eof", nullptr));
  if (!service.process_) {
    ErrorPtr error(raw);
    return make_error(SEEDREAM_ERROR_UNAVAILABLE, _("Cannot start %s: %s."), program.c_str(), error->message);
  }
  auto out = Ref<GDataInputStream>::adopt(
      g_data_input_stream_new(g_subprocess_get_stdout_pipe(service.process_.get())));
  CharPtr line(g_data_input_stream_read_line(out.get(), nullptr, nullptr, nullptr));
  if (!line || !g_str_has_prefix(line.get(), "http://127.0.0.1:"))
    return make_error(SEEDREAM_ERROR_UNAVAILABLE, _("%s does not serve."), program.c_str());
  service.base_url_ = line.get();
  return service;
}

LocalService::~LocalService() {
  if (process_)
    g_subprocess_send_signal(process_.get(), SIGTERM);
}

}  // namespace seedream::net
