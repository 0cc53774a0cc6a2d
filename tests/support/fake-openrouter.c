/* support/fake-openrouter.c - lets a FakeService speak OpenRouter's contracts. */
#include "support/fake-openrouter.h"

#include "support/dots.h"

#define IMAGES_OF \
  "\"images\":[{\"type\":\"image_url\",\"index\":0,\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}]"

char *
openrouter_event (const char *picture)
{
  return g_strdup_printf ("data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
                          "\"delta\":{\"role\":\"assistant\",\"content\":\"\"," IMAGES_OF "},"
                          "\"finish_reason\":null}]}\n\n",
                          picture);
}

char *
openrouter_stream (const char *picture)
{
  char *event = openrouter_event (picture);
  char *stream =
    g_strconcat (OPENROUTER_COMMENT, event, OPENROUTER_STOP, OPENROUTER_USAGE, OPENROUTER_DONE, NULL);
  g_free (event);
  return stream;
}

char *
openrouter_answer (const char *picture)
{
  return g_strdup_printf ("{\"id\":\"gen-1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,"
                          "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":null,"
                          "\"refusal\":null," IMAGES_OF "}}],\"usage\":{\"total_tokens\":4175,\"cost\":0.05}}",
                          picture);
}

char *
openrouter_images (guint n)
{
  GString *json = g_string_new ("{\"created\":1790000000,\"data\":[");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (json, "%s{\"b64_json\":\"%s\",\"media_type\":\"image/png\"}", i ? "," : "", dots[i % N_DOTS]);
  g_string_append (json, "],\"usage\":{\"total_tokens\":4175,\"cost\":0.05}}");
  return g_string_free (json, FALSE);
}

void
openrouter_streams (FakeService *service, guint dot)
{
  char *stream = openrouter_stream (dots[dot]);
  fake_service_begin (service, CHAT, 200, "Content-Type: text/event-stream\r\n");
  fake_service_piece (service, CHAT, stream);
  fake_service_end (service, CHAT);
  g_free (stream);
}
