/* What the daemon is told about a program that is about to run. */
#include "protocol.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

#define MAX_VALUE_BYTES 4096
#define MAX_ENVIRONMENT_BYTES 32768
#define MAX_SESSION_BYTES 128

/* A name that ends in `*` stands for all that begin so. */
static const char *const SELECTED[] = {
    "HOME", "PATH", "USER", "SHELL", "GIT_*", "PG*", "MYSQL_*", "KUBE*", "AWS_*", "CLOUDSDK_*", "AZURE_*", "ARM_*", "TF_*",
    "DOCKER_*", "NODE_ENV", "NODE_OPTIONS", "npm_config_*", "RAILS_ENV", "DATABASE_URL", "REDIS_URL", "MONGO*", "PIP_*",
    "CARGO_*", "SSH_*", "LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_*", "GH_*", "VIRTUAL_ENV", "CLAUDECODE", "AI_AGENT",
    "CODEX_*", "GEMINI_CLI", "COPILOT_*", "OPENCODE*",
};

static bool selected(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof SELECTED / sizeof *SELECTED; i++) {
    size_t size = strlen(SELECTED[i]);
    bool prefix = SELECTED[i][size - 1] == '*';
    if (prefix ? length >= size - 1 && memcmp(name, SELECTED[i], size - 1) == 0
               : length == size && memcmp(name, SELECTED[i], size) == 0)
      return true;
  }
  return false;
}

static bool contains(const char *name, size_t length, const char *word) {
  size_t size = strlen(word);
  for (size_t i = 0; i + size <= length; i++)
    if (memcmp(name + i, word, size) == 0) return true;
  return false;
}

/* Secrets never leave the process; that they are set is enough for a judgement. */
static bool secret(const char *name, size_t length) {
  if (contains(name, length, "TOKEN") || contains(name, length, "SECRET") || contains(name, length, "PASSWORD")) return true;
  if (contains(name, length, "PASSWD") || (length == 13 && memcmp(name, "SSH_AUTH_SOCK", 13) == 0)) return true;
  return length > 4 && memcmp(name + length - 4, "_KEY", 4) == 0;
}

static void write_environment(struct buffer *out, char *const *environment) {
  size_t total = 0;
  bool first = true;
  for (; *environment != NULL; environment++) {
    const char *equals = strchr(*environment, '=');
    if (equals == NULL || !selected(*environment, (size_t)(equals - *environment))) continue;
    size_t length = (size_t)(equals - *environment);
    const char *value = secret(*environment, length) ? "[set]" : equals + 1;
    size_t size = strnlen(value, MAX_VALUE_BYTES);
    if (length > MAX_VALUE_BYTES || total + length + size > MAX_ENVIRONMENT_BYTES) continue;
    total += length + size;
    buffer_text(out, first ? "" : ",");
    json_string(out, *environment, length);
    buffer_text(out, ":");
    json_string(out, value, size);
    first = false;
  }
}

static const char *stdin_kind(void) {
  struct stat info;
  if (fstat(0, &info) != 0) return "closed";
  if (S_ISREG(info.st_mode)) return "file";
  if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)) return "pipe";
  if (!S_ISCHR(info.st_mode)) return "unknown";
  if (isatty(0)) return "tty";
  struct stat null;
  return stat("/dev/null", &null) == 0 && null.st_rdev == info.st_rdev ? "null" : "unknown";
}

bool question_id(char id[33]) {
  static const char digits[] = "0123456789abcdef";
  unsigned char random[16];
  if (getentropy(random, sizeof random) != 0) return false;
  for (size_t i = 0; i < sizeof random; i++) {
    id[2 * i] = digits[random[i] >> 4];
    id[2 * i + 1] = digits[random[i] & 15];
  }
  id[32] = '\0';
  return true;
}

static void write_field(struct buffer *out, const char *key, const char *value) {
  buffer_text(out, ",\"");
  buffer_text(out, key);
  buffer_text(out, "\":");
  json_string(out, value, strlen(value));
}

void question_write(struct buffer *out, const struct question *question) {
  char *cwd = getcwd(NULL, 0);
  buffer_text(out, "{\"v\":1,\"type\":\"ask\"");
  write_field(out, "id", question->id);
  write_field(out, "entry", question->entry);
  write_field(out, "name", question->name);
  write_field(out, "executable", question->executable);
  write_field(out, "cwd", cwd != NULL && cwd[0] == '/' ? cwd : "");
  write_field(out, "stdin", stdin_kind());
  const char *session = getenv("COUNTERSIGN_SESSION");
  if (session != NULL && strlen(session) <= MAX_SESSION_BYTES) write_field(out, "session", session);
  for (size_t i = 0; question->argv[i] != NULL; i++) {
    buffer_text(out, i == 0 ? ",\"argv\":[" : ",");
    json_string(out, question->argv[i], strlen(question->argv[i]));
  }
  buffer_text(out, "],\"env\":{");
  write_environment(out, question->environment);
  buffer_text(out, "}}\n");
  free(cwd);
}
