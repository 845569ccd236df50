/* Appends to `spool/asks.jsonl` for the daemon to import later. */
#include "spool.h"

#include "quiet.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SPOOL_BYTES (64L * 1024 * 1024)

static char *under(const char *home, const char *name) {
  size_t length = strlen(home);
  char *path = malloc(length + strlen(name) + 1);
  if (path == NULL) return NULL;
  memcpy(path, home, length);
  memcpy(path + length, name, strlen(name) + 1);
  return path;
}

static void append(const char *folder, const char *path, const struct buffer *line) {
  struct stat info;
  mkdir(folder, 0700);
  int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (fd < 0) return;
  bool room = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size + (off_t)line->length <= MAX_SPOOL_BYTES;
  ssize_t ignored = room ? write(fd, line->data, line->length) : 0;
  (void)ignored;
  close(fd);
}

void spool_append(const char *home, const struct buffer *line) {
  struct quiet quiet;
  char *folder = under(home, "/spool");
  char *path = under(home, "/spool/asks.jsonl");
  if (home[0] == '/' && !line->failed && folder != NULL && path != NULL) {
    quiet_begin(&quiet);
    /* The caller's may be such that nobody could append again. */
    mode_t before = umask(077);
    append(folder, path, line);
    umask(before);
    quiet_end(&quiet);
  }
  free(path);
  free(folder);
}
