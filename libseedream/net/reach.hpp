// net/reach.hpp - which addresses a call may be connected to. Pure.
#pragma once
#include <gio/gio.h>

#include "base/http.hpp"

namespace seedream::net {

// Those of this machine, in IPv6 clothes too.
bool is_loopback(GInetAddress* address);
// Whether anybody in the internet may have it: not this machine, no private, local or shared network, no
// group of machines, and nothing that is reserved. An IPv6 address that leads to an IPv4 one is as public as
// that.
bool is_public(GInetAddress* address);
bool is_within(Reach reach, GInetAddress* address);

}  // namespace seedream::net
