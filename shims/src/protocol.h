/* One question to the daemon and its answer: `protocol/wire.ts` in C. */
#ifndef COUNTERSIGN_PROTOCOL_H
#define COUNTERSIGN_PROTOCOL_H

#include "json.h"

#include <stdbool.h>
#include <stddef.h>

#define MAX_LINE_BYTES (16 * 1024 * 1024)

/* Those that the daemon is told about, as `NAME=value`. */
struct variables {
  char **entries;
  size_t count;
};

struct question {
  const char *entry, *name, *executable;
  char *const *argv;
  const struct variables *variables;
  char id[33];
};

struct connection {
  int fd;
  struct buffer in;
};

/* Takes later doubles of them out of the environment. False when they are too many to be judged. */
bool variables_choose(struct variables *chosen, char **environment);
bool question_id(char id[33]);
/* Writes the whole line, with its newline. */
void question_write(struct buffer *out, const struct question *question);
/* Parts of other questions: `,"key":"value"`, and the variables as the fields of an object. */
void field_write(struct buffer *out, const char *key, const char *value);
void variables_write(struct buffer *out, const struct variables *variables);
/* -1 when nobody of our own user listens there. */
int daemon_connect(const char *socket_path);
/* A moment on the clock that only goes forward; NEVER waits without limit. */
#define NEVER (-1LL)
long long moment_in(int milliseconds);

enum reading { READ_REPLY, READ_LOST, READ_LATE, READ_GARBLED };
/* READ_REPLY when all was sent. */
enum reading daemon_send(int fd, const struct buffer *line, long long deadline);
enum reading daemon_read(struct connection *from, long long deadline, struct reply *reply);

#endif
