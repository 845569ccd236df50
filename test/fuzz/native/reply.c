/* One line of the daemon: accepted or refused, nothing of it is left behind. */
#include "fuzz.h"
#include "json.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, data + size};
  struct reply reply;
  take_memory_limit(&in);
  if (reply_parse((const char *)in.at, (size_t)(in.end - in.at), &reply)) {
    CHECK(reply.type != NULL && reply.id != NULL);
    CHECK(reply.version >= 0 && reply.version <= 999999999);
    if (reply.exit_told) CHECK(reply.exit_code >= 0 && reply.exit_code <= 999999999);
    if (reply.stdout_text != NULL) CHECK(strlen(reply.stdout_text) <= size);
    if (reply.argv != NULL) CHECK(reply.argv[reply.argc] == NULL);
    for (size_t i = 0; i < reply.argc; i++) CHECK(strlen(reply.argv[i]) <= size);
  }
  reply_free(&reply);
  CHECK(memory_held() == 0);
  memory_runs_out(0);
  return 0;
}
