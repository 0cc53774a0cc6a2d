// net/gio-modules.cpp - has GIO's modules loaded before they are needed.
#include "net/gio-modules.hpp"

#include <gmodule.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "base/glib-ptr.hpp"

namespace seedream::net {
namespace {

// What a connection asks for, and what that asks for in its turn.
constexpr const char* wanted[] = {"gio-proxy-resolver", "gio-tls-backend", "gsettings-backend"};

bool is_wanted(const char* kinds) {
  for (const char* kind : wanted)
    if (strstr(kinds, kind))
      return true;
  return false;
}

// It meets nothing but the linker, which is what takes the time: a thread that has a type registered, while
// another one that makes a class wants the same type, may wait for that one for ever, and that one for it.
// GIO's list of its modules has lines such as "libgiognutls.so: gio-tls-backend". They stay for good, as GIO
// itself would have it.
gpointer load(gpointer) noexcept {
  char* list = nullptr;
  if (!g_file_get_contents(GIO_MODULE_DIR "/giomodule.cache", &list, nullptr, nullptr))
    return nullptr;
  const CharPtr held(list);
  const std::unique_ptr<char*, Deleter<g_strfreev>> lines(g_strsplit(list, "\n", -1));
  for (char** line = lines.get(); *line; ++line) {
    const std::string name(*line, strcspn(*line, ":"));
    if (is_wanted(*line + name.size()) &&
        !g_module_open((GIO_MODULE_DIR "/" + name).c_str(),
                       GModuleFlags(G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL)))
      g_debug("%s is left to GIO: %s", name.c_str(), g_module_error());
  }
  return nullptr;
}

// What they are made of must not be taken down while it is being put up.
class Loading {
 public:
  Loading() = default;
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    if (getpid() == process_)
      g_thread_join(thread_);
  }

 private:
  const pid_t process_ = getpid();  // a fork has no such thread
  GThread* const thread_ = g_thread_new("gio-modules", load, nullptr);
};

}  // namespace

void load_gio_modules() {
  static const Loading loading;
}

}  // namespace seedream::net
