/* Stands in PATH for a tool: asks the daemon, then becomes the tool or says why not. */
#include "config.h"
#include "json.h"
#include "memory.h"
#include "message.h"
#include "protocol.h"
#include "readonly.h"
#include "resolve.h"
#include "spool.h"
#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/auxv.h>
#endif

#define DENIED 126
#define NOT_FOUND 127
/* From sending to the first reply. A daemon that is silent for so long hangs; a held request waits as long as it likes. */
#define FIRST_REPLY_MS 10000

extern char **environ;

static const char LOST[] = "denied: the connection to the daemon broke before it answered; "
                           "start it with `countersign up` and run the command again";
static const char ABANDONED[] = "denied: the daemon ended while a person was deciding, and what they decide no longer counts; "
                                "start it with `countersign up` and run the command again";
static const char SILENT[] = "denied: the daemon runs but did not answer within 10 seconds; "
                             "run `countersign down`, then `countersign up`, and the command again";
static const char UNTRUSTED[] = "denied: the settings of this client are missing, or others than you may write them; "
                                "run `countersign install` to write them anew";
static const char CROWDED[] = "denied: the environment has too many variables to be judged; "
                              "unset those that the command does not need";
static const char UNREACHABLE[] = "denied: the Countersign daemon is not running and could not be started; "
                                  "start it with `countersign up` and run the command again";
static const char STOPPED[] = "denied: a person stopped Countersign with `countersign down`; "
                              "ask them to run `countersign up`, then run the command again";
static const char EXHAUSTED[] = "denied: no file descriptor is left to reach the daemon with; "
                                "close some or raise `ulimit -n`, and run the command again";
static const char GARBLED[] = "denied: the daemon answered something this client does not understand; "
                              "run `countersign install` to bring both to one version";
static const char TOO_LARGE[] = "denied: the command line is too long to be judged; use a shorter one";

/* What is said at most, and of it the name of a variable. */
#define MAX_REASON_BYTES 512
#define MAX_VARIABLE_BYTES 64

struct task {
  struct config config;
  char *self;
  /* The path that was executed, and the tool it stands for. */
  const char *place, *name;
  char **argv;
  char *real;
};

static _Noreturn void deny(const char *message) {
  say(message, false);
  _exit(DENIED);
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

/* argv[0] is the caller's to choose; the path that the kernel executed is not. That path is a script's when the script
   names us after `#!`, and says nothing when we were executed by descriptor: what argv[0] names is then judged and run. */
static const char *place_of(char **argv, const char *self) {
  const char *told = argv[0];
#ifdef __linux__
  const char *executed = (const char *)getauxval(AT_EXECFN);
  if (executed == NULL) return told;
  if (told == NULL || strcmp(last_part(told), last_part(executed)) == 0) return executed;
  if (strncmp(executed, "/dev/fd/", 8) != 0 && leads_to(executed, self)) return executed;
#else
  (void)self;
#endif
  return told;
}

/* Shells tell a program in `_` which file they started. */
static void correct_underscore(const struct task *task) {
  for (char **at = environ; *at != NULL; at++) {
    if (strncmp(*at, "_=", 2) != 0 || strcmp(*at + 2, task->place) != 0) continue;
    size_t size = strlen(task->real) + 1;
    char *variable = memory_take(size + 2);
    if (variable == NULL) return;
    memcpy(variable, "_=", 2);
    memcpy(variable + 2, task->real, size);
    *at = variable;
  }
}

static _Noreturn void run(const struct task *task) {
  correct_underscore(task);
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
  /* Before it runs, for what it prints is not what was asked for. */
  if (reply->message != NULL) note(reply->message);
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

/* INVARIANT: after a question was sent nobody is asked again; a second answer could contradict the first. */
static _Noreturn void lose(const struct task *task, const struct buffer *line, const char *message) {
  if (!task->config.observe) deny(message);
  spool_append(task->config.home, line, "lost");
  run(task);
}

/* In observe mode a daemon that fails keeps nothing from running; one that speaks another language does. */
static _Noreturn void heed_error(const struct task *task, const struct buffer *line, const struct reply *reply) {
  const char *code = reply->code == NULL ? "" : reply->code;
  const char *message = reply->message == NULL ? GARBLED : reply->message;
  if (code[0] == '\0' || strcmp(code, "unsupported_version") == 0) deny(message);
  lose(task, line, message);
}

/* One connection carries one question, so that an error without an id is about it. */
static bool is_about(const struct reply *reply, const struct question *question) {
  if (reply->version != 1) return false;
  return strcmp(reply->id, question->id) == 0 || (reply->id[0] == '\0' && strcmp(reply->type, "error") == 0);
}

static _Noreturn void follow(struct task *task, int fd, const struct question *question, const struct buffer *line) {
  struct connection from = {fd, {.limit = MAX_LINE_BYTES}};
  struct reply reply;
  bool held = false;
  long long deadline = moment_in(FIRST_REPLY_MS);
  enum reading sent = daemon_send(fd, line, deadline);
  if (sent != READ_REPLY) lose(task, line, sent == READ_LATE ? SILENT : LOST);
  for (;;) {
    enum reading read = daemon_read(&from, held ? NEVER : deadline, &reply);
    if (read == READ_LATE) lose(task, line, SILENT);
    if (read == READ_LOST) lose(task, line, held ? ABANDONED : LOST);
    if (read == READ_GARBLED || !is_about(&reply, question)) deny(GARBLED);
    if (strcmp(reply.type, "verdict") == 0) obey(task, &reply);
    if (strcmp(reply.type, "error") == 0) heed_error(task, line, &reply);
    if (strcmp(reply.type, "held") != 0 || reply.message == NULL) deny(GARBLED);
    if (!held) note(reply.message);
    held = true;
    reply_free(&reply);
  }
}

static bool out_of_descriptors(void) {
  int fd = open("/", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd < 0 && (errno == EMFILE || errno == ENFILE);
}

/* Who finds `git --version` denied would look for the reason everywhere but in the environment. */
static _Noreturn void deny_for_variable(const char *why, const char *variable) {
  static const char before[] = "; or unset ", after[] = ": without it this command runs although nobody can be asked";
  size_t name = strcspn(variable, "=");
  struct buffer text = {.limit = MAX_REASON_BYTES};
  buffer_text(&text, why);
  buffer_text(&text, before);
  buffer_bytes(&text, variable, name < MAX_VARIABLE_BYTES ? name : MAX_VARIABLE_BYTES);
  buffer_bytes(&text, after, sizeof after);
  deny(text.failed ? why : text.data);
}

static _Noreturn void go_on_alone(const struct task *task, const struct buffer *line) {
  if (task->config.observe) {
    spool_append(task->config.home, line, "unreachable");
    run(task);
  }
  if (is_read_only(task->name, task->argv, environ)) run(task);
  if (out_of_descriptors()) deny(EXHAUSTED);
  if (!task->config.usable) deny(UNTRUSTED);
  const char *why = stopped_by_hand(&task->config) ? STOPPED : UNREACHABLE;
  const char *variable = read_only_but_for(task->name, task->argv, environ);
  if (variable == NULL) deny(why);
  deny_for_variable(why, variable);
}

/* What cannot be put into a question; in observe mode nothing is kept from running. */
static _Noreturn void refuse(const struct task *task, const char *message) {
  if (task->config.observe) run(task);
  deny(message);
}

int main(int argc, char **argv) {
  static char *alone[2];
  struct task task = {.argv = argv};
  task.self = own_path();
  task.place = place_of(argv, task.self);
  task.name = task.place == NULL ? "" : last_part(task.place);
  if (task.name[0] == '\0') deny("denied: started without a name");
  if (argc == 0) {
    alone[0] = strdup(task.name);
    task.argv = alone;
  }
  config_read(task.self, &task.config);
  /* First, so that the daemon takes the connection while we look around. */
  int fd = task.config.usable ? daemon_connect(task.config.socket) : -1;
  task.real = find_real(&task, task.name);

  struct variables variables;
  struct question question = {"shim", task.name, absolute_path(task.real), task.argv, &variables, ""};
  struct buffer line = {.limit = MAX_LINE_BYTES};
  if (!variables_choose(&variables, environ)) refuse(&task, CROWDED);
  if (!question_id(question.id)) refuse(&task, "denied: no random numbers; try again");
  question_write(&line, &question);
  if (line.failed) refuse(&task, TOO_LARGE);

  if (fd < 0 && task.config.usable) fd = daemon_start_quietly(&task.config);
  if (fd < 0) go_on_alone(&task, &line);
  follow(&task, fd, &question, &line);
}
