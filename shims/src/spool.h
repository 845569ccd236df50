/* Keeps questions that nobody could be asked, in observe mode. */
#ifndef COUNTERSIGN_SPOOL_H
#define COUNTERSIGN_SPOOL_H

#include "json.h"

void spool_append(const char *home, const struct buffer *line);

#endif
