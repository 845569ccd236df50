/* Reads libexec/client.conf beside our own binary. */
#include "config.h"

#include "memory.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

/* Six short paths; anything larger is not ours. */
#define MAX_CONFIG_BYTES 32768

static char empty[] = "";

char *own_path(void) {
#ifdef __APPLE__
  char raw[PATH_MAX];
  uint32_t size = sizeof raw;
  return _NSGetExecutablePath(raw, &size) == 0 ? realpath(raw, NULL) : NULL;
#else
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  bool whole = length > 0 && (size_t)length < sizeof path && path[0] == '/';
  return whole ? memory_text(path, (size_t)length) : NULL;
#endif
}

char *read_private(const char *path) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return NULL;
  bool ours = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() &&
              (info.st_mode & (S_IWGRP | S_IWOTH)) == 0 && info.st_size < MAX_CONFIG_BYTES;
  char *text = ours ? memory_take((size_t)info.st_size + 1) : NULL;
  ssize_t length = text == NULL ? -1 : read(fd, text, (size_t)info.st_size);
  close(fd);
  if (length < 0) return NULL;
  text[length] = '\0';
  return text;
}

static void take_line(struct config *config, char *line) {
  char *equals = strchr(line, '=');
  if (equals == NULL) return;
  *equals = '\0';
  char *value = equals + 1;
  if (strcmp(line, "socket") == 0) config->socket = value;
  else if (strcmp(line, "node") == 0) config->node = value;
  else if (strcmp(line, "daemon") == 0) config->daemon = value;
  else if (strcmp(line, "home") == 0) config->home = value;
  else if (strcmp(line, "mode") == 0) config->observe = strcmp(value, "observe") == 0;
}

void config_read(const char *self, struct config *config) {
  *config = (struct config){empty, empty, empty, empty, empty, false, false};
  const char *slash = self == NULL ? NULL : strrchr(self, '/');
  if (slash == NULL) return;
  size_t folder = (size_t)(slash - self);
  static const char name[] = "/client.conf";
  char *path = memory_take(folder + sizeof name);
  config->libexec = memory_text(self, folder);
  if (path == NULL || config->libexec == NULL) {
    config->libexec = empty;
    return;
  }
  memcpy(path, self, folder);
  memcpy(path + folder, name, sizeof name);
  char *text = read_private(path);
  memory_give(path);
  if (text == NULL) return;
  char *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
    take_line(config, line);
  config->usable = config->socket[0] == '/';
}
