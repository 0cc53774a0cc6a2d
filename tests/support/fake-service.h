/* support/fake-service.h - a service inside the test, on loopback: it answers what it is told to, may cut the
 * connection or stay silent, and remembers what it was asked. It runs in the thread-default main context. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _FakeService FakeService;

/* What came in. */
typedef struct
{
  char *method;
  char *path;           /* as it came, %-escapes included */
  char *authorization;  /* NULL: none */
  char *content_type;
  GBytes *body;
} FakeRequest;

FakeService       *fake_service_new          (void);
/* The same, on a port that was free a moment ago. */
FakeService       *fake_service_new_on_port  (guint16                port);
void               fake_service_free         (FakeService           *self);
const char        *fake_service_get_url      (FakeService           *self);
guint16            fake_service_get_port     (FakeService           *self);

/* Each adds one answer for @path. They are given in their order; the last is given for ever. A path without
 * answers is 404. */
void               fake_service_answer       (FakeService           *self,
                                              const char            *path,
                                              guint                  status,
                                              const char            *type,
                                              const char            *body);
/* The same with one more header. */
void               fake_service_answer_with  (FakeService           *self,
                                              const char            *path,
                                              guint                  status,
                                              const char            *header,
                                              const char            *value,
                                              const char            *body);
void               fake_service_answer_bytes (FakeService           *self,
                                              const char            *path,
                                              const char            *type,
                                              GBytes                *bytes);
/* Writes @bytes to the connection, HTTP or not, and closes it. */
void               fake_service_cut          (FakeService           *self,
                                              const char            *path,
                                              const char            *bytes);
/* Never answers. */
void               fake_service_stall        (FakeService           *self,
                                              const char            *path);
/* Calls @seen (@data) whenever @path is asked for, before the answer. */
void               fake_service_watch        (FakeService           *self,
                                              const char            *path,
                                              void                 (*seen) (gpointer),
                                              gpointer               data);

guint              fake_service_count        (FakeService           *self,
                                              const char            *path);
guint              fake_service_count_all    (FakeService           *self);
/* The request number @index for @path; ends the test if there was none. */
const FakeRequest *fake_service_request      (FakeService           *self,
                                              const char            *path,
                                              guint                  index);

/* A member of a JSON body. */
char              *fake_request_get_text     (const FakeRequest     *request,
                                              const char            *member);
gint64             fake_request_get_integer  (const FakeRequest     *request,
                                              const char            *member);
char             **fake_request_get_texts    (const FakeRequest     *request,
                                              const char            *member);
gboolean           fake_request_has          (const FakeRequest     *request,
                                              const char            *member);

/* A port where nobody listens. */
guint16            closed_port               (void);

G_END_DECLS
