/** Command lines that name more paths than anybody reads: of many in the same folder the first few are shown, and how many more. */

export type Shown = { readonly word: string } | { readonly leftOut: number; readonly folder: string };

/** A shorter run is no longer to read than what would stand for it. */
const MIN_RUN = 12;
const SHOWN = 3;

/** Programs whose words are paths, whatever they are. Of others a word in the middle may mean anything. */
const OF_PATHS = /^(?:.*\/)?(?:rm|rmdir|unlink|shred|touch|chmod|chown|chgrp|cp|mv|ln)$/u;

/** Nothing in it that a shell reads, that leads out of its folder, that is hidden from a listing or that lies in the root. */
const ORDINARY = /^(?!-|\/[^/]*\/*$)(?!.*(?:^|\/)\.)[\w@%+,./-]+$/u;

/** INVARIANT: what is left out is plainly written, below the folder that is named for it, and neither first nor last. */
export function shortened(argv: readonly string[]): readonly Shown[] {
  if (!OF_PATHS.test(argv[0] ?? '')) return argv.map((word) => ({ word }));
  const shown: Shown[] = [];
  for (let at = 0; at < argv.length;) {
    const run = argv.slice(at, at + (at === 0 ? 1 : Math.max(runAt(argv, at), 1)));
    shown.push(...shortRun(run));
    at += run.length;
  }
  return shown;
}

function shortRun(run: readonly string[]): readonly Shown[] {
  if (run.length < MIN_RUN) return run.map((word) => ({ word }));
  const first = run.slice(0, SHOWN).map((word) => ({ word }));
  const last = run.slice(-1).map((word) => ({ word }));
  return [...first, { leftOut: run.length - SHOWN - 1, folder: commonFolder(run) }, ...last];
}

function runAt(argv: readonly string[], start: number): number {
  const first = argv[start];
  if (first === undefined || !ORDINARY.test(first)) return 0;
  const place = placeOf(first);
  let end = start;
  while (end < argv.length && ORDINARY.test(argv[end] ?? '') && placeOf(argv[end] ?? '') === place) end += 1;
  return end - start;
}

/** Names without a slash lie in the working directory, as does everything relative; of others the folder itself counts. */
function placeOf(path: string): string {
  return path.startsWith('/') ? path.slice(0, path.replace(/\/+$/u, '').lastIndexOf('/')) : '';
}

function commonFolder(paths: readonly string[]): string {
  const parts = paths.map((path) => path.replace(/\/+$/u, '').split('/').slice(0, -1));
  const [first = []] = parts;
  const length = first.findIndex((part, index) => parts.some((other) => other[index] !== part));
  return (length === -1 ? first : first.slice(0, length)).join('/');
}
