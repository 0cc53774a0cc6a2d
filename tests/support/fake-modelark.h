/* support/fake-modelark.h - lets a FakeService speak ModelArk's contract. Pictures are dots, kept at ARK_DOT. */
#pragma once

#include "support/fake-service.h"

G_BEGIN_DECLS

#define ARK     "/api/v3/images/generations"
#define ARK_DOT "/ark/%u.png" /* the dot's number */

#define ARK_COMPLETED \
  "event: image_generation.completed\n" \
  "data: {\"type\":\"image_generation.completed\",\"usage\":{\"generated_images\":1}}\n\n"
#define ARK_DONE "data: [DONE]\n\n"
#define ARK_MODERATED "{\"code\":\"OutputImageSensitiveContentDetected\",\"message\":\"too sensitive\"}"

/* One place in "data": a picture at its address. */
char *modelark_place  (FakeService *service,
                       guint        dot);
/* The event of a stream that brings the same. */
char *modelark_event  (FakeService *service,
                       guint        dot);
/* A stream's event that tells of a picture that failed. @error: JSON */
char *modelark_failed (guint        index,
                       const char  *error);
/* The next request is answered with the dots of these numbers: "012". A "-" is a place whose picture was moderated
 * away. */
void  modelark_draws  (FakeService *service,
                       const char  *which);
/* All dots are there to be fetched. */
void  modelark_keeps  (FakeService *service);

G_END_DECLS
