#pragma once

#include <gio/gio.h>

#if defined(SEEDREAM_COMPILATION) && defined(__GNUC__)
#define SEEDREAM_API __attribute__ ((visibility ("default"))) extern
#else
#define SEEDREAM_API extern
#endif
