/** Counted limits of understanding: whatever exceeds one is opaque, so none can be used to hide something. */

/** The longest shell or script source that is read: a generous page of shell, and what a `text` fact can hold. */
export const MAX_SOURCE_CHARS = 65_536;

/** Brackets, substitutions and backticks inside each other; people stay below ten, the parser slows down above hundreds. */
export const MAX_SYNTAX_DEPTH = 60;

/** `$(`, `<(`, `<<` and backticks in one source. The parser reads an unclosed one to the end, again for each inside it. */
export const MAX_SUBSTITUTIONS = 1_000;

/** Wrappers, scripts, aliases and functions inside each other, so that no chain of calls can be endless. */
export const MAX_PEEL_DEPTH = 24;

/** Operations of one action. A human cannot review more, and each costs a judgement some 0.1 ms. */
export const MAX_OPERATIONS = 320;

/** Redirections of one action. Each is an effect of its own; one that feeds a program and one that keeps its output. */
export const MAX_REDIRECTS = 512;

/** Nodes, words and expansions looked at for one action: about 10 ms of work. */
export const MAX_STEPS = 20_000;

/** Words of one command. Each is compared with what must not be touched; scripts that name more use a list. */
export const MAX_WORDS = 4_096;

/** Words of commands inside each other that cost one step. */
export const WORDS_PER_STEP = 4;

/** Iterations of a static `for` list that are followed one by one. */
export const MAX_LOOP_ITEMS = 64;

/** Words one brace expression may become. */
export const MAX_BRACE_WORDS = 256;

/** Characters of one expanded word: doubling a variable forty times must not fill the memory. */
export const MAX_WORD_CHARS = 65_536;
