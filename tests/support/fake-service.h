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
/* The same, over TLS. @certificate: a PEM file with its private key */
FakeService       *fake_service_new_secure   (const char            *certificate);
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
/* The same with one more header; JSON. */
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
/* Everything that an answer can have. @header: %NULL for no further one. */
void               fake_service_answer_whole (FakeService           *self,
                                              const char            *path,
                                              guint                  status,
                                              const char            *type,
                                              const char            *header,
                                              const char            *value,
                                              GBytes                *body);
/* Begins an answer that comes in pieces; what is called for the same path next are its pieces. Where they end
 * without fake_service_end(), the connection is closed in the middle of the answer.
 * @headers: whole lines, line ends included */
void               fake_service_begin        (FakeService           *self,
                                              const char            *path,
                                              guint                  status,
                                              const char            *headers);
void               fake_service_piece        (FakeService           *self,
                                              const char            *path,
                                              const char            *text);
void               fake_service_piece_bytes  (FakeService           *self,
                                              const char            *path,
                                              GBytes                *bytes);
/* Here the answer waits for fake_service_go_on(). */
void               fake_service_hold         (FakeService           *self,
                                              const char            *path);
void               fake_service_end          (FakeService           *self,
                                              const char            *path);
/* Ends one wait, now or to come. For fake_service_watch(), too. */
void               fake_service_go_on        (gpointer               service);
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

/* A member of a JSON body, or of an object in it: "object/member". */
char              *fake_request_get_text     (const FakeRequest     *request,
                                              const char            *path);
gint64             fake_request_get_integer  (const FakeRequest     *request,
                                              const char            *path);
char             **fake_request_get_texts    (const FakeRequest     *request,
                                              const char            *path);
gboolean           fake_request_get_boolean  (const FakeRequest     *request,
                                              const char            *path);
gboolean           fake_request_has          (const FakeRequest     *request,
                                              const char            *path);

/* Whether the body has @text in it. */
gboolean           fake_request_mentions     (const FakeRequest     *request,
                                              const char            *text);

/* A port where nobody listens. */
guint16            closed_port               (void);

G_END_DECLS
