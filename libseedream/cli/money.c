/* cli/money.c - what the jobs have cost altogether. */
#include "command.h"
#include "json.h"

#include <stdio.h>

typedef struct
{
  GPtrArray *days;
  GPtrArray *months;
  GPtrArray *providers;
  GPtrArray *all;
  double     month;  /* what this month's budget is held against */
  double     budget; /* below 0: there is none */
} Ledger;

static void
ledger_clear (Ledger *ledger)
{
  GPtrArray **lists[] = { &ledger->days, &ledger->months, &ledger->providers, &ledger->all };
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    g_clear_pointer (lists[i], g_ptr_array_unref);
}

static GPtrArray *
sum_up (SeedreamHistory *history, SeedreamPeriod period, gboolean by_provider, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_sum_up_async (history, period, by_provider, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  return seedream_history_sum_up_finish (history, result, error);
}

static gboolean
read_spending (SeedreamHistory *history, Ledger *ledger, GError **error)
{
  Waiting waiting = { 0 };
  waiting_begin (&waiting, 0);
  seedream_history_get_spending_async (history, waiting.cancellable, on_answer, &waiting);
  g_autoptr (GAsyncResult) result = waiting_end (&waiting);
  ledger->month = seedream_history_get_spending_finish (history, result, &ledger->budget, error);
  return ledger->month >= 0;
}

static gboolean
ledger_read (Ledger *ledger, SeedreamHistory *history, GError **error)
{
  const guint most_days = 31;
  if (!(ledger->days = sum_up (history, SEEDREAM_PERIOD_DAY, FALSE, error)) ||
      !(ledger->months = sum_up (history, SEEDREAM_PERIOD_MONTH, FALSE, error)) ||
      !(ledger->providers = sum_up (history, SEEDREAM_PERIOD_ALL, TRUE, error)) ||
      !(ledger->all = sum_up (history, SEEDREAM_PERIOD_ALL, FALSE, error)))
    return FALSE;
  if (ledger->days->len > most_days)
    g_ptr_array_set_size (ledger->days, (int) most_days);
  if (ledger->all->len == 0)
    g_ptr_array_add (ledger->all, g_object_new (SEEDREAM_TYPE_TOTAL, NULL)); /* nothing of anything */
  return read_spending (history, ledger, error);
}

static void
print_totals (GPtrArray *totals)
{
  for (guint i = 0; i < totals->len; i++)
    {
      SeedreamTotal *total = totals->pdata[i];
      const char *period = seedream_total_get_period (total), *provider = seedream_total_get_provider (total);
      printf ("%s\t%s\t%u\t$%.2f\t$%.2f\t$%.2f\n", *period ? period : "all", *provider ? provider : "all",
              seedream_total_get_n_images (total), seedream_total_get_cost (total),
              seedream_total_get_estimated (total), seedream_total_get_uncertain (total));
    }
}

static void
print_ledger (const Ledger *ledger)
{
  puts ("period\tprovider\tpictures\tcharged\testimated\tuncertain");
  print_totals (ledger->days);
  print_totals (ledger->months);
  print_totals (ledger->providers);
  print_totals (ledger->all);
  if (ledger->budget >= 0)
    printf ("budget\tthis month\t$%.2f of $%.2f\n", ledger->month, ledger->budget);
}

static void
add_total (JsonBuilder *json, SeedreamTotal *total)
{
  const char *period = seedream_total_get_period (total), *provider = seedream_total_get_provider (total);
  json_builder_begin_object (json);
  json_add_text (json, "period", *period ? period : NULL);
  json_add_text (json, "provider", *provider ? provider : NULL);
  json_add_integer (json, "pictures", seedream_total_get_n_images (total));
  json_add_number (json, "cost_usd", seedream_total_get_cost (total));
  json_add_number (json, "estimated_usd", seedream_total_get_estimated (total));
  json_add_number (json, "uncertain_usd", seedream_total_get_uncertain (total));
  json_builder_end_object (json);
}

static void
add_totals (JsonBuilder *json, const char *name, GPtrArray *totals)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
  for (guint i = 0; i < totals->len; i++)
    add_total (json, totals->pdata[i]);
  json_builder_end_array (json);
}

static void
print_ledger_json (const Ledger *ledger)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  json_builder_begin_object (json);
  add_totals (json, "days", ledger->days);
  add_totals (json, "months", ledger->months);
  add_totals (json, "providers", ledger->providers);
  json_builder_set_member_name (json, "total");
  add_total (json, ledger->all->pdata[0]);
  json_add_dollars (json, "budget_usd", ledger->budget);
  json_add_number (json, "month_usd", ledger->month);
  json_builder_end_object (json);
  json_print (json);
}

void
summarize (const Options *o, SeedreamHistory *history, GError **error)
{
  Ledger ledger = { 0 };
  if (ledger_read (&ledger, history, error))
    {
      if (o->json)
        print_ledger_json (&ledger);
      else
        print_ledger (&ledger);
    }
  ledger_clear (&ledger);
}
