/* What a person or an agent reads on stderr. */
#ifndef COUNTERSIGN_MESSAGE_H
#define COUNTERSIGN_MESSAGE_H

#include <stdbool.h>

/* Prints `countersign: TEXT`; control and direction characters are escaped, line breaks too with `one_line`. */
void say(const char *text, bool one_line);
/* Like a shell: `NAME: TEXT`. */
void say_about(const char *name, const char *text);

#endif
