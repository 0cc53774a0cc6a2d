/* support/fake-imarouter.h - lets a FakeService speak ImaRouter's contract, which is the sandbox's too. */
#pragma once

#include "support/fake-service.h"

G_BEGIN_DECLS

#define GENERATE "/v1/image/seedream-4.5/generate"
#define EDIT     "/v1/image/seedream-4.5/edit"
#define COMPOSE  "/v1/image/seedream-4.5/compose"
#define JOB      "/v1/jobs/j1"
#define PICTURE  "/r/1.png"

/* The next create at @path gets the job "j1". */
void imarouter_takes     (FakeService *service,
                          const char  *path);
/* The next look at the job sees this JSON. */
void imarouter_says      (FakeService *service,
                          const char  *json);
/* The next look at the job sees it completed, with one picture per address. */
void imarouter_completes (FakeService *service,
                          const char  *url,
                          ...) G_GNUC_NULL_TERMINATED;
/* The photograph of the cat is there to be fetched at @path. */
void imarouter_keeps     (FakeService *service,
                          const char  *path);
/* All that a job created at @path needs for one picture. */
void imarouter_draws     (FakeService *service,
                          const char  *path);

G_END_DECLS
