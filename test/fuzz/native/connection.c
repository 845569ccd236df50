/* Replies that arrive in any pieces mean what each line means by itself. */
#include "fuzz.h"
#include "memory.h"
#include "protocol.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

/* `protocol.c` is built to call these. */
ssize_t fed_recv(int fd, void *buffer, size_t room, int flags);
ssize_t fed_send(int fd, const void *bytes, size_t count, int flags);
int fed_poll(struct pollfd *wanted, nfds_t count, int timeout);

static struct input pieces, stream, sent;

ssize_t fed_recv(int fd, void *buffer, size_t room, int flags) {
  (void)fd, (void)flags;
  uint8_t piece = take_byte(&pieces);
  size_t left = (size_t)(stream.end - stream.at);
  if (piece == 255 || piece == 254) {
    errno = piece == 255 ? EINTR : EAGAIN;
    return -1;
  }
  size_t count = piece == 0 ? room : piece;
  if (count > room) count = room;
  if (count > left) count = left;
  if (count > 0) memcpy(buffer, stream.at, count);
  stream.at += count;
  return (ssize_t)count;
}

ssize_t fed_send(int fd, const void *bytes, size_t count, int flags) {
  (void)fd, (void)flags;
  uint8_t piece = take_byte(&pieces);
  if (piece == 255 || piece == 254) {
    errno = piece == 255 ? EINTR : EAGAIN;
    return -1;
  }
  if (piece == 253) return 0;
  if (piece > 0 && piece < count) count = piece;
  CHECK(count <= (size_t)(sent.end - sent.at) && memcmp(sent.at, bytes, count) == 0);
  sent.at += count;
  return (ssize_t)count;
}

int fed_poll(struct pollfd *wanted, nfds_t count, int timeout) {
  (void)timeout;
  CHECK(count == 1);
  /* Always ready. */
  wanted->revents = POLLIN | POLLOUT;
  return 1;
}

static void check_send(void) {
  size_t size = (size_t)(stream.end - stream.at);
  char *bytes = memory_text((const char *)stream.at, size);
  struct buffer line = {.data = bytes, .length = size, .capacity = size};
  sent = stream;
  if (daemon_send(0, &line, NEVER) == READ_REPLY) CHECK(sent.at == sent.end);
  memory_give(bytes);
}

static void check_replies(size_t limit) {
  struct connection from = {0, {.limit = limit}};
  struct input lines = stream;
  for (;;) {
    struct reply whole, alone;
    enum reading read = daemon_read(&from, NEVER, &whole);
    const uint8_t *end = lines.at == lines.end ? NULL : memchr(lines.at, '\n', (size_t)(lines.end - lines.at));
    if (read == READ_LOST) CHECK(end == NULL);
    bool over = from.in.failed;
    if (read == READ_LOST || over) {
      reply_free(&whole);
      break;
    }
    CHECK(end != NULL);
    bool understood = reply_parse((const char *)lines.at, (size_t)(end - lines.at), &alone);
    CHECK((read == READ_REPLY) == understood);
    if (understood) CHECK(strcmp(alone.id, whole.id) == 0 && alone.argc == whole.argc && alone.obliged == whole.obliged);
    lines.at = end + 1;
    reply_free(&whole);
    reply_free(&alone);
  }
  memory_give(from.in.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, data + size};
  size_t limit = take_byte(&in) % 2 == 0 ? MAX_LINE_BYTES : 512;
  size_t plan = take_byte(&in) % 32;
  if (plan > (size_t)(in.end - in.at)) plan = (size_t)(in.end - in.at);
  pieces = (struct input){in.at, in.at + plan};
  stream = (struct input){in.at + plan, in.end};
  check_send();
  pieces.at = in.at;
  check_replies(limit);
  CHECK(memory_held() == 0);
  return 0;
}
