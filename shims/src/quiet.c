/* A reader that went away, a file that may not grow and a terminal that stops background writers each raise a signal. */
#include "quiet.h"

#include <stddef.h>

static const int RAISED[] = {SIGPIPE, SIGXFSZ, SIGTTOU};
#define COUNT (sizeof RAISED / sizeof *RAISED)

void quiet_begin(struct quiet *quiet) {
  sigset_t before;
  sigemptyset(&before);
  sigprocmask(SIG_BLOCK, NULL, &before);
  sigemptyset(&quiet->added);
  for (size_t i = 0; i < COUNT; i++)
    if (sigismember(&before, RAISED[i]) != 1) sigaddset(&quiet->added, RAISED[i]);
  sigemptyset(&quiet->pending);
  sigpending(&quiet->pending);
  sigprocmask(SIG_BLOCK, &quiet->added, NULL);
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
  /* Not the mask of before as a whole: a C library keeps a few signals to itself and leaves them out of it. */
  sigprocmask(SIG_UNBLOCK, &quiet->added, NULL);
}
