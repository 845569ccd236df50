/* The built-in list of commands that only look. */
#include "readonly.h"

#include <stddef.h>
#include <string.h>

struct looking {
  const char *tool, *verb;
  const char *only; /* every further argument must be one of these words; NULL allows any that is not refused */
};

/* The verb must be the first argument: an option before it (`git -c`, `docker -H`) changes what it means. */
static const struct looking LOOKING[] = {
    {"git", "status", NULL},      {"git", "log", NULL},       {"git", "diff", NULL},
    {"git", "show", NULL},        {"git", "rev-parse", NULL}, {"git", "ls-files", NULL},
    {"git", "branch", " -a -r -v -vv --list --all --remotes --show-current "},
    {"kubectl", "get", NULL},     {"kubectl", "describe", NULL}, {"kubectl", "logs", NULL},
    {"kubectl", "version", NULL}, {"docker", "ps", NULL},     {"docker", "images", NULL},
    {"docker", "version", NULL},  {"terraform", "version", NULL}, {"terraform", "validate", NULL},
    {"terraform", "fmt", " -check "}, {"npm", "ls", NULL},
};

static const char VERSIONED[] =
    " git docker podman kubectl helm terraform tofu npm npx pnpm yarn pip pip3 cargo gh glab curl wget rsync psql mysql ";

/* Beginnings, because git accepts any unambiguous abbreviation of an option. */
static const char *const REFUSED[] = {"--ou", "--ex", "--te", "--kubeconfig", "--prefix", "--userconfig", "--globalconfig"};

/* Variables that name a program to run or a configuration that does. */
static const char *const FOREIGN[] = {"LD_PRELOAD=", "LD_LIBRARY_PATH=", "DYLD_", "KUBECONFIG=", "NODE_OPTIONS=", "npm_config_",
                                      "TF_CLI_", "DOCKER_"};

static bool starts(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

static bool has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  if (length == 0 || strchr(word, ' ') != NULL) return false;
  for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word))
    if (at[-1] == ' ' && at[length] == ' ') return true;
  return false;
}

static bool harmless_variable(const char *variable) {
  if (starts(variable, "PAGER=")) return strcmp(variable, "PAGER=cat") == 0;
  if (starts(variable, "GIT_"))
    return strcmp(variable, "GIT_PAGER=cat") == 0 || starts(variable, "GIT_EDITOR=") ||
           starts(variable, "GIT_TERMINAL_PROMPT=") || starts(variable, "GIT_OPTIONAL_LOCKS=");
  for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++)
    if (starts(variable, FOREIGN[i])) return false;
  return true;
}

static bool refused(const char *argument) {
  if (strcmp(argument, "--o") == 0 || starts(argument, "--o=")) return true;
  if (strcmp(argument, "--t") == 0 || strcmp(argument, "--e") == 0) return true;
  for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++)
    if (starts(argument, REFUSED[i])) return true;
  return strstr(argument, "secret") != NULL;
}

static bool matches(const struct looking *entry, const char *name, char *const *argv) {
  if (strcmp(entry->tool, name) != 0 || strcmp(entry->verb, argv[1]) != 0) return false;
  if (entry->only != NULL && argv[2] == NULL) return strcmp(entry->verb, "branch") == 0;
  for (char *const *rest = argv + 2; *rest != NULL; rest++)
    if (entry->only != NULL ? !has_word(entry->only, *rest) : refused(*rest)) return false;
  return true;
}

bool is_read_only(const char *name, char *const *argv, char *const *environment) {
  if (argv[0] == NULL || argv[1] == NULL) return false;
  for (; *environment != NULL; environment++)
    if (!harmless_variable(*environment)) return false;
  bool about = strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "--help") == 0;
  if (about && argv[2] == NULL) return has_word(VERSIONED, name);
  for (size_t i = 0; i < sizeof LOOKING / sizeof *LOOKING; i++)
    if (matches(&LOOKING[i], name, argv)) return true;
  return false;
}
