// seedream-error.cpp - the error domain.
#include "seedream-error.h"

/**
 * seedream_error_quark:
 *
 * Names the error domain.
 *
 * Returns: the domain of [error@Seedream.Error]
 *
 * Since: 0.1
 */
GQuark seedream_error_quark(void) {
  return g_quark_from_static_string("seedream-error-quark");
}
