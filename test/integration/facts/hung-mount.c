/* A file system that takes every question and never answers: what waits for it cannot even be killed, as on a dead server. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static int greet(int fd, const struct fuse_in_header *in) {
  struct {
    struct fuse_out_header head;
    struct fuse_init_out body;
  } out = {{sizeof out, 0, in->unique}, {.major = FUSE_KERNEL_VERSION, .minor = FUSE_KERNEL_MINOR_VERSION, .max_write = 4096}};
  return write(fd, &out, sizeof out) == (ssize_t)sizeof out;
}

int main(int argc, char **argv) {
  static char request[1 << 20];
  char options[128];
  int fd = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (argc != 2 || fd < 0) return 2;
  snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=%d,group_id=%d", fd, (int)getuid(), (int)getgid());
  if (mount("hung", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0) return 2;
  puts("mounted");
  fflush(stdout);
  for (;;) {
    ssize_t size = read(fd, request, sizeof request);
    if (size < (ssize_t)sizeof(struct fuse_in_header)) return 1;
    const struct fuse_in_header *in = (const struct fuse_in_header *)request;
    if (in->opcode == FUSE_INIT && !greet(fd, in)) return 1;
    if (in->opcode == FUSE_INIT) puts("ready");
    else printf("asked %u\n", in->opcode);
    fflush(stdout);
  }
}
