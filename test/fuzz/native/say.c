/* What the daemon says reaches a terminal without anything that moves, hides or turns. */
#include "fuzz.h"
#include "memory.h"
#include "message.h"

#include <string.h>
#include <sys/types.h>

/* `message.c` is built to call this. */
ssize_t caught_write(int fd, const void *bytes, size_t count);

static char *written;
static size_t length;

ssize_t caught_write(int fd, const void *bytes, size_t count) {
  CHECK(fd == 2 && written == NULL);
  written = malloc(count + 1);
  CHECK(written != NULL);
  memcpy(written, bytes, count);
  length = count;
  return (ssize_t)count;
}

static void check_written(bool one_line) {
  /* Nothing is said when there is no memory for it. */
  if (written != NULL) {
    CHECK(length > 0 && written[length - 1] == '\n');
    CHECK(shows_all(written, length - 1, !one_line));
  }
  free(written);
  written = NULL;
  memory_give_all();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, data + size};
  take_memory_limit(&in);
  char *text = take_text(&in);
  say(text, true);
  check_written(true);
  say(text, false);
  check_written(false);
  say_about(text, "command not found");
  check_written(true);
  free(text);
  return 0;
}
