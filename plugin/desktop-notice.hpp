// plugin/desktop-notice.hpp - tells the desktop that a long job has ended, for whoever went on to something
// else.
#pragma once
#include <string>

namespace seedream::plugin {

// Where there is no desktop that listens, nothing happens.
void tell_desktop(const std::string& summary, const std::string& body);

}  // namespace seedream::plugin
