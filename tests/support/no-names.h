/* support/no-names.h - no test leaves this machine: a resolver that knows no name but those it is told, and remembers
 * who was looked for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From here on no name is known. */
void        know_no_names    (void);
/* But this one. @addresses: with blanks between them. */
void        know_name        (const char *name,
                              const char *addresses);
/* The last name that was looked up; NULL: none. */
const char *last_wanted_name (void);

G_END_DECLS
