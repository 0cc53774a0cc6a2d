// plugin/settings.hpp - what the user has set up once: a file among GIMP's own settings. Keys are not in it:
// they are in the keyring.
#pragma once
#include <seedream.h>

#include <map>
#include <string>

#include "base/result.hpp"

namespace seedream::plugin {

struct Settings {
  std::string provider;       // an id; empty: the first
  std::string model;          // an id; empty: the service's first
  std::string size = "auto";  // as the argument of that name
  bool opens_images = false;  // finished pictures become images of their own, not layers
  std::string originals;      // folder in which they are saved as they came; empty: nowhere
  std::map<std::string, std::string> base_urls;  // by the provider's id; none: the service's own
};

// As they were saved last; what is missing or not understood is as at first.
const Settings& settings();
// Saves them.
Result<Done> change_settings(Settings changed);

// Which service is meant where nobody says: SEEDREAM_PROVIDER, else the settings', else the first.
SeedreamProvider* usual_provider();
// A client of a service, where the settings say that it is. What the environment says wins.
Result<Ref<SeedreamClient>> new_client(SeedreamProvider* provider);

}  // namespace seedream::plugin
