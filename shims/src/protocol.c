/* The connection to the daemon: one line out, lines in. */
#include "protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* As long as the daemon's queue of new connections may stay full. */
#define CONNECT_MS 2000
#define CONNECT_RETRY_MS 2

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

/* With one of the first three closed, our messages and our look at stdin would otherwise meet the socket. */
static int above_standard(int fd) {
  if (fd > 2 || fd < 0) return fd;
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  close(fd);
  return moved;
}

static int open_socket(void) {
#ifdef SOCK_CLOEXEC
  return above_standard(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
#else
  int fd = above_standard(socket(AF_UNIX, SOCK_STREAM, 0));
  int on = 1;
  if (fd < 0) return fd;
  fcntl(fd, F_SETFD, FD_CLOEXEC);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
  return fd;
#endif
}

long long moment_in(int milliseconds) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000 + milliseconds;
}

static bool connect_patiently(int fd, const struct sockaddr_un *address) {
  const struct timespec pause = {0, CONNECT_RETRY_MS * 1000000L};
  long long deadline = NEVER;
  for (;;) {
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) return true;
    if (errno != EAGAIN && errno != EINTR) return false;
    if (deadline == NEVER) deadline = moment_in(CONNECT_MS);
    if (moment_in(0) >= deadline) return false;
    nanosleep(&pause, NULL);
  }
}

int daemon_connect(const char *socket_path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(socket_path);
  if (length >= sizeof address.sun_path) return -1;
  memcpy(address.sun_path, socket_path, length + 1);
  int fd = open_socket();
  if (fd < 0) return -1;
  if (connect_patiently(fd, &address) && is_own_peer(fd)) return fd;
  close(fd);
  return -1;
}

static bool wait_until(int fd, short events, long long deadline) {
  for (;;) {
    long long left = deadline == NEVER ? -1 : deadline - moment_in(0);
    bool over = deadline != NEVER && left <= 0;
    struct pollfd wanted = {fd, events, 0};
    /* Once more after the deadline: a process that was stopped may find its answer waiting. */
    int ready = poll(&wanted, 1, over ? 0 : (int)left);
    if (ready > 0) return true;
    if (over || (ready < 0 && errno != EINTR)) return false;
  }
}

enum reading daemon_send(int fd, const struct buffer *line, long long deadline) {
  for (size_t sent = 0; sent < line->length;) {
    ssize_t count = send(fd, line->data + sent, line->length - sent, MSG_NOSIGNAL);
    if (count > 0) sent += (size_t)count;
    else if (count < 0 && errno == EINTR) continue;
    else if (count == 0 || errno != EAGAIN) return READ_LOST;
    else if (!wait_until(fd, POLLOUT, deadline)) return READ_LATE;
  }
  return READ_REPLY;
}

static enum reading receive_some(struct connection *from, long long deadline) {
  char chunk[2048];
  for (;;) {
    if (!wait_until(from->fd, POLLIN, deadline)) return READ_LATE;
    ssize_t count = recv(from->fd, chunk, sizeof chunk, 0);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count <= 0) return READ_LOST;
    buffer_bytes(&from->in, chunk, (size_t)count);
    return from->in.failed ? READ_GARBLED : READ_REPLY;
  }
}

enum reading daemon_read(struct connection *from, long long deadline, struct reply *reply) {
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
    enum reading more = receive_some(from, deadline);
    if (more != READ_REPLY) return more;
  }
}
