/** A script of a shell that could not be read: the project's own like one of any other language, or opaque. */
import { isWithin } from '../measure-location.ts';
import type { EffectDraft, Word } from '../types.ts';
import { resolvePath } from './paths.ts';
import { codeRunEffect, opaqueEffect, type Command, type Run, type Text } from './run.ts';
import { mayWrite } from './written.ts';

export function unreadScript(run: Run, command: Command, file: Word, text: Text): EffectDraft {
  if (text.kind !== 'changed' && belongsHere(run, command, file)) return codeRunEffect(file.text);
  // `bash <(curl …)` is a download by another name.
  const piped = file.text.startsWith('<(');
  return opaqueEffect(`script ${file.text}`, piped ? { piped } : {});
}

/** Below the folder one is in, or in a folder that a variable names, as long as nothing was written before. */
function belongsHere(run: Run, { place }: Command, file: Word): boolean {
  if (place.privileged || place.remote !== undefined || place.holes.length > 0) return false;
  if (file.dynamic) return IN_VARIABLE.test(file.text) && !ELSEWHERE.test(file.text) && !run.operations.some(mayWrite);
  const path = resolvePath(place.cwd, file.text);
  if (path === undefined || file.glob || !SCRIPT.test(path) || SETTINGS.test(path) || TEMPORARY.test(path))
    return false;
  return isWithin(path, place.cwd) && !isThere(run, path);
}

/** What is there and still could not be read is too long or no text: nobody knows what it does. */
function isThere(run: Run, path: string): boolean {
  const answer = run.lookup.ask({ kind: 'path', path });
  return answer.kind === 'known' && answer.data.type !== 'missing';
}

const SCRIPT = /\/(?:\w[\w.+-]*|\.\w[\w.-]*\.(?:ba|z)?sh)$/;
/** Variables with secrets among them; what else is in there runs too. */
const SETTINGS = /\benv(?:\.\w+)?$/;
const IN_VARIABLE = /^\$(?:\w+|\{\w+\})(?:\/[\w.+-]+)+$/;
/** Folders where scratch files lie, those that a program has just chosen, and ways up. */
const ELSEWHERE = /^\$\{?(?:TMP|TEMP|TMPDIR|TEMPDIR|XDG_RUNTIME_DIR|XDG_CACHE_HOME|OLDPWD)\b|\/\.\.(?:\/|$)/;
/** Where anybody, and every download, puts things. */
const TEMPORARY = /^\/(?:tmp|var\/tmp|dev)\//;
