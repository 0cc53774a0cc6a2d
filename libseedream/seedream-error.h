#pragma once

#include "seedream-macros.h"

G_BEGIN_DECLS

#define SEEDREAM_ERROR (seedream_error_quark ())

/**
 * SeedreamError:
 * @SEEDREAM_ERROR_FAILED: something here is broken; report it
 * @SEEDREAM_ERROR_INVALID: the request or a local file is wrong; nothing was sent
 * @SEEDREAM_ERROR_SIGN_IN: the key is missing or the service refuses it
 * @SEEDREAM_ERROR_PAY: the account's balance or quota is used up
 * @SEEDREAM_ERROR_REFUSED: the service will not draw this; change the prompt, the pictures or the model
 * @SEEDREAM_ERROR_SHRINK: the request is too large for the service
 * @SEEDREAM_ERROR_WAIT: too many requests; wait, then try again
 * @SEEDREAM_ERROR_UNAVAILABLE: the service or the way to it is out of order; try again later
 * @SEEDREAM_ERROR_BAD_ANSWER: the service answered with what nobody can read; report it to the service
 * @SEEDREAM_ERROR_DEADLINE: the time given was over before the picture was there
 *
 * Errors, named for what a caller can do. Whether money was spent tells [id@seedream_job_get_charged].
 * A cancelled job fails with %G_IO_ERROR_CANCELLED.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_ERROR_FAILED,
  SEEDREAM_ERROR_INVALID,
  SEEDREAM_ERROR_SIGN_IN,
  SEEDREAM_ERROR_PAY,
  SEEDREAM_ERROR_REFUSED,
  SEEDREAM_ERROR_SHRINK,
  SEEDREAM_ERROR_WAIT,
  SEEDREAM_ERROR_UNAVAILABLE,
  SEEDREAM_ERROR_BAD_ANSWER,
  SEEDREAM_ERROR_DEADLINE
} SeedreamError;

SEEDREAM_API
GQuark seedream_error_quark (void);

G_END_DECLS
