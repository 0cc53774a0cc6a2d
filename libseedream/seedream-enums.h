#pragma once

#include "seedream-macros.h"

G_BEGIN_DECLS

/**
 * SeedreamOperation:
 * @SEEDREAM_OPERATION_GENERATE: a picture from the prompt alone
 * @SEEDREAM_OPERATION_EDIT: one picture, changed as the prompt says
 * @SEEDREAM_OPERATION_COMPOSE: one picture out of several, which the prompt calls "image 1", "image 2", …
 *
 * What is asked of the model.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_OPERATION_GENERATE,
  SEEDREAM_OPERATION_EDIT,
  SEEDREAM_OPERATION_COMPOSE
} SeedreamOperation;

/**
 * SeedreamStreaming:
 * @SEEDREAM_STREAMING_AUTO: as it suits the service
 * @SEEDREAM_STREAMING_ON: pictures come as they are drawn
 * @SEEDREAM_STREAMING_OFF: all come at the end
 *
 * How a service is asked to answer.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_STREAMING_AUTO,
  SEEDREAM_STREAMING_ON,
  SEEDREAM_STREAMING_OFF
} SeedreamStreaming;

/**
 * SeedreamJobState:
 * @SEEDREAM_JOB_STATE_NEW: not sent yet
 * @SEEDREAM_JOB_STATE_QUEUED: sent; the service has not begun to draw
 * @SEEDREAM_JOB_STATE_RUNNING: the service draws
 * @SEEDREAM_JOB_STATE_COMPLETED: the pictures are here
 * @SEEDREAM_JOB_STATE_FAILED: there will be no picture
 * @SEEDREAM_JOB_STATE_CANCELLED: the caller wants none any more; the service may still draw and charge
 * @SEEDREAM_JOB_STATE_UNKNOWN: it was sent and no answer came, so nobody here knows whether the service draws
 *
 * Where a job stands. The last four are final.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_JOB_STATE_NEW,
  SEEDREAM_JOB_STATE_QUEUED,
  SEEDREAM_JOB_STATE_RUNNING,
  SEEDREAM_JOB_STATE_COMPLETED,
  SEEDREAM_JOB_STATE_FAILED,
  SEEDREAM_JOB_STATE_CANCELLED,
  SEEDREAM_JOB_STATE_UNKNOWN
} SeedreamJobState;

/**
 * SeedreamStage:
 * @SEEDREAM_STAGE_PREPARING: input pictures are encoded
 * @SEEDREAM_STAGE_UPLOADING: the request is on its way; has a fraction
 * @SEEDREAM_STAGE_QUEUED: the service has the request
 * @SEEDREAM_STAGE_DRAWING: the service draws
 * @SEEDREAM_STAGE_DOWNLOADING: a picture is on its way; has a fraction where the server tells its size
 * @SEEDREAM_STAGE_DECODING: a picture is checked
 *
 * What a job is doing just now, for a status bar.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_STAGE_PREPARING,
  SEEDREAM_STAGE_UPLOADING,
  SEEDREAM_STAGE_QUEUED,
  SEEDREAM_STAGE_DRAWING,
  SEEDREAM_STAGE_DOWNLOADING,
  SEEDREAM_STAGE_DECODING
} SeedreamStage;

/**
 * SeedreamCharge:
 * @SEEDREAM_CHARGE_NO: nothing was charged
 * @SEEDREAM_CHARGE_YES: the service has charged for the pictures
 * @SEEDREAM_CHARGE_UNKNOWN: it may have, or may yet
 *
 * Whether a job has cost money.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_CHARGE_NO,
  SEEDREAM_CHARGE_YES,
  SEEDREAM_CHARGE_UNKNOWN
} SeedreamCharge;

/**
 * SeedreamKeySource:
 * @SEEDREAM_KEY_SOURCE_NONE: nowhere; there is no key
 * @SEEDREAM_KEY_SOURCE_NOT_NEEDED: nowhere; the service needs no key
 * @SEEDREAM_KEY_SOURCE_ENVIRONMENT: an environment variable
 * @SEEDREAM_KEY_SOURCE_KEYRING: the desktop's keyring
 *
 * Where a key comes from.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_KEY_SOURCE_NONE,
  SEEDREAM_KEY_SOURCE_NOT_NEEDED,
  SEEDREAM_KEY_SOURCE_ENVIRONMENT,
  SEEDREAM_KEY_SOURCE_KEYRING
} SeedreamKeySource;

/**
 * SeedreamHistoryFilter:
 * @SEEDREAM_HISTORY_FILTER_ALL: all jobs
 * @SEEDREAM_HISTORY_FILTER_ACTIVE: jobs that have not ended
 * @SEEDREAM_HISTORY_FILTER_WAITING: jobs whose pictures are here and were not put where they belong yet
 * @SEEDREAM_HISTORY_FILTER_STARRED: jobs with a star
 *
 * Which jobs of a history are wanted.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_HISTORY_FILTER_ALL,
  SEEDREAM_HISTORY_FILTER_ACTIVE,
  SEEDREAM_HISTORY_FILTER_WAITING,
  SEEDREAM_HISTORY_FILTER_STARRED
} SeedreamHistoryFilter;

/**
 * SeedreamPeriod:
 * @SEEDREAM_PERIOD_ALL: since the first job
 * @SEEDREAM_PERIOD_MONTH: a calendar month, in local time
 * @SEEDREAM_PERIOD_DAY: a day, in local time
 *
 * For how long money is summed up.
 *
 * Since: 0.1
 */
typedef enum
{
  SEEDREAM_PERIOD_ALL,
  SEEDREAM_PERIOD_MONTH,
  SEEDREAM_PERIOD_DAY
} SeedreamPeriod;

G_END_DECLS
