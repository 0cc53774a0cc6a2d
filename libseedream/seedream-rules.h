#pragma once

#include "seedream-macros.h"

G_BEGIN_DECLS

#define SEEDREAM_TYPE_RULES (seedream_rules_get_type ())
SEEDREAM_API
G_DECLARE_FINAL_TYPE (SeedreamRules, seedream_rules, SEEDREAM, RULES, GObject)

SEEDREAM_API
SeedreamRules *seedream_rules_new                (void);
SEEDREAM_API
gboolean       seedream_rules_get_keeps_history  (SeedreamRules *self);
SEEDREAM_API
void           seedream_rules_set_keeps_history  (SeedreamRules *self,
                                                  gboolean       keeps_history);
SEEDREAM_API
guint          seedream_rules_get_keep_days      (SeedreamRules *self);
SEEDREAM_API
void           seedream_rules_set_keep_days      (SeedreamRules *self,
                                                  guint          days);
SEEDREAM_API
guint          seedream_rules_get_keep_megabytes (SeedreamRules *self);
SEEDREAM_API
void           seedream_rules_set_keep_megabytes (SeedreamRules *self,
                                                  guint          megabytes);
SEEDREAM_API
double         seedream_rules_get_monthly_budget (SeedreamRules *self);
SEEDREAM_API
void           seedream_rules_set_monthly_budget (SeedreamRules *self,
                                                  double         budget);

G_END_DECLS
