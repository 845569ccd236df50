/* Writing that must not end or stop the process. */
#ifndef COUNTERSIGN_QUIET_H
#define COUNTERSIGN_QUIET_H

#include <signal.h>

struct quiet {
  sigset_t added, pending;
};

/* INVARIANT: between the two no write of ours signals this process, and afterwards all is as the caller left it. */
void quiet_begin(struct quiet *quiet);
void quiet_end(const struct quiet *quiet);

#endif
