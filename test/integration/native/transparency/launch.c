/* Starts a program in a way that no shell does: `launch OPTION… PROGRAM ARGUMENT…`; see the options at the end. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum way { EXECVP, SPAWN, VFORK, FORK, NO_ARGUMENTS, BY_DESCRIPTOR };

static enum way way = EXECVP;

static char *repeated(char letter, size_t count) {
  char *text = malloc(count + 1);
  if (text == NULL) exit(90);
  memset(text, letter, count);
  text[count] = '\0';
  return text;
}

static void block(const char *value, int how) {
  sigset_t set;
  sigemptyset(&set);
  if (strcmp(value, "all") == 0) sigfillset(&set);
  else sigaddset(&set, atoi(value));
  sigprocmask(how, &set, NULL);
}

static void ignore_all(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
}

static void open_many(int count) {
  struct rlimit limit = {(rlim_t)count + 64, (rlim_t)count + 64};
  setrlimit(RLIMIT_NOFILE, &limit);
  for (int i = 0; i < count; i++) fcntl(1, i % 2 == 0 ? F_DUPFD : F_DUPFD_CLOEXEC, 3);
}

static void socket_for_stdin(const char *text) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || write(pair[1], text, strlen(text)) < 0) exit(91);
  shutdown(pair[1], SHUT_WR);
  dup2(pair[0], 0);
  close(pair[0]);
  close(pair[1]);
}

/* Exactly these words, in order; `PATH` is told by its name. */
static void set_environment(char *list) {
  static char *words[64];
  static char path[4096];
  int count = 0;
  snprintf(path, sizeof path, "PATH=%s", getenv("PATH"));
  for (char *word = strtok(list, "|"); word != NULL && count < 63; word = strtok(NULL, "|"))
    words[count++] = strcmp(word, "PATH") == 0 ? path : strcmp(word, "EMPTY") == 0 ? "" : word;
  environ = words;
}

static void many_variables(int count) {
  char name[32];
  for (int i = 0; i < count; i++) {
    snprintf(name, sizeof name, "VARIABLE_%d", i);
    setenv(name, "some value or other", 1);
  }
}

static void deep_folder(int levels) {
  char *name = repeated('d', 200);
  for (int i = 0; i < levels; i++)
    if ((mkdir(name, 0755) != 0 && errno != EEXIST) || chdir(name) != 0) exit(92);
}

static void limit_both(const char *option, rlim_t most) {
  struct rlimit limit = {most, most};
  int kind = strcmp(option, "limit-as") == 0 ? RLIMIT_AS : strcmp(option, "limit-nofile") == 0 ? RLIMIT_NOFILE
           : strcmp(option, "limit-stack") == 0 ? RLIMIT_STACK : strcmp(option, "limit-fsize") == 0 ? RLIMIT_FSIZE
           : strcmp(option, "limit-data") == 0 ? RLIMIT_DATA : strcmp(option, "limit-memlock") == 0 ? RLIMIT_MEMLOCK : RLIMIT_NPROC;
  if (setrlimit(kind, &limit) != 0) exit(93);
}

static int start_timer(int seconds) {
  struct itimerval timer = {{0, 0}, {seconds, 0}};
  return setitimer(ITIMER_REAL, &timer, NULL);
}

/* One `name=value` before the program; false for the program itself. */
static int take(char *option) {
  char *value = strchr(option, '=');
  if (option[0] != '+' || value == NULL) return 0;
  *value++ = '\0';
  option++;
  if (strcmp(option, "block") == 0) block(value, SIG_BLOCK);
  else if (strcmp(option, "ignore") == 0 && strcmp(value, "all") == 0) ignore_all();
  else if (strcmp(option, "ignore") == 0) signal(atoi(value), SIG_IGN);
  else if (strcmp(option, "pending") == 0) kill(getpid(), atoi(value));
  else if (strcmp(option, "close") == 0) close(atoi(value));
  else if (strcmp(option, "many") == 0) open_many(atoi(value));
  else if (strcmp(option, "socket") == 0) socket_for_stdin(value);
  else if (strcmp(option, "environment") == 0) set_environment(value);
  else if (strcmp(option, "variables") == 0) many_variables(atoi(value));
  else if (strcmp(option, "big-variable") == 0) setenv("BIG", repeated('v', strtoul(value, NULL, 10)), 1);
  else if (strcmp(option, "deep") == 0) deep_folder(atoi(value));
  else if (strcmp(option, "timer") == 0) start_timer(atoi(value));
  else if (strcmp(option, "personality") == 0) personality((unsigned long)strtol(value, NULL, 16));
  else if (strcmp(option, "death") == 0) prctl(PR_SET_PDEATHSIG, atoi(value));
  else if (strcmp(option, "slack") == 0) prctl(PR_SET_TIMERSLACK, atol(value));
  else if (strcmp(option, "no-new-privileges") == 0) prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  else if (strcmp(option, "way") == 0) way = (enum way)atoi(value);
  else if (strncmp(option, "limit-", 6) == 0) limit_both(option, strtoul(value, NULL, 10));
  else exit(94);
  return 1;
}

static void report(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child) exit(95);
  dprintf(2, "status %x\n", (unsigned)status);
}

static void start(char **argv, const char *file) {
  pid_t child = 0;
  char *none[] = {NULL};
  switch (way) {
    case EXECVP:
      execvp(argv[0], argv);
      fprintf(stderr, "execvp: %s\n", strerror(errno));
      exit(errno == ENOENT ? 127 : 126);
    case SPAWN:
      errno = posix_spawnp(&child, argv[0], NULL, NULL, argv, environ);
      if (errno != 0) fprintf(stderr, "posix_spawnp: %s\n", strerror(errno));
      else report(child);
      return;
    case VFORK:
      child = vfork();
      if (child == 0) {
        execvp(argv[0], argv);
        _exit(127);
      }
      report(child);
      return;
    case FORK:
      child = fork();
      if (child == 0) {
        execvp(argv[0], argv);
        _exit(127);
      }
      report(child);
      return;
    case NO_ARGUMENTS:
      execve(file, none, environ);
      exit(96);
    case BY_DESCRIPTOR:
      fexecve(open(file, O_PATH | O_CLOEXEC), argv, environ);
      exit(97);
  }
}

int main(int argc, char **argv) {
  int at = 1;
  while (at < argc && take(argv[at])) at++;
  if (at >= argc) return 98;
  /* With no name to look for the file is given as an absolute path. */
  start(argv + at, argv[at]);
  return 0;
}
