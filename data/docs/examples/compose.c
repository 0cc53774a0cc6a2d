/* compose.c - asks for one picture of two, which an editor has as pixels. */
#include <seedream.h>

SeedreamJob *
compose (SeedreamClient *client, GeglBuffer *place, GeglBuffer *guest, GError **error)
{
  g_autoptr (SeedreamImage) first = seedream_image_new_from_buffer (place);
  g_autoptr (SeedreamImage) second = seedream_image_new_from_buffer (guest);
  g_autoptr (SeedreamRequest) request =
    seedream_request_new (SEEDREAM_OPERATION_COMPOSE, "The cat of image 2 in the room of image 1");
  seedream_request_add_image (request, first);
  seedream_request_add_image (request, second);
  return seedream_client_create_job (client, request, error);
}
