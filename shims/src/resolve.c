/* Walks PATH past every shim. */
#include "resolve.h"

#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char fallback_path[] = "/usr/local/bin:/usr/bin:/bin";

static char *joined(const char *folder, size_t length, const char *name) {
  size_t rest = strlen(name) + 1;
  char *path = memory_take(length + 1 + rest);
  if (path == NULL) return NULL;
  memcpy(path, folder, length);
  if (length == 0 || folder[length - 1] != '/') path[length++] = '/';
  memcpy(path + length, name, rest);
  return path;
}

static bool is_same_file(const struct stat *found, const char *path) {
  struct stat info;
  return path != NULL && stat(path, &info) == 0 && info.st_dev == found->st_dev && info.st_ino == found->st_ino;
}

bool leads_to(const char *path, const char *file) {
  struct stat info;
  return stat(path, &info) == 0 && is_same_file(&info, file);
}

/* Another installation's shim would send us back here, for ever. Its places are symlinks to `…/libexec/shim`. */
static bool leads_to_shim(const char *path) {
  static const char tail[] = "/libexec/shim";
  char *real = realpath(path, NULL);
  size_t length = real == NULL ? 0 : strlen(real);
  bool shim = length >= sizeof tail && strcmp(real + length - (sizeof tail - 1), tail) == 0;
  free(real);
  return shim;
}

enum kind { NO_PROGRAM, FORBIDDEN, SHIM, PROGRAM };

/* Most programs are no symlinks, so that one look is enough for them. */
static enum kind kind_of(const char *path, const char *self) {
  struct stat info;
  if (lstat(path, &info) != 0) return NO_PROGRAM;
  if (S_ISLNK(info.st_mode)) {
    if (stat(path, &info) != 0) return NO_PROGRAM;
    if (leads_to_shim(path)) return SHIM;
  }
  if (S_ISDIR(info.st_mode)) return NO_PROGRAM;
  if (!S_ISREG(info.st_mode)) return FORBIDDEN;
  if (is_same_file(&info, self)) return SHIM;
  return access(path, X_OK) == 0 ? PROGRAM : FORBIDDEN;
}

/* Callers differ in what they do about oddities in PATH; this is what bash does.
   An empty folder in PATH is the current one. A path that is relative there stays so: a script is told it. */
static char *candidate(const char *folder, size_t length, const char *name) {
  return length == 0 ? joined(".", 1, name) : joined(folder, length, name);
}

const char *absolute_path(const char *path) {
  if (path[0] == '/') return path;
  const char *below = strncmp(path, "./", 2) == 0 ? path + 2 : path;
  char *cwd = getcwd(NULL, 0);
  char *absolute = cwd == NULL ? NULL : joined(cwd, strlen(cwd), below);
  free(cwd);
  return absolute == NULL ? path : absolute;
}

struct resolved resolve(const char *name, const char *path, const char *self) {
  struct resolved result = {NULL, false};
  const char *slash = strrchr(name, '/');
  if (slash != NULL && kind_of(name, self) != SHIM) {
    result.path = memory_text(name, strlen(name));
    return result;
  }
  if (slash != NULL) name = slash + 1;
  for (const char *at = path == NULL ? fallback_path : path; at != NULL;) {
    const char *colon = strchr(at, ':');
    size_t length = colon == NULL ? strlen(at) : (size_t)(colon - at);
    char *file = candidate(at, length, name);
    enum kind kind = file == NULL ? NO_PROGRAM : kind_of(file, self);
    if (kind == PROGRAM) {
      result.path = file;
      return result;
    }
    if (kind == FORBIDDEN) result.forbidden = true;
    memory_give(file);
    at = colon == NULL ? NULL : colon + 1;
  }
  return result;
}

/* As shells tell: a first line with NUL in it is no line of a script. */
static bool is_binary(const char *file) {
  char start[128];
  int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t length = fd < 0 ? -1 : read(fd, start, sizeof start);
  if (fd >= 0) close(fd);
  for (ssize_t i = 0; i < length && start[i] != '\n'; i++)
    if (start[i] == '\0') return true;
  return false;
}

static void run_script(const char *file, char **argv, char **environment) {
  static char shell[] = "/bin/sh";
  size_t argc = 0;
  while (argv[argc] != NULL) argc++;
  char **with_shell = memory_take((argc + 2) * sizeof(char *));
  if (with_shell == NULL) return;
  with_shell[0] = shell;
  with_shell[1] = memory_text(file, strlen(file));
  for (size_t i = 1; i <= argc; i++) with_shell[i + 1] = argv[i];
  if (with_shell[1] != NULL) execve(shell, with_shell, environment);
}

void run_program(const char *file, char **argv, char **environment) {
  execve(file, argv, environment);
  if (errno != ENOEXEC) return;
  if (!is_binary(file)) run_script(file, argv, environment);
  errno = ENOEXEC;
}
