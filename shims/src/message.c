/* Printing text that came from elsewhere. */
#include "message.h"

#include "json.h"
#include "memory.h"
#include "quiet.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* Longer text loses its middle: the end of a command is where its target stands. */
#define MAX_TEXT_BYTES (16 * 1024)
/* A byte becomes six at most; room for names and marks. */
#define MAX_MESSAGE_BYTES (7 * MAX_TEXT_BYTES)

struct range {
  uint32_t first, last;
};

/* Control, format, blank, ignorable and private characters can make a message say something else than it does. */
static const struct range UNSEEN[] = {
    {0x0, 0x8},         {0xa, 0x1f},        {0x7f, 0xa0},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x115f, 0x1160},
    {0x1680, 0x1680},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},
    {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},   {0xe000, 0xf8ff},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
};

static bool hides(uint32_t point) {
  for (size_t i = 0; i < sizeof UNSEEN / sizeof *UNSEEN; i++)
    if (point >= UNSEEN[i].first && point <= UNSEEN[i].last) return true;
  return false;
}

/* Of a character that is known to be well-formed. */
static uint32_t point_of(const unsigned char *at, size_t length) {
  uint32_t point = length == 1 ? *at : *at & (0x7fU >> length);
  for (size_t i = 1; i < length; i++) point = point << 6 | (at[i] & 0x3fU);
  return point;
}

static void put_digits(struct buffer *out, uint32_t value, unsigned least) {
  static const char digits[] = "0123456789abcdef";
  unsigned count = least;
  while (count < 8 && value >> (4 * count) != 0) count++;
  while (count-- > 0) buffer_bytes(out, &digits[value >> (4 * count) & 15], 1);
}

static void put_decimal(struct buffer *out, size_t value) {
  char text[20];
  size_t at = sizeof text;
  do text[--at] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  buffer_bytes(out, text + at, sizeof text - at);
}

static void put_escaped(struct buffer *out, const unsigned char *at, size_t length) {
  buffer_text(out, length == 0 ? "\\x" : "\\u{");
  if (length == 0) put_digits(out, *at, 2);
  else put_digits(out, point_of(at, length), 1);
  if (length > 0) buffer_text(out, "}");
}

static void put_bytes(struct buffer *out, const char *text, size_t count, bool one_line) {
  const unsigned char *at = (const unsigned char *)text;
  const unsigned char *end = at + count;
  while (at < end) {
    size_t length = utf8_character(at, (size_t)(end - at));
    bool kept = length > 0 && ((*at == '\n' && !one_line) || !hides(point_of(at, length)));
    if (kept) buffer_bytes(out, (const char *)at, length);
    else put_escaped(out, at, length);
    at += length == 0 ? 1 : length;
  }
}

static void put_printable(struct buffer *out, const char *text, bool one_line) {
  size_t count = strlen(text), half = MAX_TEXT_BYTES / 2;
  if (count <= MAX_TEXT_BYTES) {
    put_bytes(out, text, count, one_line);
    return;
  }
  put_bytes(out, text, half, one_line);
  buffer_text(out, "[");
  put_decimal(out, count - 2 * half);
  buffer_text(out, " bytes left out]");
  put_bytes(out, text + count - half, half, one_line);
}

/* Without memory for all of it the line ends where its last character stood. */
static void end_line(struct buffer *out) {
  buffer_text(out, "\n");
  if (!out->failed) return;
  while (out->length > 0 && ((unsigned char)out->data[out->length - 1] & 0xc0) == 0x80) out->length--;
  if (out->length > 0) out->data[out->length - 1] = '\n';
}

/* One write, so that lines of several clients do not mix. */
static void print(struct buffer *out) {
  struct quiet quiet;
  end_line(out);
  quiet_begin(&quiet);
  ssize_t ignored = out->length == 0 ? 0 : write(2, out->data, out->length);
  (void)ignored;
  quiet_end(&quiet);
  memory_give(out->data);
}

void say(const char *text, bool one_line) {
  struct buffer out = {.limit = MAX_MESSAGE_BYTES};
  buffer_text(&out, "countersign: ");
  put_printable(&out, text, one_line);
  print(&out);
}

void note(const char *text) {
  struct pollfd reader = {2, POLLOUT, 0};
  if (poll(&reader, 1, 0) > 0) say(text, true);
}

void say_about(const char *name, const char *text) {
  struct buffer out = {.limit = MAX_MESSAGE_BYTES};
  put_printable(&out, name, true);
  buffer_text(&out, ": ");
  buffer_text(&out, text);
  print(&out);
}
