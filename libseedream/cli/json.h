/* cli/json.h - writes JSON: members of the object that has been begun. */
#pragma once

#include "command.h"

#include <json-glib/json-glib.h>

/* NULL is null. */
void json_add_text    (JsonBuilder *json, const char *name, const char *text);
void json_add_texts   (JsonBuilder *json, const char *name, const char *const *texts);
void json_add_number  (JsonBuilder *json, const char *name, double number);
/* Below 0: null, for there is no limit. */
void json_add_dollars (JsonBuilder *json, const char *name, double usd);
void json_add_integer (JsonBuilder *json, const char *name, gint64 number);
void json_add_truth   (JsonBuilder *json, const char *name, gboolean truth);

/* Prints all of it in a line. */
void json_print       (JsonBuilder *json);
