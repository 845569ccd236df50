/* What is asked says exactly what would run: the line read back gives the same words, byte for byte. */
#include "fuzz.h"
#include "memory.h"
#include "protocol.h"

#include <string.h>

#define MAX_WORDS 64

static void check_once(const struct variables *chosen, char **environment) {
  for (size_t i = 0; i < chosen->count; i++) {
    size_t length = strcspn(chosen->entries[i], "=") + 1, seen = 0;
    for (char **at = environment; *at != NULL; at++) seen += strncmp(*at, chosen->entries[i], length) == 0;
    CHECK(seen == 1);
  }
}

static void check_line(const struct buffer *line, char **argv) {
  struct reply read;
  CHECK(line->length > 0 && memchr(line->data, '\n', line->length) == line->data + line->length - 1);
  CHECK(is_text(line->data, line->length));
  CHECK(reply_parse(line->data, line->length - 1, &read));
  CHECK(strcmp(read.type, "ask") == 0 && read.version == 1);
  size_t count = 0;
  for (; argv[count] != NULL; count++) CHECK(count < read.argc && strcmp(argv[count], read.argv[count]) == 0);
  CHECK(count == read.argc);
  reply_free(&read);
  /* For whoever holds it against the daemon's own reader. */
  if (getenv("PRINT_QUESTION") != NULL) fwrite(line->data, 1, line->length, stdout);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, data + size};
  uint8_t nth = take_byte(&in);
  char *session = take_text(&in);
  char *name = take_text(&in);
  char **argv = take_texts(&in, MAX_WORDS);
  char **environment = take_texts(&in, MAX_WORDS);
  setenv("COUNTERSIGN_SESSION", session, 1);
  /* The variables that are left out again are not lost to us. */
  char **all = calloc(MAX_WORDS + 1, sizeof *all);
  CHECK(all != NULL);
  memcpy(all, environment, (MAX_WORDS + 1) * sizeof *all);
  struct variables variables;
  memory_runs_out(nth < 32 ? nth : 0);
  if (argv[0] != NULL && variables_choose(&variables, environment)) {
    struct question question = {"shim", name, name, argv, &variables, "0123456789abcdef0123456789abcdef"};
    struct buffer line = {.limit = MAX_LINE_BYTES};
    check_once(&variables, environment);
    question_write(&line, &question);
    memory_runs_out(0);
    if (!line.failed) check_line(&line, argv);
  }
  memory_give_all();
  give_texts(all);
  free(environment);
  give_texts(argv);
  free(name);
  free(session);
  return 0;
}
