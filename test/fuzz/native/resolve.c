/* Whatever PATH and name: what is found can run, and is no shim. */
#include "resolve.h"

#include "fuzz.h"
#include "memory.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/countersign-fuzz-XXXXXX";
static const char *const FOLDERS[] = {"a", "b", "b/git", "libexec", "shims"};
static const char *const PROGRAMS[] = {"a/git", "b/rm", "libexec/shim", "here"};
static const char *const LINKS[][2] = {{"../libexec/shim", "shims/git"}, {"loop", "loop"}, {"../a/git", "b/via"}, {"nowhere", "a/gone"}};
static bool made;

static void remove_tree(void) {
  if (chdir(root) != 0) return;
  for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++) unlink(LINKS[i][1]);
  for (size_t i = 0; i < sizeof PROGRAMS / sizeof *PROGRAMS; i++) unlink(PROGRAMS[i]);
  unlink("a/plain");
  unlink("b/hard");
  for (size_t i = sizeof FOLDERS / sizeof *FOLDERS; i > 0; i--) rmdir(FOLDERS[i - 1]);
  if (chdir("/") == 0) rmdir(root);
}

static void make_file(const char *path, mode_t mode) {
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
  CHECK(fd >= 0);
  close(fd);
}

/* The input's paths are relative to this tree. */
static void make_tree(void) {
  CHECK(mkdtemp(root) != NULL && chdir(root) == 0);
  for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) CHECK(mkdir(FOLDERS[i], 0700) == 0);
  for (size_t i = 0; i < sizeof PROGRAMS / sizeof *PROGRAMS; i++) make_file(PROGRAMS[i], 0700);
  make_file("a/plain", 0600);
  for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++) CHECK(symlink(LINKS[i][0], LINKS[i][1]) == 0);
  CHECK(link("libexec/shim", "b/hard") == 0);
  made = true;
  atexit(remove_tree);
}

static void check_found(const char *path) {
  struct stat found, shim;
  CHECK(stat(path, &found) == 0 && S_ISREG(found.st_mode) && access(path, X_OK) == 0);
  CHECK(stat("libexec/shim", &shim) == 0 && (found.st_dev != shim.st_dev || found.st_ino != shim.st_ino));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!made) make_tree();
  struct input in = {data, data + size};
  uint8_t nth = take_byte(&in);
  char *name = take_text(&in);
  char *path = take_text(&in);
  memory_runs_out(nth < 32 ? nth : 0);
  struct resolved result = resolve(name, path, "libexec/shim");
  memory_runs_out(0);
  if (result.path != NULL && strchr(name, '/') == NULL) check_found(result.path);
  memory_give_all();
  free(path);
  free(name);
  return 0;
}
