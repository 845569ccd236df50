/** `git push --force` as `--force-with-lease`, which refuses to drop commits that were not seen. */

/** Options whose value is the next word. */
const TAKES_VALUE = /^(?:-o|--(?:push-option|repo|receive-pack|exec))$/;
const LEASE = '--force-with-lease';

export function withLease(argv: readonly string[]): readonly string[] | undefined {
  const at = argv.indexOf('push');
  if (at < 0 || argv.some((word) => word.startsWith(LEASE))) return undefined;
  const words: string[] = [];
  let forced = false;
  let value = false;
  let ended = false;
  for (const word of argv.slice(at + 1)) {
    const { kept, force } = value ? { kept: word, force: false } : ended ? refspec(word) : unforced(word);
    ended ||= !value && word === '--';
    value = !value && !ended && TAKES_VALUE.test(word);
    forced ||= force;
    if (kept !== '') words.push(kept);
  }
  return forced ? [...argv.slice(0, at + 1), LEASE, ...words] : undefined;
}

type Part = { readonly kept: string; readonly force: boolean };

function unforced(word: string): Part {
  if (word === '--force' || word === '-f') return { kept: '', force: true };
  if (/^-[a-z]*f[a-z]*$/.test(word)) return { kept: word.replace('f', ''), force: true };
  return word.startsWith('-') ? { kept: word, force: false } : refspec(word);
}

/** `+main` forces this one reference. */
function refspec(word: string): Part {
  return word.startsWith('+') ? { kept: word.slice(1), force: true } : { kept: word, force: false };
}
