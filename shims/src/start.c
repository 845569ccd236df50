/* A detached daemon with a clean environment. */
#include "start.h"

#include "protocol.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A daemon that starts on a busy machine takes seconds; being denied for that would be a false alarm. */
#define RETRIES 200
#define RETRY_MS 50
/* After a failed start every further command would wait in vain. */
#define FAILURE_REMEMBERED_S 10

static char *text_of(const char *first, const char *second) {
  char *text = malloc(strlen(first) + strlen(second) + 1);
  if (text == NULL) return NULL;
  memcpy(text, first, strlen(first));
  memcpy(text + strlen(first), second, strlen(second) + 1);
  return text;
}

static void close_all(void) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, 0U, ~0U, 0U) == 0) return;
#endif
  long most = sysconf(_SC_OPEN_MAX);
  for (int fd = 0; fd < (most > 0 && most < 65536 ? (int)most : 65536); fd++) close(fd);
}

static void forget_caller(void) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  close_all();
  open("/dev/null", O_RDWR);
  if (dup(0) < 0 || dup(0) < 0 || chdir("/") != 0) _exit(127);
  umask(077);
}

static _Noreturn void become_daemon(const struct config *config) {
  static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", lang[] = "LANG=C.UTF-8";
  struct passwd *user = getpwuid(geteuid());
  char *home = text_of("HOME=", user == NULL ? config->home : user->pw_dir);
  /* Not from this environment: the folders were fixed when the clients were installed. */
  char option[] = "--paths";
  char *paths = text_of(config->libexec, "/paths.json");
  char *argv[] = {config->node, config->daemon, option, paths, NULL};
  char *environment[] = {path, home, lang, NULL};
  if (home == NULL || paths == NULL) _exit(127);
  setsid();
  forget_caller();
  if (fork() == 0) execve(config->node, argv, environment);
  _exit(0);
}

static int wait_for_socket(const char *socket_path) {
  const struct timespec pause = {0, RETRY_MS * 1000000L};
  for (int i = 0; i < RETRIES; i++) {
    int fd = daemon_connect(socket_path);
    if (fd >= 0) return fd;
    nanosleep(&pause, NULL);
  }
  return -1;
}

static bool failed_lately(int lock) {
  struct stat info;
  if (fstat(lock, &info) != 0 || info.st_size == 0) return false;
  /* A clock that was set back must not keep the failure for longer. */
  time_t age = time(NULL) - info.st_mtime;
  return age >= 0 && age < FAILURE_REMEMBERED_S;
}

int daemon_start(const struct config *config) {
  if (config->node[0] != '/' || config->daemon[0] != '/' || config->home[0] != '/') return -1;
  char *path = text_of(config->libexec, "/start.lock");
  int lock = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  free(path);
  if (lock < 0 || failed_lately(lock)) return -1;
  if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
    pid_t child = fork();
    if (child == 0) become_daemon(config);
    if (child > 0) waitpid(child, NULL, 0);
  }
  int fd = wait_for_socket(config->socket);
  ssize_t noted = fd >= 0 ? ftruncate(lock, 0) : write(lock, "failed\n", 7);
  (void)noted;
  close(lock);
  return fd;
}
