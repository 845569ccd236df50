/* Preloaded: adds the seconds that files say to the wall clock, and to the time since boot. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long seconds_in(const char *variable) {
  const char *path = getenv(variable);
  char text[32] = "";
  int fd = path == NULL ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
  if (fd < 0) return 0;
  ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  return size > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *at) {
  long result = syscall(SYS_clock_gettime, clock, at);
  if (clock == CLOCK_REALTIME) at->tv_sec += seconds_in("WALL_OFFSET");
  if (clock == CLOCK_BOOTTIME) at->tv_sec += seconds_in("BOOT_OFFSET");
  return (int)result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  *at = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return 0;
}

/* The runtime reads the time since boot from here. */
static int uptime_file(void) {
  struct timespec now;
  char text[64];
  int fd = memfd_create("uptime", MFD_CLOEXEC);
  clock_gettime(CLOCK_BOOTTIME, &now);
  int size = snprintf(text, sizeof text, "%ld.%02ld 0.00\n", (long)now.tv_sec, now.tv_nsec / 10000000);
  if (fd >= 0 && write(fd, text, (size_t)size) == size) lseek(fd, 0, SEEK_SET);
  return fd;
}

static int open_at(const char *path, int flags, va_list more) {
  if (strcmp(path, "/proc/uptime") == 0) return uptime_file();
  int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, int) : 0;
  return openat(AT_FDCWD, path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  int fd = open_at(path, flags, more);
  va_end(more);
  return fd;
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  int fd = open_at(path, flags | O_LARGEFILE, more);
  va_end(more);
  return fd;
}
