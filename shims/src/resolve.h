/* Finds the program that would have run without us. */
#ifndef COUNTERSIGN_RESOLVE_H
#define COUNTERSIGN_RESOLVE_H

#include <stdbool.h>

struct resolved {
  char *path;     /* NULL when there is none */
  bool forbidden; /* found, but not executable */
};

struct resolved resolve(const char *name, const char *path, const char *self);
bool leads_to(const char *path, const char *file);
/* Where a path leads from the current folder; as it is where that has no name. */
const char *absolute_path(const char *path);
/* Runs it in our place as the kernel or, for a script without `#!`, a shell would. Returns only on failure. */
void run_program(const char *file, char **argv, char **environment);

#endif
