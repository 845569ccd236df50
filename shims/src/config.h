/* Where the daemon is, as fixed at install. */
#ifndef COUNTERSIGN_CONFIG_H
#define COUNTERSIGN_CONFIG_H

#include <stdbool.h>
#include <sys/stat.h>

/* Texts are never NULL; an unreadable file gives empty ones in enforce mode. */
struct config {
  char *socket, *node, *daemon, *home, *libexec;
  bool observe;
  bool usable;
};

/* The canonical path of our own binary; NULL when the system does not tell. */
char *own_path(void);
/* INVARIANT: nothing in the caller's environment takes part. */
void config_read(const char *self, struct config *config);

#endif
