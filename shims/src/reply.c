/* The strict reader of one reply: what it does not understand entirely, it refuses. */
#include "json.h"

#include "memory.h"

#include <string.h>

/* Replies are flat; the deepest known field is an array of objects. */
#define MAX_DEPTH 8

struct reader {
  const char *at, *end;
};

static void skip_space(struct reader *in) {
  while (in->at < in->end && (*in->at == ' ' || *in->at == '\t' || *in->at == '\r' || *in->at == '\n')) in->at++;
}

static bool take(struct reader *in, char wanted) {
  skip_space(in);
  if (in->at >= in->end || *in->at != wanted) return false;
  in->at++;
  return true;
}

static bool hex4(struct reader *in, unsigned *value) {
  if (in->end - in->at < 4) return false;
  *value = 0;
  for (int i = 0; i < 4; i++) {
    char c = *in->at++;
    unsigned digit;
    if (c >= '0' && c <= '9') digit = (unsigned)(c - '0');
    else if (c >= 'a' && c <= 'f') digit = (unsigned)(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F') digit = (unsigned)(c - 'A') + 10;
    else return false;
    *value = *value * 16 + digit;
  }
  return true;
}

static char *put_utf8(char *out, unsigned point) {
  if (point < 0x80) *out++ = (char)point;
  else if (point < 0x800) {
    *out++ = (char)(0xc0 | (point >> 6));
    *out++ = (char)(0x80 | (point & 63));
  } else if (point < 0x10000) {
    *out++ = (char)(0xe0 | (point >> 12));
    *out++ = (char)(0x80 | ((point >> 6) & 63));
    *out++ = (char)(0x80 | (point & 63));
  } else {
    *out++ = (char)(0xf0 | (point >> 18));
    *out++ = (char)(0x80 | ((point >> 12) & 63));
    *out++ = (char)(0x80 | ((point >> 6) & 63));
    *out++ = (char)(0x80 | (point & 63));
  }
  return out;
}

/* After `\u`. A lone \udc80–\udcff is a raw byte; NUL would cut an argument short and is refused. */
static char *take_unicode(struct reader *in, char *out) {
  unsigned point, low;
  if (!hex4(in, &point) || point == 0) return NULL;
  if (point >= 0xdc80 && point <= 0xdcff) {
    *out++ = (char)(point & 0xff);
    return out;
  }
  if (point >= 0xdc00 && point <= 0xdfff) return NULL;
  if (point >= 0xd800 && point <= 0xdbff) {
    if (in->end - in->at < 6 || in->at[0] != '\\' || in->at[1] != 'u') return NULL;
    in->at += 2;
    if (!hex4(in, &low) || low < 0xdc00 || low > 0xdfff) return NULL;
    point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
  }
  return put_utf8(out, point);
}

static char *take_escape(struct reader *in, char *out) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (in->at >= in->end) return NULL;
  char c = *in->at++;
  if (c == 'u') return take_unicode(in, out);
  const char *found = c == '\0' ? NULL : strchr(from, c);
  if (found == NULL) return NULL;
  *out++ = to[found - from];
  return out;
}

/* Decoding never makes a string longer, so the rest of the line up to the quote is room enough. */
static size_t quoted_length(const struct reader *in) {
  const char *at = in->at;
  while (at < in->end && *at != '"') at += *at == '\\' && in->end - at > 1 ? 2 : 1;
  return (size_t)(at - in->at);
}

static char *take_string(struct reader *in) {
  if (!take(in, '"')) return NULL;
  char *text = memory_take(quoted_length(in) + 1);
  char *out = text;
  while (out != NULL && in->at < in->end && *in->at != '"') {
    unsigned char c = (unsigned char)*in->at;
    if (c < 0x20) break;
    in->at++;
    if (c == '\\') out = take_escape(in, out);
    else *out++ = (char)c;
  }
  if (out == NULL || in->at >= in->end || *in->at != '"') {
    memory_give(text);
    return NULL;
  }
  in->at++;
  *out = '\0';
  return text;
}

static bool take_integer(struct reader *in, long *value) {
  skip_space(in);
  *value = 0;
  const char *first = in->at;
  while (in->at < in->end && *in->at >= '0' && *in->at <= '9' && in->at - first < 9)
    *value = *value * 10 + (*in->at++ - '0');
  bool leading_zero = in->at - first > 1 && *first == '0';
  return in->at > first && !leading_zero;
}

static bool skip_value(struct reader *in, int depth);

static bool skip_members(struct reader *in, char close, int depth) {
  if (depth > MAX_DEPTH) return false;
  if (take(in, close)) return true;
  do {
    if (close == '}') {
      char *key = take_string(in);
      memory_give(key);
      if (key == NULL || !take(in, ':')) return false;
    }
    if (!skip_value(in, depth)) return false;
  } while (take(in, ','));
  return take(in, close);
}

static bool skip_digits(struct reader *in) {
  const char *first = in->at;
  while (in->at < in->end && *in->at >= '0' && *in->at <= '9') in->at++;
  return in->at > first;
}

static bool skip_character(struct reader *in, const char *among) {
  if (in->at >= in->end || *in->at == '\0' || strchr(among, *in->at) == NULL) return false;
  in->at++;
  return true;
}

static bool skip_number(struct reader *in) {
  skip_character(in, "-");
  if (!skip_character(in, "0") && !skip_digits(in)) return false;
  if (skip_character(in, ".") && !skip_digits(in)) return false;
  if (!skip_character(in, "eE")) return true;
  skip_character(in, "+-");
  return skip_digits(in);
}

static bool skip_scalar(struct reader *in) {
  static const char *const words[] = {"true", "false", "null"};
  for (size_t i = 0; i < 3; i++) {
    size_t length = strlen(words[i]);
    if ((size_t)(in->end - in->at) >= length && memcmp(in->at, words[i], length) == 0) {
      in->at += length;
      return true;
    }
  }
  return skip_number(in);
}

static bool skip_value(struct reader *in, int depth) {
  skip_space(in);
  if (take(in, '{')) return skip_members(in, '}', depth + 1);
  if (take(in, '[')) return skip_members(in, ']', depth + 1);
  if (in->at < in->end && *in->at == '"') {
    char *text = take_string(in);
    memory_give(text);
    return text != NULL;
  }
  return skip_scalar(in);
}

static bool take_argv(struct reader *in, struct reply *reply) {
  size_t room = 0;
  if (reply->argv != NULL || !take(in, '[')) return false;
  reply->argv = memory_take(sizeof(char *));
  if (reply->argv == NULL) return false;
  reply->argv[0] = NULL;
  if (take(in, ']')) return true;
  do {
    if (reply->argc >= room) {
      room = room == 0 ? 16 : room * 2;
      char **argv = memory_take((room + 1) * sizeof(char *));
      if (argv == NULL) return false;
      memcpy(argv, reply->argv, reply->argc * sizeof(char *));
      memory_give(reply->argv);
      reply->argv = argv;
    }
    char *argument = take_string(in);
    reply->argv[reply->argc] = argument;
    if (argument == NULL) return false;
    reply->argv[++reply->argc] = NULL;
  } while (take(in, ','));
  return take(in, ']');
}

static bool take_obligations(struct reader *in, struct reply *reply) {
  if (!take(in, '[')) return false;
  if (take(in, ']')) return true;
  reply->obliged = true;
  return skip_members(in, ']', 1);
}

/* A field that comes twice could mean one thing here and another there. */
static bool take_text(struct reader *in, char **field) {
  if (*field != NULL) return false;
  *field = take_string(in);
  return *field != NULL;
}

static bool take_field(struct reader *in, const char *key, struct reply *reply) {
  if (strcmp(key, "v") == 0) return reply->version == 0 && take_integer(in, &reply->version);
  if (strcmp(key, "type") == 0) return take_text(in, &reply->type);
  if (strcmp(key, "id") == 0) return take_text(in, &reply->id);
  if (strcmp(key, "verdict") == 0) return take_text(in, &reply->verdict);
  if (strcmp(key, "message") == 0) return take_text(in, &reply->message);
  if (strcmp(key, "code") == 0) return take_text(in, &reply->code);
  if (strcmp(key, "argv") == 0) return take_argv(in, reply);
  if (strcmp(key, "stdout") == 0) return take_text(in, &reply->stdout_text);
  if (strcmp(key, "stderr") == 0) return take_text(in, &reply->stderr_text);
  if (strcmp(key, "exitCode") == 0) return !reply->exit_told && (reply->exit_told = take_integer(in, &reply->exit_code));
  if (strcmp(key, "obligations") == 0) return take_obligations(in, reply);
  return skip_value(in, 1);
}

bool reply_parse(const char *line, size_t count, struct reply *reply) {
  struct reader in = {line, line + count};
  *reply = (struct reply){0};
  if (!take(&in, '{')) return false;
  do {
    char *key = take_string(&in);
    bool taken = key != NULL && take(&in, ':') && take_field(&in, key, reply);
    memory_give(key);
    if (!taken) return false;
  } while (take(&in, ','));
  if (!take(&in, '}')) return false;
  skip_space(&in);
  return in.at == in.end && reply->type != NULL && reply->id != NULL;
}

void reply_free(struct reply *reply) {
  for (size_t i = 0; i < reply->argc; i++) memory_give(reply->argv[i]);
  memory_give(reply->argv);
  memory_give(reply->type);
  memory_give(reply->id);
  memory_give(reply->verdict);
  memory_give(reply->message);
  memory_give(reply->code);
  memory_give(reply->stdout_text);
  memory_give(reply->stderr_text);
  *reply = (struct reply){0};
}
