/* A reader that went away, a file that may not grow and a terminal that stops background writers each raise a signal. */
#include "quiet.h"

#include <stddef.h>

static const int RAISED[] = {SIGPIPE, SIGXFSZ, SIGTTOU};
#define COUNT (sizeof RAISED / sizeof *RAISED)

void quiet_begin(struct quiet *quiet) {
  sigset_t blocked;
  sigemptyset(&blocked);
  for (size_t i = 0; i < COUNT; i++) sigaddset(&blocked, RAISED[i]);
  sigemptyset(&quiet->pending);
  sigpending(&quiet->pending);
  sigprocmask(SIG_BLOCK, &blocked, &quiet->before);
}

/* Takes what we raised ourselves, and only that: a signal that was pending before belongs to the program. */
void quiet_end(const struct quiet *quiet) {
  sigset_t now, one;
  int taken;
  sigemptyset(&now);
  sigpending(&now);
  for (size_t i = 0; i < COUNT; i++) {
    if (sigismember(&now, RAISED[i]) != 1 || sigismember(&quiet->pending, RAISED[i]) == 1) continue;
    sigemptyset(&one);
    sigaddset(&one, RAISED[i]);
    sigwait(&one, &taken);
  }
  sigprocmask(SIG_SETMASK, &quiet->before, NULL);
}
