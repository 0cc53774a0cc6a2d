// net/gio-modules.hpp - GIO loads its modules for proxies and TLS when a connection first asks for them, which would
// hold the main loop for 10 to 30 ms.
#pragma once

namespace seedream::net {

// Has them loaded by another thread, once in a process. The program's end waits for that.
void load_gio_modules();

}  // namespace seedream::net
