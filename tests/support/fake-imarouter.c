/* support/fake-imarouter.c - lets a FakeService speak ImaRouter's contract. */
#include "support/fake-imarouter.h"

#include "support/files.h"

void
imarouter_takes (FakeService *service, const char *path)
{
  fake_service_answer (service, path, 200, "application/json", "{\"id\":\"j1\",\"status\":\"queued\"}");
}

void
imarouter_says (FakeService *service, const char *json)
{
  fake_service_answer (service, JOB, 200, "application/json", json);
}

void
imarouter_completes (FakeService *service, const char *url, ...)
{
  GString *json = g_string_new ("{\"id\":\"j1\",\"status\":\"completed\",\"output\":[");
  va_list more;
  va_start (more, url);
  const char *comma = "";
  for (const char *each = url; each; each = va_arg (more, const char *), comma = ",")
    g_string_append_printf (json, "%s{\"url\":\"%s%s\"}", comma, *each == '/' ? fake_service_get_url (service) : "",
                            each);
  va_end (more);
  g_string_append (json, "]}");
  imarouter_says (service, json->str);
  g_string_free (json, TRUE);
}

void
imarouter_keeps (FakeService *service, const char *path)
{
  GBytes *png = read_test_file ("photos/chelsea.png");
  fake_service_answer_bytes (service, path, "image/png", png);
  g_bytes_unref (png);
}

void
imarouter_draws (FakeService *service, const char *path)
{
  imarouter_takes (service, path);
  imarouter_completes (service, PICTURE, NULL);
  imarouter_keeps (service, PICTURE);
}
