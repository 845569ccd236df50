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
/* The text of a file that only its owner may write, NULL for any other: it could send us to a socket of somebody's. */
char *read_private(const char *path);
/* INVARIANT: nothing in the caller's environment takes part. */
void config_read(const char *self, struct config *config);

#endif
