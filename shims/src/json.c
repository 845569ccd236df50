/* The writer into a growing buffer, and UTF-8. */
#include "json.h"

#include "memory.h"

#include <string.h>

static bool buffer_reserve(struct buffer *out, size_t more) {
  if (out->failed || more > out->limit - out->length) return false;
  if (out->capacity - out->length >= more) return true;
  size_t capacity = out->capacity < 1024 ? 2048 : out->capacity * 2;
  while (capacity - out->length < more) capacity *= 2;
  char *data = memory_take(capacity);
  if (data == NULL) return false;
  if (out->length > 0) memcpy(data, out->data, out->length);
  memory_give(out->data);
  out->data = data;
  out->capacity = capacity;
  return true;
}

void buffer_bytes(struct buffer *out, const char *bytes, size_t count) {
  if (count == 0) return;
  if (!buffer_reserve(out, count)) {
    out->failed = true;
    return;
  }
  memcpy(out->data + out->length, bytes, count);
  out->length += count;
}

void buffer_text(struct buffer *out, const char *text) { buffer_bytes(out, text, strlen(text)); }

static bool continues(unsigned char byte) { return (byte & 0xc0) == 0x80; }

size_t utf8_character(const unsigned char *b, size_t count) {
  if (count >= 1 && b[0] < 0x80) return 1;
  if (count >= 2 && b[0] >= 0xc2 && b[0] <= 0xdf && continues(b[1])) return 2;
  if (count >= 3 && (b[0] & 0xf0) == 0xe0 && continues(b[1]) && continues(b[2])) {
    bool overlong = b[0] == 0xe0 && b[1] < 0xa0;
    bool surrogate = b[0] == 0xed && b[1] > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (count >= 4 && b[0] >= 0xf0 && b[0] <= 0xf4 && continues(b[1]) && continues(b[2]) && continues(b[3])) {
    bool overlong = b[0] == 0xf0 && b[1] < 0x90;
    bool beyond = b[0] == 0xf4 && b[1] > 0x8f;
    return overlong || beyond ? 0 : 4;
  }
  return 0;
}

static void json_escape(struct buffer *out, const char *prefix, unsigned char byte) {
  static const char digits[] = "0123456789abcdef";
  buffer_text(out, prefix);
  buffer_bytes(out, &digits[byte >> 4], 1);
  buffer_bytes(out, &digits[byte & 15], 1);
}

void json_string(struct buffer *out, const char *bytes, size_t count) {
  const unsigned char *at = (const unsigned char *)bytes;
  const unsigned char *end = at + count;
  buffer_text(out, "\"");
  while (at < end) {
    const unsigned char *plain = at;
    while (at < end && *at >= 0x20 && *at < 0x7f && *at != '"' && *at != '\\') at++;
    buffer_bytes(out, (const char *)plain, (size_t)(at - plain));
    if (at == end) break;
    size_t length = utf8_character(at, (size_t)(end - at));
    if (length == 0) json_escape(out, "\\udc", *at);
    else if (*at < 0x20) json_escape(out, "\\u00", *at);
    else {
      if (length == 1 && (*at == '"' || *at == '\\')) buffer_text(out, "\\");
      buffer_bytes(out, (const char *)at, length);
    }
    at += length == 0 ? 1 : length;
  }
  buffer_text(out, "\"");
}
