// seedream-provider.cpp - which services exist and what each can do. Read only.
#include "seedream-provider.h"

#include "providers/provider.hpp"
#include "providers/size.hpp"

// A SeedreamProvider is a Provider under its public name.
static const seedream::Provider* inside(const SeedreamProvider* self) {
  return reinterpret_cast<const seedream::Provider*>(self);
}

/**
 * seedream_provider_list:
 * @n_providers: (out): how many there are
 *
 * Returns: (array length=n_providers) (transfer none): all services, the recommended one first
 * Since: 0.1
 */
const SeedreamProvider* const* seedream_provider_list(gsize* n_providers) {
  g_return_val_if_fail(n_providers != nullptr, nullptr);

  *n_providers = seedream::providers().size();
  return reinterpret_cast<const SeedreamProvider* const*>(seedream::providers().data());
}

/**
 * seedream_provider_lookup:
 * @id: a service's id, such as "imarouter"
 *
 * Returns: (transfer none) (nullable): the service, or %NULL if there is none of that id
 * Since: 0.1
 */
const SeedreamProvider* seedream_provider_lookup(const char* id) {
  g_return_val_if_fail(id != nullptr, nullptr);

  return reinterpret_cast<const SeedreamProvider*>(seedream::find_provider(id));
}

/**
 * seedream_provider_get_id:
 * @self: a service
 *
 * Returns: its id, which never changes
 * Since: 0.1
 */
const char* seedream_provider_get_id(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, nullptr);

  return inside(self)->id;
}

/**
 * seedream_provider_get_name:
 * @self: a service
 *
 * Returns: its name, for people
 * Since: 0.1
 */
const char* seedream_provider_get_name(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, nullptr);

  return inside(self)->name;
}

/**
 * seedream_provider_get_base_url:
 * @self: a service
 *
 * Returns: (nullable): its usual root; %NULL for one that is started on this machine
 * Since: 0.1
 */
const char* seedream_provider_get_base_url(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, nullptr);

  return inside(self)->base_url;
}

/**
 * seedream_provider_get_key_variable:
 * @self: a service
 *
 * Returns: (nullable): the environment variable that may hold the key; %NULL if it needs none
 * Since: 0.1
 */
const char* seedream_provider_get_key_variable(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, nullptr);

  return inside(self)->key_variable;
}

/**
 * seedream_provider_get_model:
 * @self: a service
 *
 * Returns: the id of the model that is asked for if nobody says another
 * Since: 0.1
 */
const char* seedream_provider_get_model(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, nullptr);

  return inside(self)->model;
}

/**
 * seedream_provider_get_price:
 * @self: a service
 *
 * Returns: what one picture costs, in US dollars
 * Since: 0.1
 */
double seedream_provider_get_price(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, 0);

  return inside(self)->can.usd_per_image;
}

/**
 * seedream_provider_get_max_count:
 * @self: a service
 *
 * Returns: how many pictures one request may ask for
 * Since: 0.1
 */
guint seedream_provider_get_max_count(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, 0);

  return inside(self)->can.max_count;
}

/**
 * seedream_provider_get_max_images:
 * @self: a service
 *
 * Returns: how many pictures one composition may take
 * Since: 0.1
 */
guint seedream_provider_get_max_images(const SeedreamProvider* self) {
  g_return_val_if_fail(self != nullptr, 0);

  return inside(self)->can.max_images;
}

/**
 * seedream_provider_plan_frame:
 * @self: a service
 * @width: a region's width in pixels, at least 1
 * @height: its height in pixels, at least 1
 * @frame_width: (out): the frame's width in pixels, at least @width
 * @frame_height: (out): the frame's height in pixels, at least @height
 *
 * Finds the smallest frame around a region whose shape the service can draw. A picture sent in such a frame
 * comes back in the same shape, so what lay in the region is found again without stretching or cutting.
 *
 * Returns: the size to ask for with seedream_request_set_size()
 * Since: 0.1
 */
const char* seedream_provider_plan_frame(const SeedreamProvider* self, int width, int height,
                                         int* frame_width, int* frame_height) {
  g_return_val_if_fail(self != nullptr && width > 0 && height > 0, nullptr);
  g_return_val_if_fail(frame_width != nullptr && frame_height != nullptr, nullptr);

  const seedream::Frame frame = seedream::plan_frame(inside(self)->can, width, height);
  *frame_width = frame.width;
  *frame_height = frame.height;
  return frame.size->name;
}
