/* generate.c - asks for a picture made from words alone. */
#include <seedream.h>

SeedreamJob *
generate (SeedreamClient *client, GError **error)
{
  g_autoptr (SeedreamRequest) request =
    seedream_request_new (SEEDREAM_OPERATION_GENERATE, "Hills at dusk, oil paint");
  seedream_request_set_aspect (request, "16:9");
  return seedream_client_create_job (client, request, error);
}
