/* Stands between an agent's client and the daemon: passes on what the client tells its hook, prints what it obeys. */
#include "config.h"
#include "hook-form.h"
#include "hook-question.h"
#include "json.h"
#include "message.h"
#include "protocol.h"
#include "quiet.h"
#include "start.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

/* What a client hands over is never larger than this; `protocol/wire.ts` says the same. */
#define MAX_PAYLOAD_BYTES (4 * 1024 * 1024)
#define MAX_EVENT_BYTES 64
#define MAX_TIMEOUT_MS 86400000
/* The daemon answers before the client stops waiting, and we before that too. */
#define MARGIN_MS 500
/* When even that did not help, what was prepared is printed. */
#define LAST_MS 250
/* From sending to the first reply. A daemon that is silent for so long hangs. */
#define FIRST_REPLY_MS 10000
/* What clients understand as a refusal when nothing could be printed for them. */
#define BLOCKED 2

#define NEXT_UP "next: tell the human to run `countersign up`, then try again."
static const char UNREACHABLE[] = "Countersign: denied, because its daemon is not running and could not be started. " NEXT_UP;
static const char STOPPED[] = "Countersign: denied, because a person stopped it with `countersign down`. " NEXT_UP;
static const char LOST[] = "Countersign: denied, because the connection to its daemon broke before it answered. " NEXT_UP;
static const char SILENT[] = "Countersign: denied, because its daemon runs but does not answer. "
                             "next: tell the human to run `countersign down`, then `countersign up`, and try again.";
static const char LATE[] = "Countersign: not yet: nobody answered in the time that this hook is given. "
                           "next: tell the human that you wait, then ask again with exactly the same call.";
static const char GARBLED[] = "Countersign: denied, because its daemon answered something that this hook does not understand. "
                              "next: tell the human to run `countersign install`, which brings both to one version.";
static const char UNTRUSTED[] = "Countersign: denied, because the settings of this hook are missing, or others than you may write them. "
                                "next: tell the human to run `countersign install`, which writes them anew.";
static const char TOO_LARGE[] = "Countersign: denied, because this call is larger than what can be judged (4 MiB). "
                                "next: do it in smaller parts.";
static const char UNREAD[] = "Countersign: denied, because what the client tells its hook could not be read. next: try it again.";
static const char CROWDED[] = "Countersign: denied, because the environment has too many variables to be judged. "
                              "next: tell the human to start this client with fewer.";
static const char NO_RANDOM[] = "Countersign: denied, because there are no random numbers. next: try it again.";

extern char **environ;

struct hook {
  const struct client *client;
  const char *event;
  int timeout_ms;
  long long deadline;
  struct config config;
};

static bool write_all(const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(1, bytes, count);
    if (written > 0) {
      bytes += written;
      count -= (size_t)written;
      continue;
    }
    struct pollfd room = {1, POLLOUT, 0};
    if (written < 0 && errno == EAGAIN) poll(&room, 1, -1);
    else if (written == 0 || errno != EINTR) return false;
  }
  return true;
}

/* An answer that cannot be printed must not be taken for none. */
static _Noreturn void print(const char *text, size_t count, int code) {
  struct quiet quiet;
  signal(SIGALRM, SIG_IGN);
  quiet_begin(&quiet);
  bool told = write_all(text, count);
  quiet_end(&quiet);
  if (told) _exit(code);
  say("denied: the answer could not be printed; try again", true);
  _exit(BLOCKED);
}

static _Noreturn void deny(const struct hook *hook, const char *reason) {
  struct buffer out = {.limit = MAX_LINE_BYTES};
  if (!client_asks(hook->client, hook->event)) _exit(0);
  client_deny(&out, hook->client, hook->event, reason);
  if (!out.failed) print(out.data, out.length, 0);
  say(reason, false);
  _exit(BLOCKED);
}

/* INVARIANT: what cannot be asked is denied, or let go where a person only wants to watch. */
static _Noreturn void fail(const struct hook *hook, const char *reason) {
  if (!hook->config.observe) deny(hook, reason);
  const char *allow = client_asks(hook->client, hook->event) ? client_allow(hook->client) : "";
  print(allow, strlen(allow), 0);
}

static struct buffer last_words = {.limit = MAX_LINE_BYTES};

static void speak_last(int number) {
  (void)number;
  ssize_t written = last_words.length == 0 ? 0 : write(1, last_words.data, last_words.length);
  _exit(written == (ssize_t)last_words.length ? 0 : BLOCKED);
}

/* Looking up a user or asking a service manager can take as long as it likes; the client does not wait for it. */
static void prepare_last_words(const struct hook *hook) {
  int left = hook->timeout_ms > 2 * MARGIN_MS ? hook->timeout_ms - LAST_MS : hook->timeout_ms * 3 / 4 + 1;
  const struct itimerval timer = {{0, 0}, {left / 1000, (suseconds_t)(left % 1000) * 1000}};
  const struct sigaction action = {.sa_handler = speak_last};
  sigset_t alarm;
  if (client_asks(hook->client, hook->event)) {
    if (hook->config.observe) buffer_text(&last_words, client_allow(hook->client));
    else client_deny(&last_words, hook->client, hook->event, SILENT);
  }
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigaction(SIGALRM, &action, NULL);
  sigprocmask(SIG_UNBLOCK, &alarm, NULL);
  setitimer(ITIMER_REAL, &timer, NULL);
}

static _Noreturn void misused(const char *why) {
  say(why, true);
  _exit(BLOCKED);
}

static int number(const char *text) {
  long value = 0;
  for (const char *at = text; *at != '\0'; at++) {
    if (*at < '0' || *at > '9' || at - text > 8) return -1;
    value = value * 10 + (*at - '0');
  }
  return text[0] == '\0' || value < 1 || value > MAX_TIMEOUT_MS ? -1 : (int)value;
}

static void read_arguments(struct hook *hook, char *const *argv) {
  for (size_t i = 1; argv[i] != NULL; i += 2) {
    const char *value = argv[i + 1];
    if (value == NULL) misused("denied: `countersign-hook` takes each option with a value; run `countersign connect` again");
    if (strcmp(argv[i], "--client") == 0) hook->client = client_named(value);
    else if (strcmp(argv[i], "--event") == 0) hook->event = value;
    else if (strcmp(argv[i], "--timeout-ms") == 0) hook->timeout_ms = number(value);
    else misused("denied: `countersign-hook` was given an option that it does not know; run `countersign connect` again");
  }
  if (hook->client == NULL) misused("denied: `countersign-hook` needs `--client` with a client that it knows; run `countersign connect` again");
  if (hook->timeout_ms == 0) hook->timeout_ms = client_timeout_ms(hook->client);
  if (hook->timeout_ms < 0) misused("denied: `--timeout-ms` of `countersign-hook` is no number of milliseconds; run `countersign connect` again");
  size_t length = hook->event == NULL ? 1 : strlen(hook->event);
  if (length == 0 || length > MAX_EVENT_BYTES) misused("denied: `--event` of `countersign-hook` is no event; run `countersign connect` again");
}

/* All of it, up to the end; false when it cannot be had in time. */
static bool read_payload(const struct hook *hook, struct buffer *in) {
  static char chunk[65536];
  for (;;) {
    struct pollfd source = {0, POLLIN, 0};
    long long left = hook->deadline - moment_in(0);
    int ready = poll(&source, 1, left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left);
    if (ready == 0) return false;
    ssize_t count = ready < 0 ? -1 : read(0, chunk, sizeof chunk);
    if (count < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (count == 0) return true;
    if (count > 0) buffer_bytes(in, chunk, (size_t)count);
    if (in->failed) fail(hook, TOO_LARGE);
  }
}

/* One connection carries one question, so that an error without an id is about it. */
static bool is_about(const struct reply *reply, const char *id) {
  if (reply->version != 1) return false;
  return strcmp(reply->id, id) == 0 || (reply->id[0] == '\0' && strcmp(reply->type, "error") == 0);
}

static _Noreturn void obey(const struct hook *hook, const struct reply *reply) {
  if (reply->stdout_text == NULL || !reply->exit_told || reply->exit_code > 255) deny(hook, GARBLED);
  if (reply->stderr_text != NULL) say(reply->stderr_text, false);
  print(reply->stdout_text, strlen(reply->stdout_text), (int)reply->exit_code);
}

static long long sooner(long long one, long long other) { return one < other ? one : other; }

static _Noreturn void follow(const struct hook *hook, int fd, const char *id, const struct buffer *line) {
  struct connection from = {fd, {.limit = MAX_LINE_BYTES}};
  struct reply reply;
  bool held = false;
  long long first = sooner(moment_in(FIRST_REPLY_MS), hook->deadline);
  enum reading sent = daemon_send(fd, line, first);
  if (sent != READ_REPLY) fail(hook, sent == READ_LATE ? SILENT : LOST);
  for (;;) {
    enum reading read = daemon_read(&from, held ? hook->deadline : first, &reply);
    if (read == READ_LATE) fail(hook, held ? LATE : SILENT);
    if (read == READ_LOST) fail(hook, LOST);
    if (read == READ_GARBLED || !is_about(&reply, id)) deny(hook, GARBLED);
    if (strcmp(reply.type, "hook-answer") == 0) obey(hook, &reply);
    if (strcmp(reply.type, "error") == 0) {
      const char *code = reply.code == NULL ? "" : reply.code;
      if (reply.message == NULL || reply.message[0] == '\0' || strcmp(code, "unsupported_version") == 0) deny(hook, GARBLED);
      fail(hook, reply.message);
    }
    if (strcmp(reply.type, "held") != 0) deny(hook, GARBLED);
    held = true;
    reply_free(&reply);
  }
}

int main(int argc, char **argv) {
  struct hook hook = {0};
  (void)argc;
  read_arguments(&hook, argv);
  hook.deadline = moment_in(hook.timeout_ms > 2 * MARGIN_MS ? hook.timeout_ms - MARGIN_MS : hook.timeout_ms / 2);
  config_read(own_path(), &hook.config);
  prepare_last_words(&hook);
  /* First, so that the daemon takes the connection while we read. */
  int fd = hook.config.usable ? daemon_connect(hook.config.socket) : -1;

  struct buffer payload = {.limit = MAX_PAYLOAD_BYTES};
  if (!read_payload(&hook, &payload)) fail(&hook, UNREAD);

  char id[33];
  struct variables variables;
  struct buffer line = {.limit = MAX_LINE_BYTES};
  if (!variables_choose(&variables, environ)) fail(&hook, CROWDED);
  if (!question_id(id)) fail(&hook, NO_RANDOM);
  const struct hook_question question = {hook.client, hook.event, hook.timeout_ms, &payload, &variables, id};
  hook_question_write(&line, &question);
  if (line.failed) fail(&hook, TOO_LARGE);

  if (fd < 0 && hook.config.usable) fd = daemon_start_quietly(&hook.config);
  if (fd < 0 && !hook.config.usable) fail(&hook, UNTRUSTED);
  if (fd < 0) fail(&hook, stopped_by_hand(&hook.config) ? STOPPED : UNREACHABLE);
  follow(&hook, fd, id, &line);
}
