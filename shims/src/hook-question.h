/* What a client told its hook, as a question to the daemon. */
#ifndef COUNTERSIGN_HOOK_QUESTION_H
#define COUNTERSIGN_HOOK_QUESTION_H

#include "hook-form.h"
#include "json.h"
#include "protocol.h"

struct hook_question {
  const struct client *client;
  /* NULL when nobody says what the hook was installed for. */
  const char *event;
  int timeout_ms;
  const struct buffer *payload;
  const struct variables *variables;
  const char *id;
};

/* Writes the whole line, with its newline. */
void hook_question_write(struct buffer *out, const struct hook_question *question);

#endif
