/* gimp/preload.c - stands between a program and GLib: notes when it began, and is there when its main loop
   runs.

   SEEDREAM_BENCH_FOLDER says where the notes go, a file PID for each process; SEEDREAM_BENCH_PROGRAMS which
   programs are measured, "gimp-3.0:seedream". Of a plug-in only its run counts, not that GIMP asks what it
   can do. */
#include "preload.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean measured;

static void *
next_of (const char *name)
{
  void *found = dlsym (RTLD_NEXT, name);
  if (!found)
    _exit (127);
  return found;
}

void
note (const char *word, gint64 time, gint64 value)
{
  const char *folder = getenv ("SEEDREAM_BENCH_FOLDER");
  char path[512], line[128];
  if (!folder)
    return;
  snprintf (path, sizeof path, "%s/%d", folder, (int) getpid ());
  const int size = snprintf (line, sizeof line, "%s %lld %lld\n", word, (long long) time, (long long) value);
  const int file = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0)
    return;
  if (write (file, line, (size_t) size) != size)
    _exit (127);
  close (file);
}

static void
note_program (const char *name)
{
  char *text = g_strdup_printf ("program:%s", name);
  note (text, g_get_monotonic_time (), 0);
  g_free (text);
}

static gboolean
is_listed (const char *name)
{
  const char *all = getenv ("SEEDREAM_BENCH_PROGRAMS");
  char **names = g_strsplit (all ? all : "", ":", -1);
  const gboolean found = g_strv_contains ((const char *const *) names, name);
  g_strfreev (names);
  return found;
}

gboolean
is_measured (void)
{
  return measured;
}

/* What a file of /proc says. */
size_t
look_up (const char *path, char *data, size_t room)
{
  const int file = open (path, O_RDONLY | O_CLOEXEC);
  const ssize_t size = file < 0 ? 0 : read (file, data, room - 1);
  if (file >= 0)
    close (file);
  data[size > 0 ? size : 0] = 0;
  return size > 0 ? (size_t) size : 0;
}

/* The arguments end in a zero byte each. A script's name comes after its interpreter's. */
__attribute__ ((constructor (1000))) static void
begin (void)
{
  char data[8192];
  const size_t size = look_up ("/proc/self/cmdline", data, sizeof data);
  gboolean runs = FALSE;
  const char *program = NULL;
  int n = 0;
  for (const char *word = data; word < data + size; word += strlen (word) + 1, ++n)
    {
      const char *slash = strrchr (word, '/');
      const char *name = slash ? slash + 1 : word;
      if (n < 2 && !program && is_listed (name))
        program = name;
      runs = runs || strcmp (word, "-run") == 0;
    }
  if (!program || !(runs || g_str_has_prefix (program, "gimp")))
    return;
  measured = TRUE;
  note_program (program);
}

static gboolean
is_main (GMainContext *context)
{
  return measured && gettid () == getpid () && (!context || context == g_main_context_default ());
}

static void
loop_begins (void)
{
  heart_begin ();
  watch_dialogs ();
}

void
g_main_loop_run (GMainLoop *loop)
{
  static void (*next) (GMainLoop *);
  if (!next)
    *(void **) &next = next_of ("g_main_loop_run");
  const gboolean counts = is_main (g_main_loop_get_context (loop));
  if (counts)
    loop_begins ();
  next (loop);
  if (counts)
    heart_look ();
}

gboolean
g_main_context_iteration (GMainContext *context, gboolean may_block)
{
  static gboolean (*next) (GMainContext *, gboolean);
  if (!next)
    *(void **) &next = next_of ("g_main_context_iteration");
  if (is_main (context))
    loop_begins ();
  return next (context, may_block);
}

/* A program begins here; its own code runs only when its libraries are loaded. */
int
execve (const char *path, char *const arguments[], char *const environment[])
{
  int (*next) (const char *, char *const *, char *const *);
  *(void **) &next = next_of ("execve");
  note ("exec", g_get_monotonic_time (), 0);
  return next (path, arguments, environment);
}

int
execv (const char *path, char *const arguments[])
{
  return execve (path, arguments, environ);
}
