/* cli/keys.c - where keys come from: the environment, else the desktop's keyring; and how they get into it. */
#include "command.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A key that was waited for in vain is missing, and not the service. */
static void
explain_wait (const Waiting *waiting, const Options *o, GError **error)
{
  if (!waiting->late || !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_error (error);
  g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN,
               "The keyring did not answer within the %d seconds given.", o->timeout_seconds);
}

static char *
look_up (const Options *o, SeedreamProvider *provider, SeedreamKeySource *source, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, seconds_left (o));
  seedream_provider_lookup_key_async (provider, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  char *key = seedream_provider_lookup_key_finish (provider, result, source, error);
  explain_wait (&waiting, o, error);
  return key;
}

static void
free_key (char *key)
{
  if (key)
    explicit_bzero (key, strlen (key));
  g_free (key);
}

gboolean
find_key (Options *o, SeedreamClient *client, GError **error)
{
  g_autoptr (GError) wrong = NULL;
  char *key = look_up (o, seedream_client_get_provider (client), NULL, &wrong);
  if (g_error_matches (wrong, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&wrong));
      return FALSE;
    }
  if (wrong && !g_error_matches (wrong, SEEDREAM_ERROR, SEEDREAM_ERROR_UNAVAILABLE))
    o->keyring_trouble = g_strdup (wrong->message);
  if (key)
    seedream_client_set_api_key (client, key);
  free_key (key);
  return TRUE;
}

/* Somebody at a terminal; the key shall not stand there. */
typedef struct
{
  Waiting        waiting;
  gboolean       hidden; /* else the standard input is no terminal */
  struct termios before;
} Typing;

static void
hide_letters (Typing *typing)
{
  if (tcgetattr (STDIN_FILENO, &typing->before) != 0)
    return;
  struct termios hidden = typing->before;
  hidden.c_lflag = (hidden.c_lflag & ~(tcflag_t) ECHO) | ECHONL;
  typing->hidden = tcsetattr (STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

/* A signal is waited for until then, so it cannot leave the terminal without letters. */
static void
on_typed (GObject *source, GAsyncResult *result, gpointer data)
{
  Typing *typing = data;
  if (typing->hidden)
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &typing->before);
  on_answer (source, result, &typing->waiting);
}

/* Reads what is there of a line, from a terminal all of it; returns how much it is, 0 at the end, or -1. */
static gssize
read_some (const Options *o, GInputStream *input, const char *prompt, char *text, gsize size, GError **error)
{
  Typing typing = { 0 };
  waiting_begin (&typing.waiting, seconds_left (o));
  hide_letters (&typing);
  if (typing.hidden)
    fputs (prompt, stderr);
  g_input_stream_read_async (input, text, size, G_PRIORITY_DEFAULT, typing.waiting.cancellable, on_typed, &typing);
  g_autoptr (GAsyncResult) result = waiting_end (&typing.waiting);
  const gssize n = g_input_stream_read_finish (input, result, error);
  if (typing.hidden && n <= 0)
    fputc ('\n', stderr);
  return n;
}

/* Reads up to a line break, the end or the size; returns how much it is, or -1. */
static gssize
read_line (const Options *o, const char *prompt, char *line, gsize size, GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  gsize length = 0;
  gssize n = 1;
  while (n > 0 && length < size && !memchr (line, '\n', length))
    {
      n = read_some (o, input, prompt, line + length, size - length, error);
      length += (gsize) MAX (n, 0);
    }
  return n < 0 ? -1 : (gssize) length;
}

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, message);
  return FALSE;
}

/* The first line of the standard input, never empty. */
static gboolean
read_key (const Options *o, SeedreamProvider *provider, char *key, gsize size, GError **error)
{
  g_autofree char *prompt = g_strdup_printf ("Key for %s: ", seedream_provider_get_name (provider));
  const gssize length = read_line (o, prompt, key, size - 1, error);
  if (length < 0)
    return FALSE;
  if (memchr (key, '\0', (gsize) length) || ((gsize) length == size - 1 && !memchr (key, '\n', (gsize) length)))
    return fail (error, "What came on the standard input is no key.");
  key[length] = '\0';
  key[strcspn (key, "\n")] = '\0';
  /* Removing a key is another command: a script whose first half has failed is not one. */
  return *g_strstrip (key) != '\0' || fail (error, "No key came on the standard input.");
}

static gboolean
store (const Options *o, SeedreamProvider *provider, const char *key, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, seconds_left (o));
  seedream_provider_store_key_async (provider, key, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  const gboolean stored = seedream_provider_store_key_finish (provider, result, error);
  explain_wait (&waiting, o, error);
  return stored;
}

static gboolean
set (const Options *o, SeedreamProvider *provider, GError **error)
{
  char key[4096] = ""; /* the longest that are known have 200 characters */
  const gboolean stored = read_key (o, provider, key, sizeof key, error) && store (o, provider, key, error);
  explicit_bzero (key, sizeof key);
  return stored;
}

/* A key in the environment stays where it is, whatever the keyring holds. */
static void
note_environment (const Options *o, SeedreamProvider *provider)
{
  const char *variable = seedream_provider_get_key_variable (provider);
  const char *value = g_getenv (variable);
  if (value && *value && !o->quiet)
    fprintf (stderr, "seedream: note: %s is set, and goes before the keyring.\n", variable);
}

static void
show (const Options *o, SeedreamProvider *provider, GError **error)
{
  SeedreamKeySource source;
  g_autoptr (GError) wrong = NULL;
  free_key (look_up (o, provider, &source, &wrong));
  if (wrong)
    g_propagate_error (error, g_steal_pointer (&wrong));
  else if (o->json)
    print_key_json (provider, source);
  else
    puts (nick_of (SEEDREAM_TYPE_KEY_SOURCE, (int) source));
}

ExitStatus
key (const Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SeedreamClient) client = make_client (o, &error);
  SeedreamProvider *provider = client ? seedream_client_get_provider (client) : NULL;
  if (provider && o->key_verb != KEY_SHOW && !seedream_provider_get_key_variable (provider))
    g_set_error (&error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s needs no key.",
                 seedream_provider_get_name (provider));
  if (!error && o->key_verb != KEY_SHOW &&
      (o->key_verb == KEY_SET ? set (o, provider, &error) : store (o, provider, NULL, &error)))
    note_environment (o, provider);
  if (!error && (o->key_verb == KEY_SHOW || o->json))
    show (o, provider, &error);
  if (!error)
    return EXIT_DONE;
  const ExitStatus status = report (o, NULL, NULL, error);
  return status == EXIT_SERVICE ? EXIT_KEY : status; /* there is no keyring */
}
