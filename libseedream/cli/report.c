/* cli/report.c - how a run ended: exit statuses, notes, errors. */
#include "command.h"

#include <stdio.h>

ExitStatus
status_of (const GError *error)
{
  if (!error)
    return EXIT_DONE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return EXIT_CANCELLED;
  if (error->domain != SEEDREAM_ERROR)
    return EXIT_INTERNAL;
  switch ((SeedreamError) error->code)
    {
    case SEEDREAM_ERROR_FAILED:
      return EXIT_INTERNAL;
    case SEEDREAM_ERROR_INVALID:
      return EXIT_USAGE;
    case SEEDREAM_ERROR_SIGN_IN:
      return EXIT_KEY;
    case SEEDREAM_ERROR_PAY:
      return EXIT_BALANCE;
    case SEEDREAM_ERROR_REFUSED:
    case SEEDREAM_ERROR_SHRINK:
      return EXIT_REFUSED;
    case SEEDREAM_ERROR_WAIT:
    case SEEDREAM_ERROR_UNAVAILABLE:
    case SEEDREAM_ERROR_BAD_ANSWER:
      return EXIT_SERVICE;
    case SEEDREAM_ERROR_DEADLINE:
      return EXIT_DEADLINE;
    }
  return EXIT_INTERNAL;
}

const char *
nick_of (GType type, int value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  GEnumValue *entry = g_enum_get_value (klass, value);
  return entry ? entry->value_nick : "failed";
}

static void
print_notes (const Options *o, SeedreamJob *job)
{
  if (o->quiet)
    return;
  if (o->note)
    fprintf (stderr, "seedream: note: %s\n", o->note);
  for (const char *const *note = job ? seedream_job_get_notes (job) : NULL; note && *note; note++)
    fprintf (stderr, "seedream: note: %s\n", *note);
}

/* Where a key is missing it matters why the keyring gave none. */
static GError *
explain (const Options *o, const GError *error)
{
  if (!error)
    return NULL;
  if (!o->keyring_trouble || !g_error_matches (error, SEEDREAM_ERROR, SEEDREAM_ERROR_SIGN_IN))
    return g_error_copy (error);
  return g_error_new (error->domain, error->code, "%s %s", error->message, o->keyring_trouble);
}

ExitStatus
report (const Options *o, SeedreamJob *job, char **paths, const GError *error)
{
  g_autoptr (GError) shown = explain (o, error ? error : job ? seedream_job_get_missing (job) : NULL);
  print_notes (o, job);
  if (shown)
    fprintf (stderr, "seedream: %s\n", shown->message);
  if (o->json)
    print_json (o, job, paths, shown);
  for (char **path = paths; path && *path && !o->json; path++)
    puts (*path);
  return status_of (error);
}
