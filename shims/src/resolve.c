/* Walks PATH past every shim. */
#include "resolve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char fallback_path[] = "/usr/local/bin:/usr/bin:/bin";

static char *joined(const char *folder, size_t length, const char *name) {
  size_t rest = strlen(name) + 1;
  char *path = malloc(length + 1 + rest);
  if (path == NULL) return NULL;
  memcpy(path, folder, length);
  path[length] = '/';
  memcpy(path + length + 1, name, rest);
  return path;
}

/* Another installation's shim would send us back here, for ever. */
static bool is_shim(const char *path, const struct stat *found, const char *self) {
  struct stat own;
  if (self != NULL && stat(self, &own) == 0 && own.st_dev == found->st_dev && own.st_ino == found->st_ino) return true;
  char *real = realpath(path, NULL);
  size_t length = real == NULL ? 0 : strlen(real);
  static const char tail[] = "/libexec/shim";
  bool other = length >= sizeof tail && strcmp(real + length - (sizeof tail - 1), tail) == 0;
  free(real);
  return other;
}

/* An empty folder in PATH is the current one. */
static char *candidate(const char *folder, size_t length, const char *name) {
  if (length > 0 && folder[0] == '/') return joined(folder, length, name);
  char *cwd = getcwd(NULL, 0);
  char *relative = length == 0 ? strdup(name) : joined(folder, length, name);
  char *path = cwd == NULL || relative == NULL ? NULL : joined(cwd, strlen(cwd), relative);
  free(cwd);
  if (path == NULL) return relative;
  free(relative);
  return path;
}

struct resolved resolve(const char *name, const char *path, const char *self) {
  struct resolved result = {NULL, false};

  if (strchr(name, '/') != NULL) {
    result.path = strdup(name);
    return result;
  }
  for (const char *at = path == NULL ? fallback_path : path; at != NULL;) {
    const char *colon = strchr(at, ':');
    size_t length = colon == NULL ? strlen(at) : (size_t)(colon - at);
    char *file = candidate(at, length, name);
    struct stat info;
    if (file != NULL && stat(file, &info) == 0 && S_ISREG(info.st_mode) && !is_shim(file, &info, self)) {
      if (access(file, X_OK) == 0) {
        result.path = file;
        return result;
      }
      result.forbidden = true;
    }
    free(file);
    at = colon == NULL ? NULL : colon + 1;
  }
  return result;
}

static void run_script(const char *file, char **argv, char **environment) {
  static char shell[] = "/bin/sh";
  size_t argc = 0;
  while (argv[argc] != NULL) argc++;
  char **with_shell = malloc((argc + 2) * sizeof(char *));
  if (with_shell == NULL) return;
  with_shell[0] = shell;
  with_shell[1] = strdup(file);
  for (size_t i = 1; i <= argc; i++) with_shell[i + 1] = argv[i];
  if (with_shell[1] != NULL) execve(shell, with_shell, environment);
}

void run_program(const char *file, char **argv, char **environment) {
  execve(file, argv, environment);
  if (errno == ENOEXEC) run_script(file, argv, environment);
}
