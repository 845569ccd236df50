/* A library that tells each program it was loaded into. */
#include <unistd.h>

__attribute__((constructor)) static void tell(void) {
  if (write(2, "loaded\n", 7) < 0) _exit(9);
}
