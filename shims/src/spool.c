/* Appends to `spool/asks.jsonl` for the daemon to import later: `protocol/spool.ts` in C. */
#include "spool.h"

#include "memory.h"
#include "quiet.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_SPOOL_BYTES (64L * 1024 * 1024)
/* A count of what found no room needs no more. */
#define MAX_DROPPED (1024L * 1024)
#define MAX_ENTRY_BYTES (17 * 1024 * 1024)
/* The daemon holds its lock for as long as it takes to give it back. Nobody may hold up a command for longer. */
#define TRIES 20
#define TRY_MS 1
#define FLAGS (O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)

static char *under(const char *home, const char *name) {
  size_t length = strlen(home);
  char *path = memory_take(length + strlen(name) + 1);
  if (path == NULL) return NULL;
  memcpy(path, home, length);
  memcpy(path + length, name, strlen(name) + 1);
  return path;
}

static bool is_still_at(int fd, const char *path) {
  struct stat open_file, named_file;
  return fstat(fd, &open_file) == 0 && lstat(path, &named_file) == 0 && open_file.st_ino == named_file.st_ino &&
         open_file.st_dev == named_file.st_dev;
}

/* INVARIANT: a file that the daemon has taken away to import gets no line after the daemon has held its lock. */
static int open_shared(const char *path) {
  const struct timespec pause = {0, TRY_MS * 1000000L};
  int fd = -1;
  for (int tried = 0; tried < TRIES; tried++) {
    fd = open(path, FLAGS, 0600);
    if (fd < 0) return -1;
    if (flock(fd, LOCK_SH | LOCK_NB) == 0 && is_still_at(fd, path)) return fd;
    close(fd);
    nanosleep(&pause, NULL);
  }
  return -1;
}

static bool append(const char *path, const struct buffer *entry) {
  struct stat info;
  int fd = open_shared(path);
  if (fd < 0) return false;
  bool room = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size + (off_t)entry->length <= MAX_SPOOL_BYTES;
  ssize_t written = room ? write(fd, entry->data, entry->length) : -1;
  close(fd);
  return written == (ssize_t)entry->length;
}

/* One byte for each. */
static void count_dropped(const char *path) {
  struct stat info;
  int fd = open(path, FLAGS, 0600);
  if (fd < 0) return;
  bool room = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size < MAX_DROPPED;
  ssize_t ignored = room ? write(fd, ".", 1) : 0;
  (void)ignored;
  close(fd);
}

/* Without a formatter of the library, which would be larger than the rest of the client. */
static void write_number(struct buffer *out, unsigned long long number) {
  char digits[24];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  buffer_bytes(out, digits + at, sizeof digits - at);
}

static unsigned long long milliseconds(void) {
  struct timespec now = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec < 0 ? 0 : (unsigned long long)now.tv_sec * 1000 + (unsigned long long)now.tv_nsec / 1000000;
}

/* Begins with a line break, so that half an entry that a full disk left behind spoils only itself. */
static void write_entry(struct buffer *out, const struct buffer *line, const char *why) {
  buffer_text(out, "\n{\"v\":1,\"type\":\"spooled\",\"at\":");
  write_number(out, milliseconds());
  buffer_text(out, ",\"mode\":\"observe\",\"why\":\"");
  buffer_text(out, why);
  buffer_text(out, "\",\"ask\":");
  buffer_bytes(out, line->data, line->length - 1);
  buffer_text(out, "}\n");
}

void spool_append(const char *home, const struct buffer *line, const char *why) {
  struct buffer entry = {.limit = MAX_ENTRY_BYTES};
  struct quiet quiet;
  if (home[0] != '/' || line->failed || line->length == 0) return;
  char *folder = under(home, "/spool"), *asks = under(home, "/spool/asks.jsonl"), *dropped = under(home, "/spool/dropped");
  if (folder != NULL && asks != NULL && dropped != NULL) {
    quiet_begin(&quiet);
    /* The caller's may be such that nobody could append again. */
    mode_t before = umask(077);
    mkdir(folder, 0700);
    write_entry(&entry, line, why);
    if (entry.failed || !append(asks, &entry)) count_dropped(dropped);
    umask(before);
    quiet_end(&quiet);
  }
  memory_give(entry.data);
  memory_give(dropped);
  memory_give(asks);
  memory_give(folder);
}
