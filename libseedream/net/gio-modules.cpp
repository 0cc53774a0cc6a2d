// net/gio-modules.cpp - has GIO's modules loaded before they are needed.
#include "net/gio-modules.hpp"

#include <gio/gio.h>
#include <unistd.h>

namespace seedream::net {
namespace {

gpointer load(gpointer) noexcept {
  g_proxy_resolver_get_default();
  g_tls_backend_get_default();
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
