// net/gio-modules.hpp - GIO loads its modules for proxies and TLS when a connection first asks for them, which would
// hold the main loop for 10 to 40 ms; with the linker's part of it done, 2 ms are left.
#pragma once

namespace seedream::net {

// Has them loaded by another thread, once in a process. The program's end waits for that.
void load_gio_modules();

}  // namespace seedream::net
