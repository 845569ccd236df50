/* A small pool in front of malloc, whose first use costs a guarded command several system calls and page faults. */
#include "memory.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Room for the paths, a usual question and its reply. Zero lets a sanitizer see every block. */
#ifndef POOL_BYTES
#define POOL_BYTES 16384
#endif

static alignas(16) char pool[POOL_BYTES + 1];
static size_t used;

void *memory_take(size_t count) {
  size_t rounded = (count + 15) & ~(size_t)15;
  if (rounded < count || rounded > POOL_BYTES - used) return malloc(count);
  void *block = pool + used;
  used += rounded;
  return block;
}

char *memory_text(const char *bytes, size_t count) {
  char *text = memory_take(count + 1);
  if (text == NULL) return NULL;
  memcpy(text, bytes, count);
  text[count] = '\0';
  return text;
}

/* What came from the pool stays taken; the process ends or becomes the tool before that matters. */
void memory_give(void *block) {
  uintptr_t at = (uintptr_t)block, first = (uintptr_t)pool;
  if (at < first || at >= first + POOL_BYTES) free(block);
}
