/* Any payload, event and reason: what is asked and what is printed is one line of JSON, whatever it is made of. */
#include "fuzz.h"
#include "hook-form.h"
#include "hook-question.h"

#include <string.h>

static const char *const NAMES[] = {"claude-code", "codex", "gemini-cli", "copilot-cli", "opencode", "openclaw", "cursor"};

/* Unless memory ran out, and then it says so. */
static void check_line(const struct buffer *out) {
  if (out->failed) return;
  CHECK(out->length > 2 && out->data[0] == '{' && out->data[out->length - 1] == '\n' && out->data[out->length - 2] == '}');
  CHECK(is_text(out->data, out->length));
  for (size_t i = 0; i + 1 < out->length; i++) CHECK((unsigned char)out->data[i] >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, data + size};
  static char *none[] = {NULL};
  take_memory_limit(&in);
  const struct client *client = client_named(NAMES[take_byte(&in) % (sizeof NAMES / sizeof *NAMES)]);
  CHECK(client != NULL && client_named("none of them") == NULL);
  CHECK(client_timeout_ms(client) > 0 && client_allow(client) != NULL && client_asks(client, NULL));
  char *event = take_text(&in), *reason = take_text(&in);
  struct buffer denial = {.limit = 1 << 20}, question = {.limit = 1 << 20};
  client_deny(&denial, client, event[0] == '\0' ? NULL : event, reason);
  check_line(&denial);
  const struct buffer payload = {.data = (char *)(uintptr_t)in.at, .length = (size_t)(in.end - in.at)};
  const struct variables variables = {none, 0};
  const struct hook_question asked = {client, event, 1000, &payload, &variables, "id"};
  hook_question_write(&question, &asked);
  check_line(&question);
  free(event);
  free(reason);
  memory_give_all();
  memory_runs_out(0);
  return 0;
}
