/** Effects of the redirections of an operation, whatever its program is. */
import type { EffectDraft, ParsedOperation, Redirect } from '../types.ts';
import { pathTarget } from './paths.ts';
import { secretEffects } from './rules.ts';
import { writeEffects } from './writes.ts';

export function redirectEffects(operation: ParsedOperation): readonly EffectDraft[] {
  if (operation.redirects.length === 0) return [];
  return operation.redirects.flatMap((redirect) => effectsOfRedirect(redirect, operation.cwd));
}

function effectsOfRedirect({ op, target }: Redirect, cwd: string): readonly EffectDraft[] {
  // `2>&1` and `>&-` duplicate or close a descriptor; no file is opened.
  if (/^&?(?:\d+|-)$/.test(target.text) && (target.text.startsWith('&') || target.text === '-')) return [];
  if (/^\/dev\/(?:tcp|udp)\//.test(target.text)) return [socketEffect(target.text)];
  const path = pathTarget(cwd, target);
  if (op === '<') return secretEffects([path]);
  const appends = op === '>>' || op === '&>>' || op === '<>';
  return writeEffects([path], appends ? {} : { overwrite: true });
}

/** Bash opens `/dev/tcp/HOST/PORT` as a connection. */
function socketEffect(path: string): EffectDraft {
  return { kind: 'net.send', targets: [{ kind: 'host', name: path.split('/')[3] ?? path }], attributes: {} };
}
