// plugin/desktop-notice.cpp - tells the desktop that a long job has ended.
#include "desktop-notice.hpp"

#include <libnotify/notify.h>

#include "base/glib-ptr.hpp"

namespace seedream::plugin {

void tell_desktop(const std::string& summary, const std::string& body) {
  if (!notify_is_initted() && !notify_init("GIMP"))
    return;
  // The body is markup on most desktops.
  const CharPtr text(g_markup_escape_text(body.c_str(), -1));
  const auto notice =
      Ref<NotifyNotification>::adopt(notify_notification_new(summary.c_str(), text.get(), "seedream"));
  notify_notification_set_hint(notice.get(), "desktop-entry", g_variant_new_string("gimp"));
  notify_notification_show(notice.get(), nullptr);
}

}  // namespace seedream::plugin
