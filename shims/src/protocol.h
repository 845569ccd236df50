/* One question to the daemon and its answer: `protocol/wire.ts` in C. */
#ifndef COUNTERSIGN_PROTOCOL_H
#define COUNTERSIGN_PROTOCOL_H

#include "json.h"

#include <stdbool.h>
#include <stddef.h>

#define MAX_LINE_BYTES (16 * 1024 * 1024)

struct question {
  const char *entry, *name, *executable;
  char *const *argv;
  char *const *environment;
  char id[33];
};

struct connection {
  int fd;
  struct buffer in;
};

bool question_id(char id[33]);
/* Writes the whole line, with its newline. */
void question_write(struct buffer *out, const struct question *question);
/* -1 when nobody of our own user listens there. */
int daemon_connect(const char *socket_path);
bool daemon_send(int fd, const struct buffer *line);
enum reading { READ_REPLY, READ_LOST, READ_GARBLED };
/* `timeout_ms` below zero waits without limit. */
enum reading daemon_read(struct connection *from, int timeout_ms, struct reply *reply);

#endif
