/* INVARIANT: the payload is passed on as it is; nothing here has an opinion about what it means. */
#include "hook-question.h"

#include <limits.h>
#include <unistd.h>

static void write_number(struct buffer *out, int value) {
  char text[12];
  size_t at = sizeof text;
  do text[--at] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  buffer_bytes(out, text + at, sizeof text - at);
}

void hook_question_write(struct buffer *out, const struct hook_question *question) {
  char folder[PATH_MAX];
  const char *cwd = getcwd(folder, sizeof folder);
  const struct buffer *payload = question->payload;
  buffer_text(out, "{\"v\":1,\"type\":\"hook\"");
  field_write(out, "id", question->id);
  field_write(out, "client", client_name(question->client));
  if (question->event != NULL) field_write(out, "event", question->event);
  field_write(out, "cwd", cwd != NULL && cwd[0] == '/' ? cwd : "");
  buffer_text(out, ",\"timeoutMs\":");
  write_number(out, question->timeout_ms);
  buffer_text(out, ",\"payload\":");
  json_string(out, payload->length == 0 ? "" : payload->data, payload->length);
  buffer_text(out, ",\"env\":{");
  variables_write(out, question->variables);
  buffer_text(out, "}}\n");
}
