/* What runs in enforce mode although nobody can be asked. */
#ifndef COUNTERSIGN_READONLY_H
#define COUNTERSIGN_READONLY_H

#include <stdbool.h>

/* INVARIANT: true only for what looks, never changes, and runs nothing that a repository names. */
bool is_read_only(const char *name, char *const *argv, char *const *environment);

#endif
