/* support/fake-modelark.c - lets a FakeService speak ModelArk's contract. */
#include "support/fake-modelark.h"

#include "support/dots.h"

char *
modelark_place (FakeService *service, guint dot)
{
  return g_strdup_printf ("{\"url\":\"%s" ARK_DOT "\",\"size\":\"16x16\"}", fake_service_get_url (service), dot);
}

char *
modelark_event (FakeService *service, guint dot)
{
  return g_strdup_printf ("event: image_generation.partial_succeeded\n"
                          "data: {\"type\":\"image_generation.partial_succeeded\",\"image_index\":%u,"
                          "\"url\":\"%s" ARK_DOT "\",\"size\":\"16x16\"}\n\n",
                          dot, fake_service_get_url (service), dot);
}

char *
modelark_failed (guint index, const char *error)
{
  return g_strdup_printf ("event: image_generation.partial_failed\n"
                          "data: {\"type\":\"image_generation.partial_failed\",\"image_index\":%u,\"error\":%s}\n\n",
                          index, error);
}

void
modelark_draws (FakeService *service, const char *which)
{
  GString *json = g_string_new ("{\"model\":\"seedream-4-5-251128\",\"created\":1790000000,\"data\":[");
  for (const char *each = which; *each; each++)
    {
      char *place = *each == '-' ? g_strdup ("{\"error\":" ARK_MODERATED "}")
                                 : modelark_place (service, (guint) (*each - '0'));
      g_string_append_printf (json, "%s%s", each == which ? "" : ",", place);
      g_free (place);
    }
  g_string_append (json, "],\"usage\":{\"generated_images\":1}}");
  fake_service_answer (service, ARK, 200, "application/json", json->str);
  g_string_free (json, TRUE);
}

void
modelark_keeps (FakeService *service)
{
  for (guint i = 0; i < N_DOTS; i++)
    {
      char *path = g_strdup_printf (ARK_DOT, i);
      GBytes *dot = read_dot (i);
      fake_service_answer_bytes (service, path, "image/png", dot);
      g_bytes_unref (dot);
      g_free (path);
    }
}
