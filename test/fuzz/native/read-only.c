/* What passes without a daemon looks like looking, and one word or variable more makes it fail. */
#include "readonly.h"

#include "fuzz.h"

#include <string.h>

#define MAX_WORDS 16

static bool plain(const char *word) {
  for (; *word != '\0'; word++)
    if ((*word < 'a' || *word > 'z') && *word != '-') return false;
  return true;
}

static void check_longer(const char *name, char **argv, char **environment) {
  static char path[] = "x", option[] = "--output=x", empty[] = "", two[] = "-a --all", others[] = "--show-prefix --show-cdup";
  static char *const more[] = {path, option, empty, two, others};
  size_t count = 0;
  char *longer[MAX_WORDS + 2];
  for (; argv[count] != NULL; count++) longer[count] = argv[count];
  longer[count + 1] = NULL;
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
    longer[count] = more[i];
    CHECK(!is_read_only(name, longer, environment));
  }
}

static void check_variable(const char *name, char **argv, char **environment) {
  static char preload[] = "LD_PRELOAD=x", configured[] = "GIT_CONFIG_COUNT=1", host[] = "DOCKER_HOST=x";
  static char *const more[] = {preload, configured, host};
  size_t count = 0;
  char *longer[MAX_WORDS + 2];
  for (; environment[count] != NULL; count++) longer[count] = environment[count];
  longer[count + 1] = NULL;
  for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
    longer[count] = more[i];
    CHECK(!is_read_only(name, argv, longer));
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, data + size};
  char *name = take_text(&in);
  char **argv = take_texts(&in, MAX_WORDS);
  char **environment = take_texts(&in, MAX_WORDS);
  if (is_read_only(name, argv, environment)) {
    CHECK(argv[0] != NULL && argv[1] != NULL && plain(name));
    for (size_t i = 1; argv[i] != NULL; i++) CHECK(argv[i][0] != '\0' && plain(argv[i]));
    check_longer(name, argv, environment);
    check_variable(name, argv, environment);
  }
  give_texts(environment);
  give_texts(argv);
  free(name);
  return 0;
}
