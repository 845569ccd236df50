/* The built-in list of commands that only look. */
#include "readonly.h"

#include <stddef.h>
#include <string.h>

struct looking {
  const char *tool, *verb;
  const char *words; /* every further argument must be one of these */
};

/* INVARIANT: nothing here runs what a repository names. `git status`, `diff`, `log`, `show` and `ls-files` are missing
   for that reason: fsmonitor, filters, textconv, external diffs, pagers and the transport of a partial clone are programs
   that its configuration chooses. `yarn`, `pnpm`, `npm` and `cargo` start what the project names even for `--version`;
   `terraform validate` starts its providers; `kubectl` sends credentials to any `--server`.
   The verb must be the first argument: an option before it (`git -c`, `docker -H`) changes what it means. */
static const struct looking LOOKING[] = {
    {"git", "--version", ""},
    {"git", "version", ""},
    {"git", "rev-parse",
     " --show-toplevel --show-prefix --show-cdup --git-dir --absolute-git-dir --git-common-dir --is-inside-work-tree"
     " --is-inside-git-dir --is-bare-repository "},
    {"git", "branch", " --show-current "},
    {"docker", "--version", ""},
    {"docker", "ps", " -a --all -q --quiet --no-trunc "},
    {"docker", "images", " -a --all -q --quiet --no-trunc "},
    {"podman", "--version", ""},
    {"gh", "--version", ""},
    {"psql", "--version", ""},
    {"mysql", "--version", ""},
    {"sqlite3", "--version", ""},
    {"rsync", "--version", ""},
};

/* Variables that name a library, a program or a configuration that does. */
static const char *const FOREIGN[] = {"LD_", "DYLD_", "GIT_", "DOCKER_", "CONTAINER_", "NODE_OPTIONS="};

/* Set by many an agent. */
static const char *const HARMLESS[] = {"GIT_PAGER=", "GIT_EDITOR=", "GIT_TERMINAL_PROMPT=", "GIT_OPTIONAL_LOCKS=",
                                       "GIT_AUTHOR_", "GIT_COMMITTER_"};

static bool starts_with_any(const char *text, const char *const *beginnings, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strncmp(text, beginnings[i], strlen(beginnings[i])) == 0) return true;
  return false;
}

static bool harmless_variable(const char *variable) {
  return starts_with_any(variable, HARMLESS, sizeof HARMLESS / sizeof *HARMLESS) ||
         !starts_with_any(variable, FOREIGN, sizeof FOREIGN / sizeof *FOREIGN);
}

static bool has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  if (length == 0 || strchr(word, ' ') != NULL) return false;
  for (const char *at = strstr(words, word); at != NULL; at = strstr(at + 1, word))
    if (at > words && at[-1] == ' ' && at[length] == ' ') return true;
  return false;
}

static bool matches(const struct looking *entry, const char *name, char *const *argv) {
  if (strcmp(entry->tool, name) != 0 || strcmp(entry->verb, argv[1]) != 0) return false;
  /* Without a word `git branch` lists, through a pager that the repository may choose. */
  if (strcmp(entry->verb, "branch") == 0 && argv[2] == NULL) return false;
  for (char *const *rest = argv + 2; *rest != NULL; rest++)
    if (!has_word(entry->words, *rest)) return false;
  return true;
}

static bool only_looks(const char *name, char *const *argv) {
  if (argv[0] == NULL || argv[1] == NULL) return false;
  for (size_t i = 0; i < sizeof LOOKING / sizeof *LOOKING; i++)
    if (matches(&LOOKING[i], name, argv)) return true;
  return false;
}

static const char *foreign_variable(char *const *environment) {
  for (; *environment != NULL; environment++)
    if (!harmless_variable(*environment)) return *environment;
  return NULL;
}

bool is_read_only(const char *name, char *const *argv, char *const *environment) {
  return only_looks(name, argv) && foreign_variable(environment) == NULL;
}

const char *read_only_but_for(const char *name, char *const *argv, char *const *environment) {
  return only_looks(name, argv) ? foreign_variable(environment) : NULL;
}
