/* JSON as the wire needs it: a growing buffer to write into, and a strict reader of one reply. */
#ifndef COUNTERSIGN_JSON_H
#define COUNTERSIGN_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* `failed` sticks: a buffer that ran out of memory or over its limit must not be sent. */
struct buffer {
  char *data;
  size_t length, capacity, limit;
  bool failed;
};

void buffer_bytes(struct buffer *out, const char *bytes, size_t count);
void buffer_text(struct buffer *out, const char *text);
/* Writes a quoted string; bytes that are not UTF-8 become \udcXX. */
void json_string(struct buffer *out, const char *bytes, size_t count);

/* How many bytes the UTF-8 character at `bytes` has; 0 when it is not well-formed. */
size_t utf8_character(const unsigned char *bytes, size_t count);

struct reply {
  long version;
  char *type, *id, *verdict, *message, *code;
  char **argv; /* ends with NULL */
  size_t argc;
  bool obliged; /* at least one obligation */
  /* What a hook prints, and how it exits when `exit_told`. */
  char *stdout_text, *stderr_text;
  long exit_code;
  bool exit_told;
};

/* False for anything but one object with fields of the expected kinds. Free the reply in either case. */
bool reply_parse(const char *line, size_t count, struct reply *reply);
void reply_free(struct reply *reply);

#endif
