/* Feeds lines to the reader of replies: from stdin a length of four bytes, then the line; to stdout what was understood. */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_hex(const char *key, const char *text) {
  if (text == NULL) return;
  printf(" %s=", key);
  for (; *text != '\0'; text++) printf("%02x", (unsigned)(unsigned char)*text);
}

static void print_reply(const struct reply *reply) {
  printf("reply version=%lx", reply->version);
  print_hex("type", reply->type);
  print_hex("id", reply->id);
  print_hex("verdict", reply->verdict);
  print_hex("message", reply->message);
  for (size_t i = 0; i < reply->argc; i++) print_hex("argv", reply->argv[i]);
  if (reply->argv != NULL && reply->argv[reply->argc] != NULL) abort();
  puts(reply->obliged ? " obliged" : "");
}

int main(void) {
  unsigned char size[4];
  while (fread(size, 1, 4, stdin) == 4) {
    size_t count = size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
    /* Its own block of exactly this size, so that one byte too far is found. */
    char *line = malloc(count == 0 ? 1 : count);
    if (line == NULL || fread(line, 1, count, stdin) != count) return 1;
    struct reply reply;
    if (reply_parse(line, count, &reply)) print_reply(&reply);
    else puts("refused");
    reply_free(&reply);
    free(line);
  }
  return 0;
}
