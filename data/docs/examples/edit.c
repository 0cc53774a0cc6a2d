/* edit.c - asks for a change of one picture, a PNG, JPEG or WebP file. */
#include <seedream.h>

SeedreamJob *
edit (SeedreamClient *client, GFile *photo, GError **error)
{
  g_autoptr (GBytes) bytes = g_file_load_bytes (photo, NULL, NULL, error);
  g_autoptr (SeedreamImage) image = bytes ? seedream_image_new_from_bytes (bytes, error) : NULL;
  if (!image)
    return NULL;
  g_autoptr (SeedreamRequest) request = seedream_request_new (SEEDREAM_OPERATION_EDIT, "Late sunlight");
  seedream_request_add_image (request, image);
  return seedream_client_create_job (client, request, error);
}
