/** What is an option and no value. */

/** `--password -h db`: an option that asks, and the next option. */
const OPTION = /^--?[A-Za-z][A-Za-z-]*(?:=.*)?$|^-[A-Za-z]?\d{0,5}$/s;

export function looksLikeOption(word: string): boolean {
  return OPTION.test(word);
}
