/* support/drawing.h - runs one job to its end and writes down what it told on the way. */
#pragma once

#include <check.h>
#include <seedream.h>

#include "support/fake-service.h"

#define TEST_KEY "sk-test-1234"

/* What most tests need: a service inside the test and a client of it, made anew for each. */
extern FakeService    *service;
extern SeedreamClient *client;

/* @provider: what the client takes the service for. */
void             serve             (const char        *provider);
void             stop_serving      (void);

typedef struct
{
  SeedreamStage stage;
  double fraction;
} Fraction;

typedef struct
{
  SeedreamJob *job;
  GCancellable *cancellable;
  int cancel_at;     /* the state that cancels the job when it is told; -1: none */
  GString *states;   /* as they were told: "queued running completed" */
  GString *stages;   /* likewise */
  GArray *fractions; /* Fraction */
  GThread *home;     /* where the job was made */
  guint strays;      /* what it told elsewhere */
  gboolean succeeded;
  GError *error;
  GMainLoop *loop;
} Drawing;

/* A client that takes nothing from the environment. */
SeedreamClient  *new_client        (const char        *provider,
                                    const char        *base_url);
/* A timeout, as many times longer as Check is told that everything is. */
void             set_patience      (SeedreamClient    *of,
                                    guint              seconds);
SeedreamImage   *new_image         (const char        *file);
/* With one image per @file, up to NULL. */
SeedreamRequest *new_request       (SeedreamOperation  operation,
                                    const char        *prompt,
                                    ...) G_GNUC_NULL_TERMINATED;

/* Takes over @request. */
Drawing         *drawing_new       (SeedreamClient    *client,
                                    SeedreamRequest   *request);
void             drawing_run       (Drawing           *self);
/* Both at once, for the simplest request. */
Drawing         *draw              (SeedreamClient    *client);
/* The last fraction told in @stage, -1 for none; ends the test if one was smaller than the one before. */
double           drawing_last_fraction
                                   (const Drawing     *self,
                                    SeedreamStage      stage);
const char      *sentence_about    (SeedreamCharge     charge);
/* Ends the test unless the picture @index is the dot of that number, to the last byte. */
void             assert_is_dot     (const Drawing     *self,
                                    guint              index,
                                    guint              dot);
/* For fake_service_watch(). */
void             drawing_cancel    (gpointer           drawing);
/* Ends the test unless the job dies with it: nothing may hold a job that has ended. */
void             drawing_free      (Drawing           *self);

#define assert_succeeded(drawing) \
  ck_assert_msg ((drawing)->succeeded && !(drawing)->error, "%s", \
                 (drawing)->error ? (drawing)->error->message : "no error, no success")

#define assert_error(error, domain_, code_) \
  ck_assert_msg (g_error_matches (error, domain_, code_), "%s: %s", #code_, (error) ? (error)->message : "no error")

/* An error ends with a sentence about the money. */
#define assert_ended(drawing, state_, charge_) \
  do { \
    ck_assert_int_eq (seedream_job_get_state ((drawing)->job), state_); \
    ck_assert_int_eq (seedream_job_get_charged ((drawing)->job), charge_); \
    if ((drawing)->error) \
      assert_mentions ((drawing)->error->message, sentence_about (charge_)); \
  } while (0)

#define assert_failed(drawing, code_, state_, charge_) \
  do { \
    ck_assert (!(drawing)->succeeded); \
    assert_error ((drawing)->error, SEEDREAM_ERROR, code_); \
    assert_ended (drawing, state_, charge_); \
  } while (0)

#define assert_cancelled(drawing, charge_) \
  do { \
    ck_assert (!(drawing)->succeeded); \
    assert_error ((drawing)->error, G_IO_ERROR, G_IO_ERROR_CANCELLED); \
    assert_ended (drawing, SEEDREAM_JOB_STATE_CANCELLED, charge_); \
  } while (0)

#define assert_mentions(text, part) \
  ck_assert_msg (strstr (text, part) != NULL, "“%s” says nothing of “%s”", text, part)

#define assert_not_mentions(text, part) ck_assert_msg (strstr (text, part) == NULL, "“%s” tells “%s”", text, part)
