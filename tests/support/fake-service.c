/* support/fake-service.c - a service inside the test, on loopback. */
#include "support/fake-service.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

/* What happens on a connection. */
typedef struct
{
  GBytes *bytes; /* is written; NULL: nothing goes on until fake_service_go_on() */
} Happening;

typedef struct
{
  guint status; /* 0: what happens is written down */
  gboolean stalls;
  char *header, *value;
  char *type;
  GBytes *body;
  GPtrArray *happenings; /* Happening; after the last the connection is closed */
} Answer;

typedef struct
{
  GQueue answers;
  void (*seen) (gpointer);
  gpointer data;
} Place;

struct _FakeService
{
  SoupServer *server;
  char *url;
  guint16 port;
  GHashTable *places;  /* path to Place */
  GPtrArray *requests; /* FakeRequest */
  GPtrArray *lines;    /* Line: the connections on which something happens */
  GCancellable *closing;
  guint go_ons; /* called for and not used yet */
};

typedef struct
{
  FakeService *service;
  GIOStream *stream;
  GPtrArray *happenings;
  guint next;
  gboolean held;
} Line;

static void
happening_free (gpointer data)
{
  Happening *happening = data;
  g_clear_pointer (&happening->bytes, g_bytes_unref);
  g_free (happening);
}

static void
line_free (gpointer data)
{
  Line *line = data;
  g_io_stream_close (line->stream, NULL, NULL);
  g_object_unref (line->stream);
  g_ptr_array_unref (line->happenings);
  g_free (line);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;
  g_free (answer->header);
  g_free (answer->value);
  g_free (answer->type);
  g_clear_pointer (&answer->body, g_bytes_unref);
  g_clear_pointer (&answer->happenings, g_ptr_array_unref);
  g_free (answer);
}

static void
place_free (gpointer data)
{
  Place *place = data;
  g_queue_clear_full (&place->answers, answer_free);
  g_free (place);
}

static void
request_free (gpointer data)
{
  FakeRequest *request = data;
  g_free (request->method);
  g_free (request->path);
  g_free (request->authorization);
  g_free (request->content_type);
  g_bytes_unref (request->body);
  g_free (request);
}

static FakeRequest *
request_new (SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  FakeRequest *request = g_new0 (FakeRequest, 1);
  request->method = g_strdup (soup_server_message_get_method (message));
  request->path = g_strdup (g_uri_get_path (soup_server_message_get_uri (message)));
  request->authorization = g_strdup (soup_message_headers_get_one (headers, "Authorization"));
  request->content_type = g_strdup (soup_message_headers_get_content_type (headers, NULL));
  request->body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  return request;
}

static void line_go_on (Line *line);

static void
on_wrote (GObject *source, GAsyncResult *result, gpointer data)
{
  Line *line = data;
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    line_go_on (line);
  else
    g_ptr_array_remove (line->service->lines, line); /* the client has gone */
}

/* Writing does not block: the client runs in the same thread. */
static void
line_go_on (Line *line)
{
  if (line->next == line->happenings->len)
    {
      g_ptr_array_remove (line->service->lines, line);
      return;
    }
  const Happening *happening = line->happenings->pdata[line->next];
  line->held = !happening->bytes && line->service->go_ons == 0;
  if (line->held)
    return;
  line->next++;
  if (happening->bytes)
    {
      gsize size = 0;
      const char *data = g_bytes_get_data (happening->bytes, &size);
      g_output_stream_write_all_async (g_io_stream_get_output_stream (line->stream), data, size, G_PRIORITY_DEFAULT,
                                       line->service->closing, on_wrote, line);
      return;
    }
  line->service->go_ons--;
  line_go_on (line);
}

static void
happen (FakeService *self, SoupServerMessage *message, GPtrArray *happenings)
{
  Line *line = g_new0 (Line, 1);
  line->service = self;
  line->stream = soup_server_message_steal_connection (message);
  line->happenings = g_ptr_array_ref (happenings);
  g_ptr_array_add (self->lines, line);
  line_go_on (line);
}

void
fake_service_go_on (gpointer service)
{
  FakeService *self = service;
  self->go_ons++;
  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = self->lines->pdata[i];
      if (line->held)
        {
          line_go_on (line);
          return;
        }
    }
}

static void
give (FakeService *self, SoupServerMessage *message, const Answer *answer)
{
  if (answer->stalls)
    {
      soup_server_message_pause (message);
      return;
    }
  if (answer->status == 0)
    {
      happen (self, message, answer->happenings);
      return;
    }
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  soup_server_message_set_status (message, answer->status, NULL);
  if (answer->header)
    soup_message_headers_replace (headers, answer->header, answer->value);
  if (answer->type)
    soup_message_headers_set_content_type (headers, answer->type, NULL);
  if (g_bytes_get_size (answer->body) > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), answer->body);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  (void) server, (void) path, (void) query;
  FakeService *self = data;
  FakeRequest *request = request_new (message);
  g_ptr_array_add (self->requests, request);
  Place *place = g_hash_table_lookup (self->places, request->path);
  if (place && place->seen)
    place->seen (place->data);
  if (!place || !place->answers.head)
    {
      soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
      return;
    }
  give (self, message, g_queue_peek_head (&place->answers));
  if (place->answers.length > 1)
    answer_free (g_queue_pop_head (&place->answers));
}

static FakeService *
make (guint16 port, GTlsCertificate *certificate)
{
  FakeService *self = g_new0 (FakeService, 1);
  const SoupServerListenOptions tls = certificate ? SOUP_SERVER_LISTEN_HTTPS : 0;
  GError *error = NULL;
  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, place_free);
  self->requests = g_ptr_array_new_with_free_func (request_free);
  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->closing = g_cancellable_new ();
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  soup_server_set_tls_certificate (self->server, certificate);
  if (!soup_server_listen_local (self->server, port, SOUP_SERVER_LISTEN_IPV4_ONLY | tls, &error))
    g_error ("%s", error->message);
  GSList *uris = soup_server_get_uris (self->server);
  self->port = (guint16) g_uri_get_port (uris->data);
  self->url = g_strdup_printf ("http%s://127.0.0.1:%d", certificate ? "s" : "", self->port);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

FakeService *
fake_service_new_on_port (guint16 port)
{
  return make (port, NULL);
}

FakeService *
fake_service_new (void)
{
  return make (0, NULL);
}

FakeService *
fake_service_new_secure (const char *certificate)
{
  GError *error = NULL;
  GTlsCertificate *read = g_tls_certificate_new_from_file (certificate, &error);
  if (!read)
    g_error ("%s", error->message);
  FakeService *self = make (0, read);
  g_object_unref (read);
  return self;
}

static gboolean
on_time_is_over (gpointer over)
{
  *(gboolean *) over = TRUE;
  return G_SOURCE_REMOVE;
}

/* libsoup touches a connection that it has freed where a handshake ends after its server was disconnected. */
static void
let_handshakes_end (void)
{
  GMainContext *context = g_main_context_get_thread_default ();
  gboolean over = FALSE;
  GSource *timeout = g_timeout_source_new (100);
  g_source_set_callback (timeout, on_time_is_over, &over, NULL);
  g_source_attach (timeout, context);
  while (!over)
    g_main_context_iteration (context, TRUE);
  g_source_unref (timeout);
}

void
fake_service_free (FakeService *self)
{
  if (soup_server_is_https (self->server))
    let_handshakes_end ();
  soup_server_disconnect (self->server);
  g_cancellable_cancel (self->closing);
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
  g_ptr_array_unref (self->lines);
  g_object_unref (self->closing);
  g_assert_finalize_object (self->server);
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->requests);
  g_free (self->url);
  g_free (self);
}

const char *
fake_service_get_url (FakeService *self)
{
  return self->url;
}

guint16
fake_service_get_port (FakeService *self)
{
  return self->port;
}

static Place *
place_at (FakeService *self, const char *path)
{
  Place *place = g_hash_table_lookup (self->places, path);
  if (!place)
    {
      place = g_new0 (Place, 1);
      g_queue_init (&place->answers);
      g_hash_table_insert (self->places, g_strdup (path), place);
    }
  return place;
}

static Answer *
add_answer (FakeService *self, const char *path)
{
  Answer *answer = g_new0 (Answer, 1);
  g_queue_push_tail (&place_at (self, path)->answers, answer);
  return answer;
}

void
fake_service_answer_whole (FakeService *self, const char *path, guint status, const char *type, const char *header,
                           const char *value, GBytes *body)
{
  Answer *answer = add_answer (self, path);
  answer->status = status;
  answer->type = g_strdup (type);
  answer->header = g_strdup (header);
  answer->value = g_strdup (value);
  answer->body = g_bytes_ref (body);
}

void
fake_service_answer_with (FakeService *self, const char *path, guint status, const char *header, const char *value,
                          const char *body)
{
  GBytes *bytes = g_bytes_new (body, strlen (body));
  fake_service_answer_whole (self, path, status, "application/json", header, value, bytes);
  g_bytes_unref (bytes);
}

void
fake_service_answer (FakeService *self, const char *path, guint status, const char *type, const char *body)
{
  GBytes *bytes = g_bytes_new (body, strlen (body));
  fake_service_answer_whole (self, path, status, type, NULL, NULL, bytes);
  g_bytes_unref (bytes);
}

void
fake_service_answer_bytes (FakeService *self, const char *path, const char *type, GBytes *bytes)
{
  fake_service_answer_whole (self, path, SOUP_STATUS_OK, type, NULL, NULL, bytes);
}

static void
add_happening (FakeService *self, const char *path, GBytes *bytes)
{
  Answer *answer = g_queue_peek_tail (&place_at (self, path)->answers);
  Happening *happening = g_new0 (Happening, 1);
  happening->bytes = bytes;
  g_ptr_array_add (answer->happenings, happening);
}

static void
add_text (FakeService *self, const char *path, const char *text)
{
  add_happening (self, path, g_bytes_new (text, strlen (text)));
}

void
fake_service_cut (FakeService *self, const char *path, const char *bytes)
{
  add_answer (self, path)->happenings = g_ptr_array_new_with_free_func (happening_free);
  add_text (self, path, bytes);
}

void
fake_service_begin (FakeService *self, const char *path, guint status, const char *headers)
{
  char *head = g_strdup_printf ("HTTP/1.1 %u Answer\r\n%sTransfer-Encoding: chunked\r\n\r\n", status, headers);
  fake_service_cut (self, path, head);
  g_free (head);
}

void
fake_service_piece_bytes (FakeService *self, const char *path, GBytes *bytes)
{
  char *size = g_strdup_printf ("%" G_GSIZE_MODIFIER "x\r\n", g_bytes_get_size (bytes));
  add_text (self, path, size);
  add_happening (self, path, g_bytes_ref (bytes));
  add_text (self, path, "\r\n");
  g_free (size);
}

void
fake_service_piece (FakeService *self, const char *path, const char *text)
{
  GBytes *bytes = g_bytes_new (text, strlen (text));
  fake_service_piece_bytes (self, path, bytes);
  g_bytes_unref (bytes);
}

void
fake_service_hold (FakeService *self, const char *path)
{
  add_happening (self, path, NULL);
}

void
fake_service_end (FakeService *self, const char *path)
{
  add_text (self, path, "0\r\n\r\n");
}

void
fake_service_stall (FakeService *self, const char *path)
{
  add_answer (self, path)->stalls = TRUE;
}

void
fake_service_watch (FakeService *self, const char *path, void (*seen) (gpointer), gpointer data)
{
  Place *place = place_at (self, path);
  place->seen = seen;
  place->data = data;
}

guint
fake_service_count (FakeService *self, const char *path)
{
  guint count = 0;
  for (guint i = 0; i < self->requests->len; i++)
    count += g_str_equal (((FakeRequest *) self->requests->pdata[i])->path, path);
  return count;
}

guint
fake_service_count_all (FakeService *self)
{
  return self->requests->len;
}

const FakeRequest *
fake_service_request (FakeService *self, const char *path, guint index)
{
  for (guint i = 0; i < self->requests->len; i++)
    {
      const FakeRequest *request = self->requests->pdata[i];
      if (g_str_equal (request->path, path) && index-- == 0)
        return request;
    }
  g_error ("nobody asked for %s", path);
}

static JsonNode *
body_of (const FakeRequest *request)
{
  gsize size = 0;
  const char *text = g_bytes_get_data (request->body, &size);
  GError *error = NULL;
  JsonParser *parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, (gssize) size, &error))
    g_error ("%s", error->message);
  JsonNode *root = json_parser_steal_root (parser);
  g_object_unref (parser);
  return root;
}

/* The object that holds the last part of @path, and that part. */
static JsonObject *
object_at (JsonNode *root, const char *path, const char **member)
{
  JsonObject *object = json_node_get_object (root);
  *member = path;
  for (const char *slash = strchr (path, '/'); slash; slash = strchr (*member, '/'))
    {
      char *name = g_strndup (*member, (gsize) (slash - *member));
      object = json_object_get_object_member (object, name);
      *member = slash + 1;
      g_free (name);
    }
  return object;
}

char *
fake_request_get_text (const FakeRequest *request, const char *path)
{
  JsonNode *root = body_of (request);
  const char *member;
  JsonObject *object = object_at (root, path, &member);
  char *text = g_strdup (json_object_get_string_member (object, member));
  json_node_unref (root);
  return text;
}

gint64
fake_request_get_integer (const FakeRequest *request, const char *path)
{
  JsonNode *root = body_of (request);
  const char *member;
  JsonObject *object = object_at (root, path, &member);
  gint64 integer = json_object_get_int_member (object, member);
  json_node_unref (root);
  return integer;
}

gboolean
fake_request_get_boolean (const FakeRequest *request, const char *path)
{
  JsonNode *root = body_of (request);
  const char *member;
  JsonObject *object = object_at (root, path, &member);
  gboolean truth = json_object_get_boolean_member (object, member);
  json_node_unref (root);
  return truth;
}

char **
fake_request_get_texts (const FakeRequest *request, const char *path)
{
  JsonNode *root = body_of (request);
  const char *member;
  JsonObject *object = object_at (root, path, &member);
  JsonArray *array = json_object_get_array_member (object, member);
  GStrvBuilder *builder = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  char **texts = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  json_node_unref (root);
  return texts;
}

gboolean
fake_request_has (const FakeRequest *request, const char *path)
{
  JsonNode *root = body_of (request);
  const char *member;
  JsonObject *object = object_at (root, path, &member);
  gboolean has = object && json_object_has_member (object, member);
  json_node_unref (root);
  return has;
}

gboolean
fake_request_mentions (const FakeRequest *request, const char *text)
{
  gsize size = 0;
  const char *body = g_bytes_get_data (request->body, &size);
  return g_strstr_len (body, (gssize) size, text) != NULL;
}

guint16
closed_port (void)
{
  FakeService *service = fake_service_new ();
  guint16 port = service->port;
  fake_service_free (service);
  return port;
}
