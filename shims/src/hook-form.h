/* What each agent's client understands from its hook when nobody else can answer it. */
#ifndef COUNTERSIGN_HOOK_FORM_H
#define COUNTERSIGN_HOOK_FORM_H

#include "json.h"

#include <stdbool.h>

struct client;

/* NULL for a client that nobody knows. */
const struct client *client_named(const char *name);
const char *client_name(const struct client *client);
/* How long it waits for a hook that was not told a time. */
int client_timeout_ms(const struct client *client);
/* Whether an answer to the event can keep anything from running; true where nobody says which event it is. */
bool client_asks(const struct client *client, const char *event);
/* The text that denies, with its reason, which must not be empty. */
void client_deny(struct buffer *out, const struct client *client, const char *event, const char *reason);
/* The text that lets the client go on as it would without us; may be empty. */
const char *client_allow(const struct client *client);

#endif
