/* support/fake-contracts.h - what is common to all contracts, for tests whose loop variable is the service. */
#pragma once

#include "support/fake-service.h"

G_BEGIN_DECLS

typedef struct
{
  const char *provider, *create;
  const char *poll;   /* where the pictures are told of; NULL: in the answer to the create */
  const char *inside; /* an answer with a picture in base64 */
  const char *at;     /* with a picture at an address */
  const char *empty;  /* without a picture */
  const char *error;  /* an error, "no pears", inside a success */
} Contract;

#define N_CONTRACTS 5
#define N_POLLED    2 /* of them; the first ones */

/* ImaRouter's first contract is the sandbox's here, which has shorter waits. */
extern const Contract contracts[N_CONTRACTS];

/* Takes creates, where that is an answer of its own. */
void        contract_takes  (const Contract *self,
                             FakeService    *service);
/* The path of the request whose answer has the pictures. */
const char *contract_place  (const Contract *self);
/* The answer with this picture, in base64, or one at this address. */
char       *contract_answer (const Contract *self,
                             const char     *picture);
char       *contract_points (const Contract *self,
                             const char     *url);
/* The next request is answered with a dot. */
void        contract_draws  (const Contract *self,
                             FakeService    *service,
                             guint           dot);

G_END_DECLS
