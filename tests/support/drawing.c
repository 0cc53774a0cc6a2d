/* support/drawing.c - runs one job to its end and writes down what it told on the way. */
#include "support/drawing.h"

#include <stdlib.h>

#include "support/dots.h"
#include "support/files.h"

FakeService *service;
SeedreamClient *client;

void
serve (const char *provider)
{
  service = fake_service_new ();
  client = new_client (provider, fake_service_get_url (service));
  seedream_client_set_api_key (client, TEST_KEY);
}

void
stop_serving (void)
{
  g_assert_finalize_object (client);
  fake_service_free (service);
}

static const char *
nick (GType type, int value)
{
  GEnumClass *klass = g_type_class_ref (type);
  const char *name = g_enum_get_value (klass, value)->value_nick;
  g_type_class_unref (klass);
  return name;
}

static void
append_word (GString *words, const char *word)
{
  g_string_append_printf (words, "%s%s", words->len ? " " : "", word);
}

static void
look_where_we_are (Drawing *self)
{
  self->strays += g_thread_self () != self->home;
}

static void
on_state (SeedreamJob *job, GParamSpec *pspec, Drawing *self)
{
  (void) pspec;
  SeedreamJobState state = seedream_job_get_state (job);
  look_where_we_are (self);
  append_word (self->states, nick (SEEDREAM_TYPE_JOB_STATE, (int) state));
  if ((int) state == self->cancel_at)
    g_cancellable_cancel (self->cancellable);
}

static void
on_stage (SeedreamJob *job, GParamSpec *pspec, Drawing *self)
{
  (void) pspec;
  look_where_we_are (self);
  append_word (self->stages, nick (SEEDREAM_TYPE_STAGE, (int) seedream_job_get_stage (job)));
}

static void
on_fraction (SeedreamJob *job, GParamSpec *pspec, Drawing *self)
{
  (void) pspec;
  look_where_we_are (self);
  Fraction fraction = { seedream_job_get_stage (job), seedream_job_get_fraction (job) };
  g_array_append_val (self->fractions, fraction);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  Drawing *self = data;
  look_where_we_are (self);
  self->succeeded = seedream_job_run_finish (SEEDREAM_JOB (source), result, &self->error);
  g_main_loop_quit (self->loop);
}

void
set_patience (SeedreamClient *of, guint seconds)
{
  const char *slowness = g_getenv ("CK_TIMEOUT_MULTIPLIER");
  seedream_client_set_timeout (of, seconds * (slowness ? (guint) atoi (slowness) : 1));
}

SeedreamClient *
new_client (const char *provider, const char *base_url)
{
  const char *variables[] = { "IMAROUTER_API_KEY",   "IMAROUTER_BASE_URL", "OPENROUTER_API_KEY",  "OPENROUTER_BASE_URL",
                              "ARK_API_KEY",         "ARK_BASE_URL",       "SEEDREAM_SANDBOX_URL" };
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  GError *error = NULL;
  SeedreamClient *client = seedream_client_new (provider, &error);
  ck_assert_ptr_null (error);
  if (base_url)
    seedream_client_set_base_url (client, base_url);
  return client;
}

SeedreamImage *
new_image (const char *file)
{
  GBytes *bytes = read_test_file (file);
  GError *error = NULL;
  SeedreamImage *image = seedream_image_new_from_bytes (bytes, &error);
  ck_assert_ptr_null (error);
  g_bytes_unref (bytes);
  return image;
}

SeedreamRequest *
new_request (SeedreamOperation operation, const char *prompt, ...)
{
  SeedreamRequest *request = seedream_request_new (operation, prompt);
  va_list files;
  va_start (files, prompt);
  for (const char *file = va_arg (files, const char *); file; file = va_arg (files, const char *))
    {
      SeedreamImage *image = new_image (file);
      seedream_request_add_image (request, image);
      g_object_unref (image);
    }
  va_end (files);
  return request;
}

Drawing *
drawing_new (SeedreamClient *client, SeedreamRequest *request)
{
  Drawing *self = g_new0 (Drawing, 1);
  GError *error = NULL;
  self->job = seedream_client_create_job (client, request, &error);
  ck_assert_msg (self->job && !error, "%s", error ? error->message : "no job");
  g_object_unref (request);
  self->cancellable = g_cancellable_new ();
  self->cancel_at = -1;
  self->home = g_thread_self ();
  self->states = g_string_new (NULL);
  self->stages = g_string_new (NULL);
  self->fractions = g_array_new (FALSE, FALSE, sizeof (Fraction));
  g_signal_connect (self->job, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect (self->job, "notify::stage", G_CALLBACK (on_stage), self);
  g_signal_connect (self->job, "notify::fraction", G_CALLBACK (on_fraction), self);
  return self;
}

void
drawing_run (Drawing *self)
{
  self->loop = g_main_loop_new (g_main_context_get_thread_default (), FALSE);
  seedream_job_run_async (self->job, self->cancellable, on_ended, self);
  g_main_loop_run (self->loop);
  g_main_loop_unref (self->loop);
}

Drawing *
draw (SeedreamClient *client)
{
  Drawing *self = drawing_new (client, new_request (SEEDREAM_OPERATION_GENERATE, "a pear", NULL));
  drawing_run (self);
  return self;
}

double
drawing_last_fraction (const Drawing *self, SeedreamStage stage)
{
  double last = -1;
  for (guint i = 0; i < self->fractions->len; i++)
    {
      Fraction each = g_array_index (self->fractions, Fraction, i);
      if (each.stage != stage)
        continue;
      ck_assert_double_le (each.fraction, 1);
      ck_assert_double_ge (each.fraction, last);
      last = each.fraction;
    }
  return last;
}

const char *
sentence_about (SeedreamCharge charge)
{
  return charge == SEEDREAM_CHARGE_NO    ? "othing was charged"
         : charge == SEEDREAM_CHARGE_YES ? "was charged"
                                         : "may have been charged";
}

void
assert_is_dot (const Drawing *self, guint index, guint dot)
{
  ck_assert_uint_lt (index, seedream_job_get_n_images (self->job));
  GBytes *bytes = read_dot (dot);
  ck_assert_msg (g_bytes_equal (seedream_image_get_bytes (seedream_job_get_image (self->job, index)), bytes),
                 "picture %u is not dot %u", index, dot);
  g_bytes_unref (bytes);
}

void
drawing_cancel (gpointer drawing)
{
  g_cancellable_cancel (((Drawing *) drawing)->cancellable);
}

void
drawing_free (Drawing *self)
{
  g_assert_finalize_object (self->job);
  g_object_unref (self->cancellable);
  g_string_free (self->states, TRUE);
  g_string_free (self->stages, TRUE);
  g_array_unref (self->fractions);
  g_clear_error (&self->error);
  g_free (self);
}
