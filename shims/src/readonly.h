/* What runs in enforce mode although nobody can be asked. */
#ifndef COUNTERSIGN_READONLY_H
#define COUNTERSIGN_READONLY_H

#include <stdbool.h>

/* INVARIANT: true only for what looks, never changes, and runs nothing that a repository names. */
bool is_read_only(const char *name, char *const *argv, char *const *environment);
/* The variable, with its value, that alone keeps such a command from running; NULL when there is none. */
const char *read_only_but_for(const char *name, char *const *argv, char *const *environment);

#endif
