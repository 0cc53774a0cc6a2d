/* seedream.h - draws, edits and composes pictures with ByteDance's Seedream models.
 *
 * The only header a user includes. A SeedreamRequest says what the picture depends on, a SeedreamClient which service
 * draws it, a SeedreamJob is one such drawing under way, and SeedreamImages go in and come out.
 *
 *   SeedreamClient *client = seedream_client_new ("imarouter", &error);
 *   SeedreamRequest *request = seedream_request_new (SEEDREAM_OPERATION_GENERATE, "a brass compass on slate");
 *   SeedreamJob *job = seedream_client_create_job (client, request, &error);
 *   seedream_job_run_async (job, NULL, on_ready, NULL);
 *
 * Everything is reported in the thread-default main context in which a job was started; nothing blocks it.
 */
#pragma once

#include "seedream-macros.h"
#include "seedream-version.h"
#include "seedream-enums.h"
#include "seedream-enum-types.h"
#include "seedream-error.h"
#include "seedream-image.h"
#include "seedream-request.h"
#include "seedream-model.h"
#include "seedream-provider.h"
#include "seedream-client.h"
#include "seedream-history.h"
#include "seedream-rules.h"
#include "seedream-total.h"
#include "seedream-job.h"
