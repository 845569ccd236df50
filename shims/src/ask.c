/* What the daemon is told about a program that is about to run. */
#include "protocol.h"

#include "memory.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#ifdef __linux__
#include <sys/sysmacros.h>
#endif
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

#define MAX_SESSION_BYTES 128
#define MAX_VALUE_BYTES 4096
/* Names and values each; an honest environment has a tenth of it. */
#define MAX_ENVIRONMENT_BYTES 32768
/* Bounds the search for doubles, which compares each with all before it. */
#define MAX_VARIABLES 1024

static const char TOO_LONG[] = "[too long]";

struct pattern {
  const char *name;
  unsigned char size;
  bool prefix;
};

#define EXACTLY(name) {name, sizeof name - 1, false}
#define BEGINS(name) {name, sizeof name - 1, true}

/* What changes which server, account, program or configuration a tool takes. */
static const struct pattern SELECTED[] = {
    EXACTLY("HOME"),         EXACTLY("PATH"),        EXACTLY("USER"),        EXACTLY("SHELL"),      BEGINS("GIT_"),
    BEGINS("PG"),            BEGINS("MYSQL_"),       BEGINS("KUBE"),         BEGINS("AWS_"),        BEGINS("CLOUDSDK_"),
    BEGINS("AZURE_"),        BEGINS("ARM_"),         BEGINS("TF_"),          BEGINS("DOCKER_"),     EXACTLY("NODE_ENV"),
    EXACTLY("NODE_OPTIONS"), BEGINS("npm_config_"),  EXACTLY("RAILS_ENV"),   EXACTLY("DATABASE_URL"), EXACTLY("REDIS_URL"),
    BEGINS("MONGO"),         BEGINS("PIP_"),         BEGINS("CARGO_"),       BEGINS("SSH_"),        BEGINS("LD_"),
    BEGINS("DYLD_"),         BEGINS("GH_"),          EXACTLY("VIRTUAL_ENV"), EXACTLY("CLAUDECODE"), EXACTLY("AI_AGENT"),
    BEGINS("CODEX_"),        EXACTLY("GEMINI_CLI"),  BEGINS("COPILOT_"),     BEGINS("OPENCODE"),    EXACTLY("PAGER"),
    EXACTLY("EDITOR"),       EXACTLY("VISUAL"),      EXACTLY("BASH_ENV"),
    EXACTLY("MANPAGER"),     BEGINS("LESS"),         EXACTLY("BROWSER"),     EXACTLY("RSYNC_RSH"),  EXACTLY("PSQL_PAGER"),
    BEGINS("PYTHON"),        BEGINS("PERL5"),        BEGINS("RUBY"),         BEGINS("JAVA_"),       EXACTLY("GCONV_PATH"),
    BEGINS("BASH_FUNC_"),    EXACTLY("ENV"),         EXACTLY("ZDOTDIR"),     EXACTLY("SUDO_ASKPASS"), EXACTLY("CURL_HOME"),
    EXACTLY("WGETRC"),       EXACTLY("SYSTEM_WGETRC"), EXACTLY("NETRC"),     BEGINS("RSYNC_"),      BEGINS("XDG_CONFIG_"),
    EXACTLY("GNUPGHOME"),    EXACTLY("OPENSSL_CONF"), BEGINS("SSL_CERT_"),   EXACTLY("HOSTALIASES"), EXACTLY("KRB5_CONFIG"),
    EXACTLY("http_proxy"),   EXACTLY("https_proxy"), EXACTLY("all_proxy"),   EXACTLY("HTTP_PROXY"), EXACTLY("HTTPS_PROXY"),
    EXACTLY("ALL_PROXY"),    EXACTLY("NODE_PATH"),   EXACTLY("NODE_EXTRA_CA_CERTS"), EXACTLY("NODE_TLS_REJECT_UNAUTHORIZED"),
    BEGINS("NPM_CONFIG_"),   BEGINS("YARN_"),        BEGINS("PNPM_"),        BEGINS("BUN_"),        BEGINS("UV_"),
    BEGINS("GEM_"),          BEGINS("BUNDLE_"),      BEGINS("TWINE_"),       BEGINS("RUSTC_"),      EXACTLY("RUSTC"),
    BEGINS("HELM_"),         BEGINS("PULUMI_"),      BEGINS("COMPOSE_"),     BEGINS("CONTAINER_"),  BEGINS("GLAB_"),
    BEGINS("GITLAB_"),       BEGINS("REDISCLI_"),    EXACTLY("SYSTEMD_EDITOR"), EXACTLY("SYSTEMD_PAGER"),
};

static bool selected(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof SELECTED / sizeof *SELECTED; i++) {
    const struct pattern *at = &SELECTED[i];
    if (name[0] != at->name[0] || length < at->size || (!at->prefix && length > at->size)) continue;
    if (memcmp(name, at->name, at->size) == 0) return true;
  }
  return false;
}

static bool has_word(const char *name, size_t length, const char *word) {
  size_t size = strlen(word);
  for (size_t i = 0; i + size <= length; i++)
    if (strncasecmp(name + i, word, size) == 0) return true;
  return false;
}

static bool ends(const char *name, size_t length, const char *with) {
  size_t size = strlen(with);
  return length >= size && strncasecmp(name + length - size, with, size) == 0;
}

/* Secrets never leave the process; that they are set is enough for a judgement. */
static bool secret(const char *name, size_t length) {
  if (has_word(name, length, "TOKEN") || has_word(name, length, "SECRET") || has_word(name, length, "PASSW")) return true;
  return ends(name, length, "_KEY") || ends(name, length, "_AUTH") || ends(name, length, "_PWD") ||
         ends(name, length, "_AUTH_SOCK");
}

/* The length of the name of a variable that the daemon is told about; 0 for any other. */
static size_t selected_name(const char *variable) {
  const char *equals = strchr(variable, '=');
  size_t length = equals == NULL ? 0 : (size_t)(equals - variable);
  return length > 0 && selected(variable, length) ? length : 0;
}

static bool has_name(const struct variables *chosen, const char *variable, size_t length) {
  for (size_t i = 0; i < chosen->count; i++)
    if (strncmp(chosen->entries[i], variable, length + 1) == 0) return true;
  return false;
}

/* INVARIANT: what is judged is what the tool reads; of two selected variables with one name only the first is kept. */
bool variables_choose(struct variables *chosen, char **environment) {
  size_t names_bytes = 0, looked = 0;
  char **kept = environment;
  for (char **at = environment; *at != NULL; at++)
    if (selected_name(*at) > 0) looked++;
  if (looked > MAX_VARIABLES) return false;
  *chosen = (struct variables){memory_take((looked + 1) * sizeof(char *)), 0};
  if (chosen->entries == NULL) return false;
  for (char **at = environment; *at != NULL; at++) {
    size_t length = selected_name(*at);
    if (length > 0) {
      if (has_name(chosen, *at, length)) continue;
      names_bytes += length;
      chosen->entries[chosen->count++] = *at;
    }
    *kept++ = *at;
  }
  *kept = NULL;
  return names_bytes <= MAX_ENVIRONMENT_BYTES;
}

/* INVARIANT: every chosen name is sent. Padding could otherwise push one out of the judge's sight. */
void variables_write(struct buffer *out, const struct variables *chosen) {
  size_t room = MAX_ENVIRONMENT_BYTES;
  for (size_t i = 0; i < chosen->count; i++) {
    const char *variable = chosen->entries[i];
    size_t length = strcspn(variable, "=");
    const char *value = secret(variable, length) ? "[set]" : variable + length + 1;
    size_t size = strnlen(value, MAX_VALUE_BYTES + 1);
    bool fits = size <= MAX_VALUE_BYTES && size <= room;
    if (fits) room -= size;
    buffer_text(out, i == 0 ? "" : ",");
    json_string(out, variable, length);
    buffer_text(out, ":");
    json_string(out, fits ? value : TOO_LONG, fits ? size : sizeof TOO_LONG - 1);
  }
}

static const char *stdin_kind(void) {
  struct stat info;
  if (fstat(0, &info) != 0) return "closed";
  if (S_ISREG(info.st_mode)) return "file";
  if (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode)) return "pipe";
  if (!S_ISCHR(info.st_mode)) return "unknown";
#ifdef __linux__
  if (info.st_rdev == makedev(1, 3)) return "null";
  return isatty(0) ? "tty" : "unknown";
#else
  if (isatty(0)) return "tty";
  struct stat null;
  return stat("/dev/null", &null) == 0 && null.st_rdev == info.st_rdev ? "null" : "unknown";
#endif
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

void field_write(struct buffer *out, const char *key, const char *value) {
  buffer_text(out, ",\"");
  buffer_text(out, key);
  buffer_text(out, "\":");
  json_string(out, value, strlen(value));
}

void question_write(struct buffer *out, const struct question *question) {
  char folder[PATH_MAX];
  /* A deeper folder than a path can name is told as none. */
  const char *cwd = getcwd(folder, sizeof folder);
  buffer_text(out, "{\"v\":1,\"type\":\"ask\"");
  field_write(out, "id", question->id);
  field_write(out, "entry", question->entry);
  field_write(out, "name", question->name);
  field_write(out, "executable", question->executable);
  field_write(out, "cwd", cwd != NULL && cwd[0] == '/' ? cwd : "");
  field_write(out, "stdin", stdin_kind());
  const char *session = getenv("COUNTERSIGN_SESSION");
  if (session != NULL && strlen(session) <= MAX_SESSION_BYTES) field_write(out, "session", session);
  for (size_t i = 0; question->argv[i] != NULL; i++) {
    buffer_text(out, i == 0 ? ",\"argv\":[" : ",");
    json_string(out, question->argv[i], strlen(question->argv[i]));
  }
  buffer_text(out, "],\"env\":{");
  variables_write(out, question->variables);
  buffer_text(out, "}}\n");
}
