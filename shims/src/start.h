/* Starts the daemon when nobody listens. */
#ifndef COUNTERSIGN_START_H
#define COUNTERSIGN_START_H

#include "config.h"

/* A connection to the daemon after starting it, at most once in a while; -1 when that fails. */
int daemon_start_quietly(const struct config *config);
/* A person ran `countersign down`: only a person starts it again. */
bool stopped_by_hand(const struct config *config);

#endif
