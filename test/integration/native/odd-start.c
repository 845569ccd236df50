/* Starts a program in a way that no shell does: `odd-start PROGRAM VARIABLE… -- ARGV…`, with SIGUSR2 and SIGTERM blocked. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  sigset_t blocked;
  int at = 2;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR2);
  sigaddset(&blocked, SIGTERM);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  while (at < argc && strcmp(argv[at], "--") != 0) at++;
  if (at >= argc) return 2;
  argv[at] = NULL;
  execve(argv[1], argv + at + 1, argv + 2);
  return 3;
}
