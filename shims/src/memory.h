/* Memory for the short life of a client. */
#ifndef COUNTERSIGN_MEMORY_H
#define COUNTERSIGN_MEMORY_H

#include <stddef.h>

/* NULL when there is none. */
void *memory_take(size_t count);
/* A copy of `count` bytes that ends with NUL. */
char *memory_text(const char *bytes, size_t count);
void memory_give(void *block);

#endif
