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

typedef struct
{
  SeedreamOperation operation;
  char             *prompt;
  char             *out;
  char            **inputs; /* paths */
  char             *provider;
  char             *model;
  char             *base_url;
  int               count;
  char             *size;
  char             *aspect;
  char             *quality;
  char             *format;
  gint64            seed; /* negative: none */
  char             *seed_text;
  int               timeout_seconds;
  gboolean          json;
  gboolean          quiet;
  gboolean          verbose;
  gboolean          version;
} Options;

/* Reads the words after the command's name, up to its verb's last operand. */
gboolean    options_parse    (Options *options, int *argc, char ***argv, GError **error);
void        options_clear    (Options *options);

/* Reads a picture's file and all its pixels; so a file that is cut short is found out before anything is sent. */
SeedreamImage *read_picture  (const char *path, GError **error);

/* Fails unless a file can be written there. */
gboolean    check_place      (const char *out, GError **error);

/* Writes the job's pictures as OUT, or OUT-1, OUT-2, … where more than one was asked for; a wrong suffix is corrected.
 * Only a file that was named is overwritten. Returns the paths, NULL-terminated, in the pictures' order. */
char      **write_pictures   (SeedreamJob *job, const char *out, gboolean several, GError **error);

ExitStatus  status_of        (const GError *error);

/* Prints the one object that --json promises. job, paths and error may be NULL. */
void        print_json       (const Options *options, SeedreamJob *job, char **paths, const GError *error);
