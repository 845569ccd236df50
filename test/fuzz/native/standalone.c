/* Runs a target on each file it is given, without libFuzzer. */
#include "fuzz.h"

static void run_file(const char *path) {
  FILE *file = fopen(path, "rb");
  CHECK(file != NULL);
  CHECK(fseek(file, 0, SEEK_END) == 0);
  size_t size = (size_t)ftell(file);
  rewind(file);
  /* A block of exactly this size, so that one byte too far is found. */
  uint8_t *data = malloc(size == 0 ? 1 : size);
  CHECK(data != NULL && fread(data, 1, size, file) == size);
  fclose(file);
  LLVMFuzzerTestOneInput(data, size);
  free(data);
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    /* Told before, so that the file is known by which it ends. */
    printf("%s\n", argv[i]);
    fflush(stdout);
    run_file(argv[i]);
  }
  return 0;
}
