/** Effects of the redirections of an operation, whatever its program is. */
import type { EffectDraft, ParsedOperation, Redirect } from '../types.ts';
import { printsNothing } from './emptying.ts';
import { pathTarget } from './paths.ts';
import { secretEffects } from './rules.ts';
import { writeEffects } from './writes.ts';

export function redirectEffects(operation: ParsedOperation): readonly EffectDraft[] {
  if (operation.redirects.length === 0) return [];
  return operation.redirects.flatMap((redirect) => effectsOfRedirect(redirect, operation));
}

function effectsOfRedirect({ op, target }: Redirect, operation: ParsedOperation): readonly EffectDraft[] {
  const { cwd, program } = operation;
  // `2>&1` and `>&-` duplicate or close a descriptor; no file is opened.
  if (/^&?(?:\d+|-)$/.test(target.text) && (target.text.startsWith('&') || target.text === '-')) return [];
  if (/^\/dev\/(?:tcp|udp)\//.test(target.text)) return socketEffects(target.text, program);
  const path = pathTarget(cwd, target);
  if (op === '<') return secretEffects([path]);
  // Opened as it is, and written over from its beginning on.
  if (op === '<>') return writeEffects([path], { edited: true });
  const appends = op === '>>' || op === '&>>';
  if (appends) return writeEffects([path], {});
  return writeEffects([path], { overwrite: true, ...(printsNothing(operation) ? { emptied: true } : {}) });
}

const SHELLS = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'exec', ':']);

/** Bash opens `/dev/tcp/HOST/PORT` as a connection; a shell tied to one obeys whoever is at the other end. */
function socketEffects(path: string, program: string): readonly EffectDraft[] {
  const targets = [{ kind: 'host', name: path.split('/')[3] ?? path } as const];
  const sends = { kind: 'net.send', targets, attributes: {} } as const;
  return SHELLS.has(program) ? [sends, { kind: 'code.opaque', targets, attributes: { remote: true } }] : [sends];
}
