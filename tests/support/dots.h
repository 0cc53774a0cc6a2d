/* support/dots.h - pictures so small that they can stand in any answer: PNG, 16 by 16 pixels of one colour. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define N_DOTS 3

/* In base64: red, green, blue. */
extern const char *const dots[N_DOTS];

GBytes *read_dot (guint number);

G_END_DECLS
