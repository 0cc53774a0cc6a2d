// plugin/lists.hpp - libgimp's lists: what it gives is ended by nullptr, and the list is the caller's, what
// is in it not.
#pragma once
#include <glib.h>

#include <vector>

namespace seedream::plugin {

// Takes such a list over.
template <typename T>
std::vector<T*> taken(T** list) {
  std::vector<T*> objects;
  for (T** object = list; object && *object; ++object)
    objects.push_back(*object);
  g_free(list);
  return objects;
}

}  // namespace seedream::plugin
