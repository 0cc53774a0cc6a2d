/* support/fake-openrouter.h - lets a FakeService speak OpenRouter's contracts. Pictures are dots, which come in the
 * answer itself. */
#pragma once

#include "support/fake-service.h"

G_BEGIN_DECLS

#define CHAT            "/api/v1/chat/completions"
#define IMAGES          "/api/v1/images"
#define OPENROUTER_COST 0.05 /* what each answer says that it took */

/* What stands in a stream of chat completions. */
#define OPENROUTER_COMMENT ": OPENROUTER PROCESSING\n\n"
#define OPENROUTER_STOP \
  "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"}," \
  "\"finish_reason\":\"stop\"}]}\n\n"
#define OPENROUTER_USAGE \
  "data: {\"id\":\"gen-1\",\"object\":\"chat.completion.chunk\",\"choices\":[],\"usage\":{\"total_tokens\":4175," \
  "\"cost\":0.05}}\n\n"
#define OPENROUTER_DONE "data: [DONE]\n\n"

/* The event that brings a picture. @picture: base64 */
char *openrouter_event   (const char  *picture);
/* A whole stream: a comment, the event, and all that follows it. */
char *openrouter_stream  (const char  *picture);
/* The same as one JSON text, as it comes where no stream is asked for. */
char *openrouter_answer  (const char  *picture);
/* The image API's answer, with as many of the first dots. */
char *openrouter_images  (guint        n);
/* The next chat request is answered with a stream of that dot. */
void  openrouter_streams (FakeService *service,
                          guint        dot);

G_END_DECLS
