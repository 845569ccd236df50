/* The connection to the daemon: one line out, lines in. */
#include "protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_TIMEOUT_S 2
/* Out of the way of scripts that number their descriptors. */
#define HIGH_FD 200

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

static bool is_own_peer(int fd) {
#ifdef __linux__
  struct {
    pid_t pid;
    uid_t uid;
    gid_t gid;
  } peer;
  socklen_t size = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
#else
  uid_t uid;
  gid_t gid;
  return getpeereid(fd, &uid, &gid) == 0 && uid == geteuid();
#endif
}

static int moved_high(int fd) {
  int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_FD);
  if (high < 0) high = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  close(fd);
  return high;
}

int daemon_connect(const char *socket_path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  struct timeval limit = {CONNECT_TIMEOUT_S, 0};
  struct stat info;
  if (strlen(socket_path) >= sizeof address.sun_path) return -1;
  if (lstat(socket_path, &info) != 0 || !S_ISSOCK(info.st_mode) || info.st_uid != geteuid()) return -1;
  memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
  int raw = socket(AF_UNIX, SOCK_STREAM, 0);
  int fd = raw < 0 ? -1 : moved_high(raw);
  if (fd < 0) return -1;
#ifdef SO_NOSIGPIPE
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && is_own_peer(fd)) return fd;
  close(fd);
  return -1;
}

bool daemon_send(int fd, const struct buffer *line) {
  for (size_t sent = 0; sent < line->length;) {
    ssize_t count = send(fd, line->data + sent, line->length - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    sent += (size_t)count;
  }
  return true;
}

static long long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_readable(int fd, long long deadline) {
  for (;;) {
    long long left = deadline < 0 ? -1 : deadline - now_ms();
    if (deadline >= 0 && left <= 0) return false;
    struct pollfd wanted = {fd, POLLIN, 0};
    int ready = poll(&wanted, 1, (int)left);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

static bool receive_some(struct connection *from, long long deadline) {
  char chunk[8192];
  if (!wait_readable(from->fd, deadline)) return false;
  ssize_t count;
  do count = recv(from->fd, chunk, sizeof chunk, 0);
  while (count < 0 && errno == EINTR);
  if (count > 0) buffer_bytes(&from->in, chunk, (size_t)count);
  return count > 0;
}

enum reading daemon_read(struct connection *from, int timeout_ms, struct reply *reply) {
  long long deadline = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
  size_t looked = 0;
  *reply = (struct reply){0};
  for (;;) {
    char *line_end = from->in.length == looked ? NULL : memchr(from->in.data + looked, '\n', from->in.length - looked);
    if (line_end != NULL) {
      size_t length = (size_t)(line_end - from->in.data);
      bool understood = reply_parse(from->in.data, length, reply);
      from->in.length -= length + 1;
      memmove(from->in.data, line_end + 1, from->in.length);
      return understood ? READ_REPLY : READ_GARBLED;
    }
    looked = from->in.length;
    if (!receive_some(from, deadline)) return READ_LOST;
    if (from->in.failed) return READ_GARBLED;
  }
}
