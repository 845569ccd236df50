/* Stands in PATH for a tool: asks the daemon, then becomes the tool or says why not. */
#include "config.h"
#include "message.h"
#include "protocol.h"
#include "readonly.h"
#include "resolve.h"
#include "spool.h"
#include "start.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

#define DENIED 126
#define NOT_FOUND 127
/* A daemon that says nothing at all for so long hangs; a held request waits as long as the daemon likes. */
#define FIRST_REPLY_MS 10000

extern char **environ;

static const char LOST[] = "denied: the connection to the daemon broke before it answered; "
                           "start it with `countersign up` and run the command again";
static const char UNREACHABLE[] = "denied: the Countersign daemon is not running and could not be started; "
                                  "start it with `countersign up` and run the command again";
static const char GARBLED[] = "denied: the daemon answered something this client does not understand; "
                              "run `countersign install` to bring both to one version";
static const char TOO_LARGE[] = "denied: the command line is too long to be judged; use a shorter one";

struct task {
  struct config config;
  char *self;
  const char *name;
  char **argv;
  char *real;
};

static _Noreturn void deny(const char *message) {
  say(message, false);
  _exit(DENIED);
}

/* argv[0] is the caller's to choose; the path that the kernel executed is not. */
static const char *name_of(char **argv) {
  const char *path = argv[0];
#ifdef __linux__
  const char *executed = (const char *)getauxval(AT_EXECFN);
  if (executed != NULL) path = executed;
#endif
  const char *slash = path == NULL ? NULL : strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

static _Noreturn void run(const struct task *task) {
  run_program(task->real, task->argv, environ);
  say_about(task->name, strerror(errno));
  _exit(errno == ENOENT ? NOT_FOUND : DENIED);
}

static char *find_real(const struct task *task, const char *name) {
  struct resolved found = resolve(name, getenv("PATH"), task->self);
  if (found.path != NULL) return found.path;
  say_about(name, found.forbidden ? "Permission denied" : "command not found");
  _exit(found.forbidden ? DENIED : NOT_FOUND);
}

static _Noreturn void run_instead(struct task *task, struct reply *reply) {
  if (reply->argc == 0 || reply->argv[0][0] == '\0') deny(GARBLED);
  task->argv = reply->argv;
  task->real = find_real(task, reply->argv[0]);
  task->name = reply->argv[0];
  run(task);
}

static _Noreturn void obey(struct task *task, struct reply *reply) {
  const char *verdict = reply->verdict == NULL ? "" : reply->verdict;
  if (strcmp(verdict, "deny") == 0) deny(reply->message == NULL ? "denied by policy; ask the human what they want instead" : reply->message);
  if (reply->obliged) deny(GARBLED);
  if (strcmp(verdict, "allow") == 0) run(task);
  if (strcmp(verdict, "compute") == 0) run_instead(task, reply);
  deny(GARBLED);
}

/* INVARIANT: after the connection broke nobody is asked again; a second answer could contradict the first. */
static _Noreturn void lose(const struct task *task, const struct buffer *line) {
  if (!task->config.observe) deny(LOST);
  spool_append(task->config.home, line);
  run(task);
}

static _Noreturn void follow(struct task *task, int fd, const struct question *question, const struct buffer *line) {
  struct connection from = {fd, {.limit = MAX_LINE_BYTES}};
  struct reply reply;
  bool held = false;
  if (!daemon_send(fd, line)) lose(task, line);
  for (;;) {
    enum reading read = daemon_read(&from, held ? -1 : FIRST_REPLY_MS, &reply);
    if (read == READ_LOST) lose(task, line);
    if (read == READ_GARBLED || reply.version != 1 || strcmp(reply.id, question->id) != 0) deny(GARBLED);
    if (strcmp(reply.type, "verdict") == 0) obey(task, &reply);
    if (strcmp(reply.type, "error") == 0) deny(reply.message == NULL ? GARBLED : reply.message);
    if (strcmp(reply.type, "held") != 0 || reply.message == NULL) deny(GARBLED);
    if (!held) say(reply.message, true);
    held = true;
    reply_free(&reply);
  }
}

static _Noreturn void go_on_alone(const struct task *task, const struct buffer *line) {
  if (task->config.observe) {
    spool_append(task->config.home, line);
    run(task);
  }
  if (is_read_only(task->name, task->argv, environ)) run(task);
  deny(UNREACHABLE);
}

/* INVARIANT: what is judged is what the tool reads; of two variables with one name only the first is kept. */
static void drop_doubles(char **environment) {
  char **kept = environment;
  for (char **at = environment; *at != NULL; at++) {
    size_t name = strcspn(*at, "=");
    bool seen = false;
    for (char **other = environment; other < kept && !seen; other++)
      seen = strncmp(*other, *at, name) == 0 && (*other)[name] == '=';
    if (!seen) *kept++ = *at;
  }
  *kept = NULL;
}

int main(int argc, char **argv) {
  static char *alone[2];
  struct task task = {.argv = argv};
  task.self = own_path();
  task.name = name_of(argv);
  if (task.name == NULL || task.name[0] == '\0') deny("denied: started without a name");
  if (argc == 0) {
    alone[0] = strdup(task.name);
    task.argv = alone;
  }
  drop_doubles(environ);
  config_read(task.self, &task.config);
  task.real = find_real(&task, task.name);

  struct question question = {"shim", task.name, task.real, task.argv, environ, ""};
  struct buffer line = {.limit = MAX_LINE_BYTES};
  if (!question_id(question.id)) deny("denied: no random numbers; try again");
  question_write(&line, &question);
  if (line.failed) deny(TOO_LARGE);

  int fd = task.config.usable ? daemon_connect(task.config.socket) : -1;
  if (fd < 0 && task.config.usable) fd = daemon_start(&task.config);
  if (fd < 0) go_on_alone(&task, &line);
  follow(&task, fd, &question, &line);
}
