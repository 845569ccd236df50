/* Any `client.conf`: texts without line breaks, and usable only with an absolute socket. */
#include "config.h"

#include "fuzz.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/countersign-fuzz-XXXXXX";
static char file[PATH_MAX], self[PATH_MAX];

static void remove_folder(void) {
  unlink(file);
  rmdir(folder);
}

static void make_folder(void) {
  CHECK(mkdtemp(folder) != NULL);
  snprintf(file, sizeof file, "%s/client.conf", folder);
  snprintf(self, sizeof self, "%s/shim", folder);
  atexit(remove_folder);
}

static void check_text(const char *text) { CHECK(text != NULL && strchr(text, '\n') == NULL); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, data + size};
  if (file[0] == '\0') make_folder();
  uint8_t nth = take_byte(&in);
  int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  CHECK(fd >= 0 && write(fd, in.at, (size_t)(in.end - in.at)) == in.end - in.at);
  close(fd);
  memory_runs_out(nth < 32 ? nth : 0);
  struct config config;
  config_read(self, &config);
  const char *texts[] = {config.socket, config.node, config.daemon, config.home, config.libexec};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) check_text(texts[i]);
  if (config.usable) CHECK(config.socket[0] == '/' && strcmp(config.libexec, folder) == 0);
  memory_give_all();
  return 0;
}
