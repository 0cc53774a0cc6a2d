/* support/no-names.h - no test leaves this machine: a resolver that knows no name but remembers who was looked for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From here on no name is known. */
void        know_no_names    (void);
/* The last name that was looked up; NULL: none. */
const char *last_wanted_name (void);

G_END_DECLS
