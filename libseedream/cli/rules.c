/* cli/rules.c - what the user rules for all programs that share a history. */
#include "command.h"
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static gboolean
set_history (SeedreamRules *rules, const char *value)
{
  const gboolean on = strcmp (value, "on") == 0;
  seedream_rules_set_keeps_history (rules, on);
  return on || strcmp (value, "off") == 0;
}

static char *
get_history (SeedreamRules *rules)
{
  return g_strdup (seedream_rules_get_keeps_history (rules) ? "on" : "off");
}

/* A number from 1, or the word for no limit, which is 0. */
static gboolean
read_limit (const char *value, const char *without, guint *limit)
{
  guint64 number = 0;
  const gboolean good =
    strcmp (value, without) == 0 || g_ascii_string_to_unsigned (value, 10, 1, G_MAXINT32, &number, NULL);
  *limit = (guint) number;
  return good;
}

static char *
write_limit (guint limit, const char *without)
{
  return limit == 0 ? g_strdup (without) : g_strdup_printf ("%u", limit);
}

static gboolean
set_days (SeedreamRules *rules, const char *value)
{
  guint days;
  const gboolean good = read_limit (value, "forever", &days);
  seedream_rules_set_keep_days (rules, days);
  return good;
}

static char *
get_days (SeedreamRules *rules)
{
  return write_limit (seedream_rules_get_keep_days (rules), "forever");
}

static gboolean
set_megabytes (SeedreamRules *rules, const char *value)
{
  guint megabytes;
  const gboolean good = read_limit (value, "any", &megabytes);
  seedream_rules_set_keep_megabytes (rules, megabytes);
  return good;
}

static char *
get_megabytes (SeedreamRules *rules)
{
  return write_limit (seedream_rules_get_keep_megabytes (rules), "any");
}

/* Digits and a point, and nothing else that strtod () would take. */
static gboolean
set_budget (SeedreamRules *rules, const char *value)
{
  char *end = NULL;
  const gboolean none = strcmp (value, "none") == 0;
  const double usd = none ? -1 : g_ascii_strtod (value, &end);
  seedream_rules_set_monthly_budget (rules, usd);
  return none || (g_ascii_isdigit (*value) && value[strspn (value, "0123456789.")] == '\0' && *end == '\0' &&
                  isfinite (usd));
}

/* As it is set, in every language; cents at least. */
static char *
get_budget (SeedreamRules *rules)
{
  const double usd = seedream_rules_get_monthly_budget (rules);
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  if (usd < 0)
    return g_strdup ("none");
  g_ascii_formatd (text, sizeof text, "%.2f", usd);
  if (fabs (g_ascii_strtod (text, NULL) - usd) > 1e-9)
    g_ascii_formatd (text, sizeof text, "%.10g", usd);
  return g_strdup (text);
}

static const struct
{
  const char *name;
  const char *allowed;
  gboolean  (*set) (SeedreamRules *rules, const char *value); /* FALSE: that is not allowed */
  char     *(*get) (SeedreamRules *rules);
} known[] = {
  { "history", "on or off", set_history, get_history },
  { "keep-days", "a number of days, at least 1, or forever", set_days, get_days },
  { "keep-megabytes", "a number of megabytes, at least 1, or any", set_megabytes, get_megabytes },
  { "monthly-budget", "US dollars, such as 10 or 2.50, or none", set_budget, get_budget },
};

static gboolean
change (SeedreamRules *rules, const char *name, const char *value, GError **error)
{
  gsize i = 0;
  while (i < G_N_ELEMENTS (known) && strcmp (known[i].name, name) != 0)
    i++;
  if (i == G_N_ELEMENTS (known))
    g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID,
                 "“%s” is no rule; history, keep-days, keep-megabytes and monthly-budget are", name);
  else if (!known[i].set (rules, value))
    g_set_error (error, SEEDREAM_ERROR, SEEDREAM_ERROR_INVALID, "%s takes %s, not “%s”", name, known[i].allowed,
                 value);
  else
    return TRUE;
  return FALSE;
}

static SeedreamRules *
read_rules (SeedreamHistory *history, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_get_rules_async (history, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  return seedream_history_get_rules_finish (history, result, error);
}

static gboolean
write_rules (SeedreamHistory *history, SeedreamRules *rules, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_set_rules_async (history, rules, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  return seedream_history_set_rules_finish (history, result, error);
}

gboolean
keeps_history (SeedreamHistory *history)
{
  g_autoptr (SeedreamRules) rules = read_rules (history, NULL);
  return rules && seedream_rules_get_keeps_history (rules);
}

static void
add_limit (JsonBuilder *json, const char *name, guint limit)
{
  if (limit == 0)
    json_add_text (json, name, NULL);
  else
    json_add_integer (json, name, limit);
}

static void
print_rules_json (SeedreamRules *rules)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  json_add_truth (json, "history", seedream_rules_get_keeps_history (rules));
  add_limit (json, "keep_days", seedream_rules_get_keep_days (rules));
  add_limit (json, "keep_megabytes", seedream_rules_get_keep_megabytes (rules));
  json_add_dollars (json, "monthly_budget_usd", seedream_rules_get_monthly_budget (rules));
  json_builder_end_object (json);
  json_print (json);
}

static void
print_rules (SeedreamRules *rules)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *value = known[i].get (rules);
      printf ("%s\t%s\n", known[i].name, value);
    }
}

ExitStatus
rules (const Options *o)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SeedreamHistory) history = seedream_history_new (NULL, &error);
  g_autoptr (SeedreamRules) rules = history ? read_rules (history, &error) : NULL;
  if (rules && o->rule && change (rules, o->rule, o->rule_value, &error))
    write_rules (history, rules, &error);
  if (error)
    return report (o, NULL, NULL, error);
  if (o->json)
    print_rules_json (rules);
  else if (!o->rule)
    print_rules (rules);
  return EXIT_DONE;
}
