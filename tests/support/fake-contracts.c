/* support/fake-contracts.c - what is common to all contracts. */
#include "support/fake-contracts.h"

#include "support/dots.h"
#include "support/fake-imarouter.h"
#include "support/fake-modelark.h"
#include "support/fake-openrouter.h"

const Contract contracts[N_CONTRACTS] = {
  { "sandbox", GENERATE, JOB, "{\"id\":\"j1\",\"status\":\"completed\",\"output\":[{\"b64_json\":\"%s\"}]}",
    "{\"id\":\"j1\",\"status\":\"completed\",\"output\":[{\"url\":\"%s\"}]}",
    "{\"id\":\"j1\",\"status\":\"completed\",\"output\":[]}",
    "{\"id\":\"j1\",\"status\":\"failed\",\"error\":\"no pears\"}" },
  { "imarouter-v1", "/v1/images/generations", "/v1/images/generations/j1",
    "{\"data\":{\"task_id\":\"j1\",\"status\":\"succeeded\",\"b64_json\":\"%s\"}}",
    "{\"data\":{\"task_id\":\"j1\",\"status\":\"succeeded\",\"url\":\"%s\"}}",
    "{\"data\":{\"task_id\":\"j1\",\"status\":\"succeeded\"}}",
    "{\"data\":{\"status\":\"failed\",\"error\":{\"message\":\"no pears\"}}}" },
  { "openrouter", CHAT, NULL,
    "{\"choices\":[{\"message\":{\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,%s\"}}]}}]}",
    "{\"choices\":[{\"message\":{\"images\":[{\"image_url\":{\"url\":\"%s\"}}]}}]}",
    "{\"choices\":[{\"message\":{\"content\":\"A pear.\",\"images\":[]}}]}",
    "{\"error\":{\"code\":402,\"message\":\"no pears\"}}" },
  { "openrouter-images", IMAGES, NULL, "{\"data\":[{\"b64_json\":\"%s\"}]}", "{\"data\":[{\"url\":\"%s\"}]}",
    "{\"data\":[]}", "{\"error\":{\"code\":402,\"message\":\"no pears\"}}" },
  { "modelark", ARK, NULL, "{\"data\":[{\"b64_json\":\"%s\"}]}", "{\"data\":[{\"url\":\"%s\"}]}", "{\"data\":[]}",
    "{\"error\":{\"code\":\"InputTextSensitiveContentDetected\",\"message\":\"no pears\"}}" },
};

void
contract_takes (const Contract *self, FakeService *service)
{
  if (self->poll)
    fake_service_answer (service, self->create, 200, "application/json", "{\"id\":\"j1\"}");
}

const char *
contract_place (const Contract *self)
{
  return self->poll ? self->poll : self->create;
}

char *
contract_answer (const Contract *self, const char *picture)
{
  return g_strdup_printf (self->inside, picture);
}

char *
contract_points (const Contract *self, const char *url)
{
  return g_strdup_printf (self->at, url);
}

void
contract_draws (const Contract *self, FakeService *service, guint dot)
{
  char *answer = contract_answer (self, dots[dot]);
  contract_takes (self, service);
  fake_service_answer (service, contract_place (self), 200, "application/json", answer);
  g_free (answer);
}
