/* cli/options.c - reads the command line. */
#include "command.h"

#include <string.h>

static const char summary[] =
  "  seedream generate -p PROMPT -o OUT\n"
  "  seedream edit     -p PROMPT IMAGE -o OUT\n"
  "  seedream compose  -p PROMPT IMAGE IMAGE… -o OUT\n"
  "  seedream jobs     [list [--search TEXT] | recover | purge [--dry-run] | --summary]\n"
  "  seedream jobs     show ID | wait ID | fetch ID -o OUT | star ID | unstar ID | cancel ID | forget ID\n"
  "  seedream rules    [history | keep-days | keep-megabytes | monthly-budget VALUE]\n"
  "  seedream key      [show | set | forget] PROVIDER\n"
  "  seedream models | providers | balance\n"
  "\n"
  "Draws, edits and composes pictures with ByteDance's Seedream models. An IMAGE is a file, or a web address that the\n"
  "service fetches itself. The real paths of what was drawn are printed, one per line. Keys are read from the\n"
  "environment: IMAROUTER_API_KEY, OPENROUTER_API_KEY, ARK_API_KEY; else from the desktop's keyring, where “key set” puts\n"
  "them. The provider “sandbox” needs none.";

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
take_operation (Options *options, const char *verb, int n_inputs, GError **error)
{
  if (strcmp (verb, "generate") == 0)
    {
      options->operation = SEEDREAM_OPERATION_GENERATE;
      return n_inputs == 0 || fail (error, "generate takes no pictures");
    }
  if (strcmp (verb, "edit") == 0)
    {
      options->operation = SEEDREAM_OPERATION_EDIT;
      return n_inputs == 1 || fail (error, "edit takes one picture");
    }
  if (strcmp (verb, "compose") == 0)
    {
      options->operation = SEEDREAM_OPERATION_COMPOSE;
      return n_inputs >= 2 || fail (error, "compose takes two pictures or more");
    }
  g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "“%s” is no command; see seedream --help", verb);
  return FALSE;
}

static gboolean
check_drawing (const Options *options, GError **error)
{
  if (!options->prompt)
    return fail (error, "Say what to draw: -p PROMPT");
  if (!options->no_wait && (!options->out || !*options->out))
    return fail (error, "Say where the picture shall go: -o OUT");
  if (options->stream && options->no_stream)
    return fail (error, "--stream and --no-stream contradict each other");
  return options->count >= 1 || fail (error, "-n takes a number from 1");
}

static gboolean
take_job_verb (Options *options, int n, char **words, GError **error)
{
  static const char *const verbs[] = {
    [JOB_LIST] = "list",     [JOB_SHOW] = "show",     [JOB_WAIT] = "wait", [JOB_FETCH] = "fetch",
    [JOB_FORGET] = "forget", [JOB_CANCEL] = "cancel", [JOB_STAR] = "star", [JOB_UNSTAR] = "unstar",
    [JOB_RECOVER] = "recover", [JOB_PURGE] = "purge", NULL
  };
  if (n == 0)
    return TRUE; /* list */
  int verb = 0;
  while (verbs[verb] && strcmp (words[0], verbs[verb]) != 0)
    verb++;
  if (!verbs[verb])
    return fail (error, "jobs takes list, recover, purge, show ID, wait ID, fetch ID -o OUT, star ID, unstar ID, "
                        "cancel ID or forget ID");
  options->job_verb = (JobVerb) verb;
  if (options->job_verb == JOB_LIST || options->job_verb == JOB_RECOVER || options->job_verb == JOB_PURGE)
    return n == 1 || fail (error, "jobs list, recover and purge take no operands");
  if (n != 2)
    return fail (error, "Say which job: its id, or how it begins; jobs list has them all");
  options->job_id = g_strdup (words[1]);
  if (options->job_verb == JOB_FETCH && (!options->out || !*options->out))
    return fail (error, "Say where the picture shall go: -o OUT");
  return TRUE;
}

static gboolean
take_rule (Options *options, int n, char **words, GError **error)
{
  if (n != 0 && n != 2)
    return fail (error, "rules takes nothing, or a rule and its value: rules monthly-budget 10");
  options->rule = n > 0 ? g_strdup (words[0]) : NULL;
  options->rule_value = n > 0 ? g_strdup (words[1]) : NULL;
  return TRUE;
}

/* An option that is overlooked where it means nothing could cost money. */
static gboolean
check_jobs_options (const Options *options, GError **error)
{
  const gboolean lists = options->verb == VERB_JOBS && options->job_verb == JOB_LIST;
  const gboolean purges = options->verb == VERB_JOBS && options->job_verb == JOB_PURGE;
  if ((options->search || options->summary) && !lists)
    return fail (error, "--search and --summary go with jobs list");
  if (options->search && options->summary)
    return fail (error, "--summary counts all jobs; leave --search out");
  return purges || !options->dry_run || fail (error, "--dry-run goes with jobs purge");
}

static gboolean
take_key_verb (Options *options, int n, char **words, GError **error)
{
  static const char *const verbs[] = { "show", "set", "forget", NULL };
  int verb = 0;
  while (n > 0 && verbs[verb] && strcmp (words[0], verbs[verb]) != 0)
    verb++;
  if (n > 0 && verbs[verb])
    {
      options->key_verb = (KeyVerb) verb;
      n--;
      words++;
    }
  if (n != 1 || options->names_provider)
    return fail (error, "key takes a provider behind show, set or forget: key set PROVIDER. The key itself is read from "
                        "the standard input");
  g_free (options->provider);
  options->provider = g_strdup (words[0]);
  return TRUE;
}

static gboolean
take_verb (Options *options, int n, char **words, GError **error)
{
  static const struct
  {
    const char *name;
    Verb        verb;
  } plain[] = { { "providers", VERB_PROVIDERS }, { "models", VERB_MODELS }, { "balance", VERB_BALANCE } };
  if (options->timeout_seconds < 1)
    return fail (error, "--timeout takes seconds, at least 1");
  for (gsize i = 0; i < G_N_ELEMENTS (plain); i++)
    if (strcmp (words[0], plain[i].name) == 0)
      {
        options->verb = plain[i].verb;
        return n == 1 || fail (error, "This takes no operands");
      }
  if (strcmp (words[0], "jobs") == 0)
    {
      options->verb = VERB_JOBS;
      return take_job_verb (options, n - 1, words + 1, error);
    }
  if (strcmp (words[0], "key") == 0)
    {
      options->verb = VERB_KEY;
      return take_key_verb (options, n - 1, words + 1, error);
    }
  if (strcmp (words[0], "rules") == 0)
    {
      options->verb = VERB_RULES;
      return take_rule (options, n - 1, words + 1, error);
    }
  options->inputs = g_strdupv (words + 1);
  return take_operation (options, words[0], n - 1, error) && check_drawing (options, error);
}

gboolean
options_parse (Options *o, int *argc, char ***argv, GError **error)
{
  memset (o, 0, sizeof *o);
  o->begun = g_get_monotonic_time ();
  o->count = 1;
  o->seed = -1;
  o->timeout_seconds = 600;
  const GOptionEntry entries[] = {
    { "prompt", 'p', 0, G_OPTION_ARG_FILENAME, &o->prompt, "What to draw", "PROMPT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->out, "Where the picture goes", "OUT" },
    { "provider", 0, 0, G_OPTION_ARG_STRING, &o->provider, "imarouter (the default), imarouter-v1, openrouter,\n"
      "                                    openrouter-images, modelark or sandbox", "ID" },
    { "model", 0, 0, G_OPTION_ARG_STRING, &o->model, "The model", "ID" },
    { "base-url", 0, 0, G_OPTION_ARG_STRING, &o->base_url, "The service's root", "URL" },
    { "count", 'n', 0, G_OPTION_ARG_INT, &o->count, "How many pictures", "N" },
    { "size", 0, 0, G_OPTION_ARG_STRING, &o->size, "The picture's size", "auto|1K|2K|4K|WxH|NAME" },
    { "aspect", 0, 0, G_OPTION_ARG_STRING, &o->aspect, "Its width to its height", "W:H" },
    { "quality", 0, 0, G_OPTION_ARG_STRING, &o->quality, "low, medium or high", "QUALITY" },
    { "format", 0, 0, G_OPTION_ARG_STRING, &o->format, "The file format wished for", "png|jpeg|webp" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &o->seed_text, "Where chance begins", "N" },
    { "group", 0, 0, G_OPTION_ARG_NONE, &o->group, "Pictures that belong together; -n is the most", NULL },
    { "stream", 0, 0, G_OPTION_ARG_NONE, &o->stream, "Let pictures come as they are drawn", NULL },
    { "no-stream", 0, 0, G_OPTION_ARG_NONE, &o->no_stream, "Let all come at the end", NULL },
    { "no-wait", 0, 0, G_OPTION_ARG_NONE, &o->no_wait, "Print the job's id and leave; jobs list: ask nobody", NULL },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &o->timeout_seconds, "How long it may take (default: 600)", "SECONDS" },
    { "search", 0, 0, G_OPTION_ARG_STRING, &o->search, "Only jobs in which all these words are found", "TEXT" },
    { "summary", 0, 0, G_OPTION_ARG_NONE, &o->summary, "What the jobs have cost", NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &o->dry_run, "Say what would go, and leave it", NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &o->json, "Print JSON: one object, of lists an array", NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet, "No notes and no progress", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &o->verbose, "Say what is being done", NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &o->version, "Print the version and leave", NULL },
    { NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("COMMAND [IMAGE…]");
  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, NULL);
  g_autoptr (GError) wrong = NULL;
  if (!g_option_context_parse (context, argc, argv, &wrong))
    return fail (error, wrong->message);
  /* "--" ends the options and is none of the operands. */
  for (int i = 1; i < *argc; i++)
    if (strcmp ((*argv)[i], "--") == 0)
      {
        memmove (*argv + i, *argv + i + 1, (gsize) (*argc - i) * sizeof (char *));
        --*argc;
        break;
      }
  o->names_provider = o->provider != NULL;
  if (!o->provider)
    o->provider = g_strdup ("imarouter");
  if (o->version)
    return TRUE;
  if (o->seed_text && !g_ascii_string_to_signed (o->seed_text, 10, 0, G_MAXINT32, &o->seed, NULL))
    return fail (error, "--seed takes a number from 0 to 2147483647");
  if (*argc < 2)
    return fail (error, "Say what to do: generate, edit, compose or jobs; see seedream --help");
  return take_verb (o, *argc - 1, *argv + 1, error) && check_jobs_options (o, error);
}

void
options_clear (Options *options)
{
  char **texts[] = { &options->prompt, &options->out, &options->provider, &options->model, &options->base_url,
                     &options->job_id, &options->search, &options->rule, &options->rule_value, &options->size,
                     &options->aspect, &options->quality, &options->format, &options->seed_text, &options->note,
                     &options->keyring_trouble };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_clear_pointer (texts[i], g_free);
  g_clear_pointer (&options->inputs, g_strfreev);
}
