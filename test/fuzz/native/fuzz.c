/* The parts that targets share; stands in for the client's own memory. */
#include "fuzz.h"

#include "memory.h"

#include <string.h>

struct block {
  struct block *next, *before;
  max_align_t bytes[];
};

static struct block held = {&held, &held};
static size_t count_held;
static unsigned fails_at;

void memory_runs_out(unsigned nth) { fails_at = nth; }
size_t memory_held(void) { return count_held; }

void *memory_take(size_t count) {
  if (fails_at > 0 && --fails_at == 0) return NULL;
  if (count > SIZE_MAX / 2) return NULL;
  struct block *block = malloc(sizeof *block + count);
  if (block == NULL) return NULL;
  block->next = &held;
  block->before = held.before;
  held.before->next = block;
  held.before = block;
  count_held++;
  return block->bytes;
}

char *memory_text(const char *bytes, size_t count) {
  char *text = memory_take(count + 1);
  if (text == NULL) return NULL;
  memcpy(text, bytes, count);
  text[count] = '\0';
  return text;
}

void memory_give(void *given) {
  if (given == NULL) return;
  struct block *block = (struct block *)((char *)given - offsetof(struct block, bytes));
  block->before->next = block->next;
  block->next->before = block->before;
  count_held--;
  free(block);
}

void memory_give_all(void) {
  memory_runs_out(0);
  while (held.next != &held) memory_give(held.next->bytes);
}

uint8_t take_byte(struct input *in) { return in->at < in->end ? *in->at++ : 0; }

void take_memory_limit(struct input *in) {
  uint8_t nth = take_byte(in);
  memory_runs_out(nth < 32 ? nth : 0);
}

char *take_text(struct input *in) {
  size_t left = (size_t)(in->end - in->at);
  const uint8_t *zero = left == 0 ? NULL : memchr(in->at, 0, left);
  size_t length = zero == NULL ? left : (size_t)(zero - in->at);
  char *text = malloc(length + 1);
  CHECK(text != NULL);
  if (length > 0) memcpy(text, in->at, length);
  text[length] = '\0';
  in->at += zero == NULL ? length : length + 1;
  return text;
}

char **take_texts(struct input *in, size_t limit) {
  char **texts = calloc(limit + 1, sizeof *texts);
  CHECK(texts != NULL);
  for (size_t i = 0; i < limit && in->at < in->end; i++) {
    if (*in->at == 0) {
      in->at++;
      break;
    }
    texts[i] = take_text(in);
  }
  return texts;
}

void give_texts(char **texts) {
  for (size_t i = 0; texts[i] != NULL; i++) free(texts[i]);
  free(texts);
}

struct range {
  uint32_t first, last;
};

/* Unicode 15: control, format, ignorable, blank and private characters, written down apart from the client's list. */
static const struct range UNSEEN[] = {
    {0x00, 0x08},       {0x0a, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},       {0x34f, 0x34f},     {0x600, 0x605},
    {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},     {0x115f, 0x1160},
    {0x1680, 0x1680},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x2000, 0x200f},   {0x2028, 0x202f},   {0x205f, 0x206f},
    {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},   {0xe000, 0xf8ff},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
};

static bool unseen(uint32_t point) {
  for (size_t i = 0; i < sizeof UNSEEN / sizeof *UNSEEN; i++)
    if (point >= UNSEEN[i].first && point <= UNSEEN[i].last) return true;
  return false;
}

/* 0 when it is not well-formed. */
static size_t decode(const unsigned char *at, size_t left, uint32_t *point) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t size = *at < 0x80 ? 1 : *at >> 5 == 6 ? 2 : *at >> 4 == 14 ? 3 : *at >> 3 == 30 ? 4 : 0;
  if (size == 0 || size > left) return 0;
  *point = size == 1 ? *at : *at & (0x7f >> size);
  for (size_t i = 1; i < size; i++) {
    if ((at[i] & 0xc0) != 0x80) return 0;
    *point = *point << 6 | (at[i] & 0x3f);
  }
  bool surrogate = *point >= 0xd800 && *point <= 0xdfff;
  return *point < least[size] || *point > 0x10ffff || surrogate ? 0 : size;
}

bool is_text(const char *text, size_t length) {
  const unsigned char *at = (const unsigned char *)text, *end = at + length;
  uint32_t point;
  for (size_t size; at < end; at += size) {
    size = decode(at, (size_t)(end - at), &point);
    if (size == 0) return false;
  }
  return true;
}

bool shows_all(const char *text, size_t length, bool lines) {
  const unsigned char *at = (const unsigned char *)text, *end = at + length;
  while (at < end) {
    uint32_t point;
    size_t size = decode(at, (size_t)(end - at), &point);
    if (size == 0 || (unseen(point) && !(lines && point == '\n'))) return false;
    at += size;
  }
  return true;
}
