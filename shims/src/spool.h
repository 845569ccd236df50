/* Keeps questions that nobody could be asked, in observe mode. */
#ifndef COUNTERSIGN_SPOOL_H
#define COUNTERSIGN_SPOOL_H

#include "json.h"

/* `line` is the question as it would have been sent; `why` is `unreachable` or `lost`. */
void spool_append(const char *home, const struct buffer *line, const char *why);

#endif
