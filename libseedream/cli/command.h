/* cli/command.h - what the parts of the seedream command share. */
#pragma once

#include <seedream.h>

/* Exit statuses: scripts rely on them. */
typedef enum
{
  EXIT_DONE = 0,
  EXIT_INTERNAL = 1,
  EXIT_USAGE = 2,
  EXIT_KEY = 3,
  EXIT_BALANCE = 4,
  EXIT_REFUSED = 5,
  EXIT_SERVICE = 6,
  EXIT_DEADLINE = 7,
  EXIT_CANCELLED = 130
} ExitStatus;

typedef enum
{
  VERB_DRAW,
  VERB_JOBS,
  VERB_PROVIDERS,
  VERB_MODELS,
  VERB_BALANCE,
  VERB_KEY,
  VERB_RULES
} Verb;

typedef enum
{
  JOB_LIST,
  JOB_SHOW,
  JOB_WAIT,
  JOB_FETCH,
  JOB_FORGET,
  JOB_CANCEL,
  JOB_STAR,
  JOB_UNSTAR,
  JOB_RECOVER,
  JOB_PURGE
} JobVerb;

typedef enum
{
  KEY_SHOW,
  KEY_SET,
  KEY_FORGET
} KeyVerb;

typedef struct
{
  Verb              verb;
  JobVerb           job_verb;
  char             *job_id;
  char             *search;
  gboolean          summary;
  gboolean          dry_run;
  char             *rule; /* NULL: all are shown */
  char             *rule_value;
  KeyVerb           key_verb;
  SeedreamOperation operation;
  char             *prompt;
  char             *out;
  char            **inputs; /* paths */
  char             *provider;
  gboolean          names_provider; /* else it is the usual one */
  char             *model;
  char             *base_url;
  int               count;
  char             *size;
  char             *aspect;
  char             *quality;
  char             *format;
  gint64            seed; /* negative: none */
  char             *seed_text;
  gboolean          group;
  gboolean          stream;
  gboolean          no_stream;
  gboolean          no_wait;
  int               timeout_seconds;
  gboolean          json;
  gboolean          quiet;
  gboolean          verbose;
  gboolean          version;
  gint64            begun; /* when, by the monotonic clock */
  char             *note;  /* what is to be said beside the notes of the job itself */
  char             *keyring_trouble; /* why a keyring that is there gave no key; NULL: it did, or needed not */
} Options;

/* Reads the words after the command's name, up to its verb's last operand. */
gboolean    options_parse    (Options *options, int *argc, char ***argv, GError **error);
void        options_clear    (Options *options);

/* An asynchronous call that the command waits for; all zero at first. */
typedef struct
{
  GCancellable *cancellable; /* for the call: it is cancelled by a signal, or when the time is over */
  GMainLoop    *loop;
  GAsyncResult *result;
  guint         sources[3];
  gboolean      late;  /* the time was over */
  gboolean      ended; /* there was a signal */
} Waiting;

/* seconds: how long it may take; 0: it knows itself. */
void           waiting_begin   (Waiting *waiting, int seconds);
void           on_answer       (GObject *source, GAsyncResult *result, gpointer data); /* a Waiting */
GAsyncResult  *waiting_end     (Waiting *waiting);

/* Says that the time was over where a call was cancelled for that. */
void           waiting_explain (const Waiting *waiting, const Options *options, GError **error);

/* What is left of the time for the whole command. */
int            seconds_left    (const Options *options);

/* Runs a job to its end, or until the service has taken it; shows how it goes. */
gboolean    run_job          (const Options *options, SeedreamJob *job, gboolean submit_only, GError **error);

/* Takes up what other runs have left behind, for so long. */
void        recovery_begin   (Waiting *waiting, SeedreamHistory *history, int seconds, int each);

/* The jobs that have changed thereby, even if there is an error. */
GPtrArray  *recovery_end     (Waiting *waiting, SeedreamHistory *history, GError **error);

/* A note about their pictures, or NULL. */
char       *tell_what_came   (GPtrArray *jobs);

/* Where the job's pictures are in files of the user's own, nobody shall offer them any more. Where no history is kept
 * they and the record are gone then, so this comes last. */
void        deliver          (const Options *options, SeedreamHistory *history, SeedreamJob *job, char **paths);

/* id: or how it begins. */
SeedreamJob *read_job        (SeedreamHistory *history, const char *id, GError **error);

ExitStatus  jobs             (Options *options);
ExitStatus  list_providers   (const Options *options);
ExitStatus  list_models      (Options *options);
ExitStatus  show_balance     (Options *options);
ExitStatus  key              (const Options *options);
ExitStatus  rules            (const Options *options);

/* What people do with what was written down. */
void        star             (SeedreamHistory *history, SeedreamJob *job, gboolean starred, GError **error);
void        cancel           (SeedreamHistory *history, SeedreamJob *job, GError **error);
void        forget           (SeedreamHistory *history, SeedreamJob *job, GError **error);
void        purge            (const Options *options, SeedreamHistory *history, GError **error);

/* Prints what the jobs have cost. */
void        summarize        (const Options *options, SeedreamHistory *history, GError **error);

/* Whether jobs are remembered once their pictures are delivered. */
gboolean    keeps_history    (SeedreamHistory *history);

/* What the service tells of the model that the options name. */
SeedreamModel *ask_for_model (const Options *options, SeedreamClient *client, GError **error);

/* A client as the options say, and its history; without one a job goes unprotected, which is said. */
SeedreamClient *make_client  (const Options *options, GError **error);

/* Gives the client the key that the keyring holds, where one is needed and the environment has none. If there is none
 * the client will say so, and report () why; only a signal makes this fail. */
gboolean    find_key         (Options *options, SeedreamClient *client, GError **error);

/* An image that the service fetches itself, where the word is a web address; else as read_picture (). */
SeedreamImage *read_input    (const char *word, GError **error);

/* Reads a picture's file and all its pixels; so a file that is cut short is found out before anything is sent. */
SeedreamImage *read_picture  (const char *path, GError **error);

/* Fails unless a file can be written there. */
gboolean    check_place      (const char *out, GError **error);

/* Writes the job's pictures as OUT, or OUT-1, OUT-2, … where more than one was asked for; a wrong suffix is corrected.
 * Only a file that was named is overwritten. Returns the paths, NULL-terminated, in the pictures' order. */
char      **write_pictures   (SeedreamJob *job, const char *out, gboolean several, GError **error);

/* Where the library keeps them. */
char      **kept_paths       (SeedreamJob *job);

/* The same for what a job has brought, as the options say; where they say nothing, it is left where it is kept. */
char      **keep_pictures    (const Options *options, SeedreamJob *job, GError **error);

ExitStatus  status_of        (const GError *error);
const char *nick_of          (GType type, int value);

/* Prints what became of a job: paths or one object, notes and the error. Any of them may be NULL. */
ExitStatus  report           (const Options *options, SeedreamJob *job, char **paths, const GError *error);

/* Prints an array of such objects as --json promises. */
void        print_jobs_json  (GPtrArray *jobs);

/* Prints where a key comes from as --json does. */
void        print_key_json   (SeedreamProvider *provider, SeedreamKeySource source);

/* Prints the one object that --json promises. job, paths and error may be NULL. */
void        print_json       (const Options *options, SeedreamJob *job, char **paths, const GError *error);
