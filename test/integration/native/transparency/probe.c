/* Stands for a guarded tool: tells all that a program can see of how it was started, or ends as it is asked to. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define LONG 2000

/* Kept until all was looked at, so that telling changes nothing of it. */
static FILE *out;

/* Readable, so that a difference is; what is long is told by its length and a checksum. */
static void tell(const char *what, const char *text) {
  size_t length = strlen(text);
  fprintf(out, "%s ", what);
  if (length > LONG) {
    unsigned long sum = 5381;
    for (size_t i = 0; i < length; i++) sum = sum * 33 + (unsigned char)text[i];
    fprintf(out, "[%zu bytes, %lx]\n", length, sum);
    return;
  }
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)text[i];
    if (byte >= 0x20 && byte < 0x7f && byte != '\\') fputc(byte, out);
    else fprintf(out, "\\x%02x", byte);
  }
  fputc('\n', out);
}

static void tell_words(char **argv) {
  int argc = 0;
  for (; argv[argc] != NULL; argc++) tell("argument", argv[argc]);
  fprintf(out, "argc %d\n", argc);
  int count = 0;
  for (; environ[count] != NULL; count++) tell("variable", environ[count]);
  fprintf(out, "variables %d\n", count);
  tell("executed", (const char *)getauxval(AT_EXECFN));
  fprintf(out, "secure %lu\n", getauxval(AT_SECURE));
}

static void tell_descriptors(void) {
  DIR *folder = opendir("/proc/self/fd");
  if (folder == NULL) {
    fprintf(out, "descriptors unknown: %s\n", strerror(errno));
    return;
  }
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    int fd = atoi(entry->d_name);
    struct stat info;
    if (entry->d_name[0] == '.' || fd == dirfd(folder) || fstat(fd, &info) != 0) continue;
    /* Where a pipe or the file of a run stands depends on the moment; a file that was opened for reading stays. */
    bool file = S_ISREG(info.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
    fprintf(out, "descriptor %d type %o flags %o cloexec %d at %ld tty %d\n", fd, info.st_mode & S_IFMT,
           (unsigned)fcntl(fd, F_GETFL), fcntl(fd, F_GETFD), file ? (long)lseek(fd, 0, SEEK_CUR) : -1L, isatty(fd));
  }
  closedir(folder);
}

static bool starts(const char *line, const char *word) { return strncmp(line, word, strlen(word)) == 0; }

static void tell_status(void) {
  static const char *const kept[] = {"Name:", "Umask:", "State:", "TracerPid:", "Uid:", "Gid:", "Groups:", "Threads:", "SigQ", "SigPnd:",
                                     "ShdPnd:", "SigBlk:", "SigIgn:", "SigCgt:", "CapInh:", "CapPrm:", "CapEff:", "CapBnd:",
                                     "CapAmb:", "NoNewPrivs:", "Seccomp:", "Cpus_allowed:", "Mems_allowed_list:"};
  char line[4096];
  FILE *status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof line, status) != NULL)
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
      if (starts(line, kept[i]) && !starts(line, "SigQ")) fputs(line, out);
  if (status != NULL) fclose(status);
}

static void tell_file(const char *path) {
  char text[4096] = "";
  FILE *file = fopen(path, "r");
  size_t length = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
  if (file != NULL) fclose(file);
  text[length] = '\0';
  tell(path, text);
}

static void tell_place(void) {
  char folder[16384];
  char *cwd = getcwd(folder, sizeof folder);
  tell("folder", cwd == NULL ? strerror(errno) : cwd);
  ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
  folder[length < 0 ? 0 : length] = '\0';
  tell("program", folder);
}

static void tell_limits(void) {
  struct rlimit limit;
  for (int kind = 0; kind < RLIM_NLIMITS; kind++)
    if (getrlimit(kind, &limit) == 0) fprintf(out, "limit %d %lx %lx\n", kind, limit.rlim_cur, limit.rlim_max);
}

static void tell_process(void) {
  int signal_of_death = 0;
  struct itimerval timer;
  prctl(PR_GET_PDEATHSIG, &signal_of_death);
  getitimer(ITIMER_REAL, &timer);
  fprintf(out, "personality %x\n", (unsigned)personality(0xffffffff));
  fprintf(out, "nice %d policy %d\n", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0));
  fprintf(out, "leads group %d session %d\n", getpgrp() == getpid(), getsid(0) == getpid());
  fprintf(out, "group of session %d\n", getpgrp() == getsid(0));
  fprintf(out, "dumpable %d keepcaps %d securebits %d\n", prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS), prctl(PR_GET_SECUREBITS));
  fprintf(out, "signal of death %d timer %d\n", signal_of_death, timer.it_value.tv_sec > 0 || timer.it_value.tv_usec > 0);
  fprintf(out, "children %d\n", waitpid(-1, NULL, WNOHANG) >= 0);
  int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  fprintf(out, "terminal %d foreground %d\n", terminal >= 0, terminal >= 0 && tcgetpgrp(terminal) == getpgrp());
  if (terminal >= 0) close(terminal);
  static const char *const files[] = {"/proc/self/comm", "/proc/self/timerslack_ns", "/proc/self/oom_score_adj",
                                      "/proc/self/coredump_filter", "/proc/self/cgroup", "/proc/self/loginuid"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) tell_file(files[i]);
}

/* To stdout, or to a file where that is closed. */
static int see(char **argv, const char *file) {
  char *text = NULL;
  size_t length = 0;
  out = open_memstream(&text, &length);
  tell_words(argv);
  tell_descriptors();
  tell_status();
  tell_place();
  tell_limits();
  tell_process();
  fclose(out);
  int fd = *file == '\0' ? 1 : open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  for (size_t done = 0; done < length;) {
    ssize_t count = write(fd, text + done, length - done);
    if (count <= 0) return 9;
    done += (size_t)count;
  }
  return 0;
}

static int copy(size_t most) {
  static char chunk[65536];
  while (most > 0) {
    ssize_t count = read(0, chunk, most < sizeof chunk ? most : sizeof chunk);
    if (count <= 0) return count == 0 ? 0 : 8;
    if (write(1, chunk, (size_t)count) != count) return 7;
    most -= (size_t)count;
  }
  return 0;
}

static int raise_plainly(int number) {
  sigset_t one;
  signal(number, SIG_DFL);
  sigemptyset(&one);
  sigaddset(&one, number);
  sigprocmask(SIG_UNBLOCK, &one, NULL);
  kill(getpid(), number);
  return 6;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "see";
  const char *with = argc > 2 ? argv[2] : "";
  if (strcmp(what, "exit") == 0) _exit(atoi(with));
  if (strcmp(what, "signal") == 0) return raise_plainly(atoi(with));
  if (strcmp(what, "copy") == 0) return copy(*with == '\0' ? (size_t)-1 : strtoul(with, NULL, 10));
  if (strcmp(what, "pid") == 0) return printf("%d\n", (int)getpid()) < 0;
  if (strcmp(what, "parent") == 0) return printf("%d\n", (int)getppid()) < 0;
  if (strcmp(what, "run") == 0) {
    execvp(with, argv + 2);
    perror(with);
    return 5;
  }
  if (strcmp(what, "wait") == 0) {
    puts("waits");
    fflush(stdout);
    for (;;) pause();
  }
  return see(argv, with);
}
