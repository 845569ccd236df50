/* Printing text that came from elsewhere. */
#include "message.h"

#include "json.h"
#include "memory.h"

#include <string.h>
#include <unistd.h>

#define MAX_MESSAGE_BYTES (256 * 1024)

/* Zero-width, direction and line-separator characters can make a message say something else than it does. */
static bool hides(const unsigned char *at, size_t length) {
  if (length == 2) return at[0] == 0xc2 && at[1] < 0xa0;
  if (length != 3) return false;
  if (at[0] == 0xef) return at[1] == 0xbb && at[2] == 0xbf;
  if (at[0] != 0xe2) return false;
  if (at[1] == 0x80) return (at[2] >= 0x8b && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae);
  return at[1] == 0x81 && at[2] >= 0xa0 && at[2] <= 0xaf;
}

static void put_escaped(struct buffer *out, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  char text[4] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
  buffer_bytes(out, text, sizeof text);
}

static void put_printable(struct buffer *out, const char *text, bool one_line) {
  const unsigned char *at = (const unsigned char *)text;
  const unsigned char *end = at + strlen(text);
  while (at < end) {
    size_t length = utf8_character(at, (size_t)(end - at));
    bool control = length == 1 && (*at < 0x20 || *at == 0x7f) && *at != '\t' && (*at != '\n' || one_line);
    bool escaped = length == 0 || control || hides(at, length);
    if (length == 0) length = 1;
    for (size_t i = 0; escaped && i < length; i++) put_escaped(out, at[i]);
    if (!escaped) buffer_bytes(out, (const char *)at, length);
    at += length;
  }
}

/* One write, so that lines of several clients do not mix. */
static void print(struct buffer *out) {
  buffer_text(out, "\n");
  ssize_t ignored = out->length == 0 ? 0 : write(2, out->data, out->length);
  (void)ignored;
  memory_give(out->data);
}

void say(const char *text, bool one_line) {
  struct buffer out = {.limit = MAX_MESSAGE_BYTES};
  buffer_text(&out, "countersign: ");
  put_printable(&out, text, one_line);
  print(&out);
}

void say_about(const char *name, const char *text) {
  struct buffer out = {.limit = MAX_MESSAGE_BYTES};
  put_printable(&out, name, true);
  buffer_text(&out, ": ");
  buffer_text(&out, text);
  print(&out);
}
