/* The daemon, through the service manager where it has a service, else detached with a clean environment. */
#include "start.h"

#include "memory.h"
#include "protocol.h"
#include "quiet.h"

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
/* The command that starts the service, its environment, and what separates them. */
#define MAX_SERVICE_WORDS 32
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

/* `NAME=VALUE` words, then the absolute path of a program and its arguments, one on each line. */
static _Noreturn void run_service_words(char *text) {
  char *words[MAX_SERVICE_WORDS + 1] = {NULL};
  char *rest = NULL;
  size_t count = 0, command = 0;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL && count < MAX_SERVICE_WORDS; line = strtok_r(NULL, "\n", &rest))
    words[count++] = line;
  while (words[command] != NULL && words[command][0] != '/') command++;
  if (words[command] == NULL) _exit(127);
  char *environment[MAX_SERVICE_WORDS + 1] = {NULL};
  memcpy(environment, words, command * sizeof *words);
  forget_caller();
  execve(words[command], words + command, environment);
  _exit(127);
}

/* False when there is no service or its manager does not start it. */
static bool start_service(const struct config *config) {
  char *path = text_of(config->libexec, "/service");
  char *text = path == NULL ? NULL : read_private(path);
  int status = -1;
  free(path);
  if (text == NULL) return false;
  pid_t child = fork();
  if (child == 0) run_service_words(text);
  memory_give(text);
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void start_detached(const struct config *config) {
  pid_t child = fork();
  if (child == 0) become_daemon(config);
  if (child > 0) waitpid(child, NULL, 0);
}

bool stopped_by_hand(const struct config *config) {
  const char *slash = strrchr(config->socket, '/');
  struct stat info;
  char *folder = slash == NULL ? NULL : memory_text(config->socket, (size_t)(slash - config->socket));
  char *mark = folder == NULL ? NULL : text_of(folder, "/stopped");
  bool stopped = mark != NULL && lstat(mark, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid();
  memory_give(folder);
  free(mark);
  return stopped;
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
  if (fstat(lock, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) return false;
  /* A clock that was set back must not keep the failure for longer. */
  time_t age = time(NULL) - info.st_mtime;
  return age >= 0 && age < FAILURE_REMEMBERED_S;
}

/* The folder itself where something else lies in the place of the file: then only failures are not remembered. */
static int open_lock(const struct config *config) {
  char *path = text_of(config->libexec, "/start.lock");
  int lock = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  free(path);
  return lock >= 0 ? lock : open(config->libexec, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int daemon_start(const struct config *config) {
  if (config->node[0] != '/' || config->daemon[0] != '/' || config->home[0] != '/' || stopped_by_hand(config)) return -1;
  int lock = open_lock(config);
  if (lock < 0 || failed_lately(lock)) return -1;
  if (flock(lock, LOCK_EX | LOCK_NB) == 0 && !start_service(config)) start_detached(config);
  int fd = wait_for_socket(config->socket);
  ssize_t noted = fd >= 0 ? ftruncate(lock, 0) : write(lock, "failed\n", 7);
  (void)noted;
  close(lock);
  return fd;
}

/* A caller that ignores SIGCHLD could not be told how a child of ours ended. */
int daemon_start_quietly(const struct config *config) {
  struct sigaction before, plain = {.sa_handler = SIG_DFL};
  struct quiet quiet;
  sigaction(SIGCHLD, &plain, &before);
  quiet_begin(&quiet);
  int fd = daemon_start(config);
  quiet_end(&quiet);
  sigaction(SIGCHLD, &before, NULL);
  return fd;
}
