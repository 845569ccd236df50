/* What every target uses: checks that end the process, memory that is counted and can run out, and cutting up of the input. */
#ifndef COUNTERSIGN_FUZZ_H
#define COUNTERSIGN_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      fprintf(stdout, "broken at %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      fflush(stdout);                                                        \
      abort();                                                               \
    }                                                                        \
  } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The `nth` allocation from here on gives nothing; 0 for none. */
void memory_runs_out(unsigned nth);
/* How many blocks the client holds. */
size_t memory_held(void);
void memory_give_all(void);

struct input {
  const uint8_t *at, *end;
};

/* 0 when nothing is left. */
uint8_t take_byte(struct input *in);
/* The first byte of most inputs: below 32 it says which allocation fails. */
void take_memory_limit(struct input *in);
/* Up to the next zero byte or the end, in a block of exactly that size. */
char *take_text(struct input *in);
/* Texts up to an empty one or the end, NULL at their end. */
char **take_texts(struct input *in, size_t limit);
void give_texts(char **texts);

/* Whether it is well-formed UTF-8. */
bool is_text(const char *text, size_t length);
/* Whether, besides, what a person sees is all there is; `lines` allows line breaks. */
bool shows_all(const char *text, size_t length, bool lines);

#endif
