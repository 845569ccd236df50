/* What a person or an agent reads on stderr. */
#ifndef COUNTERSIGN_MESSAGE_H
#define COUNTERSIGN_MESSAGE_H

#include <stdbool.h>

/* Prints `countersign: TEXT`; what moves, hides or turns is escaped, line breaks too with `one_line`. */
void say(const char *text, bool one_line);
/* The same on one line, unless nobody reads at the moment: what is only told must hold nothing up. */
void note(const char *text);
/* Like a shell: `NAME: TEXT`. */
void say_about(const char *name, const char *text);

#endif
