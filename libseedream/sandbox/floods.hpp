// sandbox/floods.hpp - answers that are larger than anybody should hold. They are made while they are sent.
#pragma once
#include "sandbox/contract.hpp"

namespace seedream::sandbox {

Flood huge_string();  // {"id":"aaaa…
Flood gzip_bomb();    // the same, in a thousandth of the space
Flood chatter();      // events, each of a few bytes

}  // namespace seedream::sandbox
