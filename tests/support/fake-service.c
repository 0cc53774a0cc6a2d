/* support/fake-service.c - a service inside the test, on loopback. */
#include "support/fake-service.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

typedef struct
{
  guint status; /* 0: write the body to the connection and close it */
  gboolean stalls;
  char *header, *value;
  char *type;
  GBytes *body;
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
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;
  g_free (answer->header);
  g_free (answer->value);
  g_free (answer->type);
  g_clear_pointer (&answer->body, g_bytes_unref);
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

static void
cut (SoupServerMessage *message, GBytes *bytes)
{
  GIOStream *stream = soup_server_message_steal_connection (message);
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), data, size, NULL, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
  g_object_unref (stream);
}

static void
give (SoupServerMessage *message, const Answer *answer)
{
  if (answer->stalls)
    {
      soup_server_message_pause (message);
      return;
    }
  if (answer->status == 0)
    {
      cut (message, answer->body);
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
  give (message, g_queue_peek_head (&place->answers));
  if (place->answers.length > 1)
    answer_free (g_queue_pop_head (&place->answers));
}

FakeService *
fake_service_new_on_port (guint16 port)
{
  FakeService *self = g_new0 (FakeService, 1);
  GError *error = NULL;
  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, place_free);
  self->requests = g_ptr_array_new_with_free_func (request_free);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  if (!soup_server_listen_local (self->server, port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error))
    g_error ("%s", error->message);
  GSList *uris = soup_server_get_uris (self->server);
  self->port = (guint16) g_uri_get_port (uris->data);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", self->port);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

FakeService *
fake_service_new (void)
{
  return fake_service_new_on_port (0);
}

void
fake_service_free (FakeService *self)
{
  soup_server_disconnect (self->server);
  while (g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
    ;
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
add_answer (FakeService *self, const char *path, guint status, const char *type, GBytes *body)
{
  Answer *answer = g_new0 (Answer, 1);
  answer->status = status;
  answer->type = g_strdup (type);
  answer->body = body;
  g_queue_push_tail (&place_at (self, path)->answers, answer);
  return answer;
}

void
fake_service_answer (FakeService *self, const char *path, guint status, const char *type, const char *body)
{
  add_answer (self, path, status, type, g_bytes_new (body, strlen (body)));
}

void
fake_service_answer_with (FakeService *self, const char *path, guint status, const char *header,
                          const char *value, const char *body)
{
  Answer *answer = add_answer (self, path, status, "application/json", g_bytes_new (body, strlen (body)));
  answer->header = g_strdup (header);
  answer->value = g_strdup (value);
}

void
fake_service_answer_bytes (FakeService *self, const char *path, const char *type, GBytes *bytes)
{
  add_answer (self, path, SOUP_STATUS_OK, type, g_bytes_ref (bytes));
}

void
fake_service_cut (FakeService *self, const char *path, const char *bytes)
{
  add_answer (self, path, 0, NULL, g_bytes_new (bytes, strlen (bytes)));
}

void
fake_service_stall (FakeService *self, const char *path)
{
  add_answer (self, path, 0, NULL, NULL)->stalls = TRUE;
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

char *
fake_request_get_text (const FakeRequest *request, const char *member)
{
  JsonNode *root = body_of (request);
  char *text = g_strdup (json_object_get_string_member (json_node_get_object (root), member));
  json_node_unref (root);
  return text;
}

gint64
fake_request_get_integer (const FakeRequest *request, const char *member)
{
  JsonNode *root = body_of (request);
  gint64 integer = json_object_get_int_member (json_node_get_object (root), member);
  json_node_unref (root);
  return integer;
}

char **
fake_request_get_texts (const FakeRequest *request, const char *member)
{
  JsonNode *root = body_of (request);
  JsonArray *array = json_object_get_array_member (json_node_get_object (root), member);
  GStrvBuilder *builder = g_strv_builder_new ();
  for (guint i = 0; i < json_array_get_length (array); i++)
    g_strv_builder_add (builder, json_array_get_string_element (array, i));
  char **texts = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  json_node_unref (root);
  return texts;
}

gboolean
fake_request_has (const FakeRequest *request, const char *member)
{
  JsonNode *root = body_of (request);
  gboolean has = json_object_has_member (json_node_get_object (root), member);
  json_node_unref (root);
  return has;
}

guint16
closed_port (void)
{
  FakeService *service = fake_service_new ();
  guint16 port = service->port;
  fake_service_free (service);
  return port;
}
