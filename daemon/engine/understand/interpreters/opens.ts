/** Files that a program opens, writes or removes by methods and modes instead of by the name of a function. */
import type { EffectAttributes, EffectKind } from '../../../../protocol/effect.ts';
import type { EffectDraft } from '../../types.ts';
import { readArguments, type Argument } from './literals.ts';
import type { Language } from './table.ts';
import { argumentTarget, pathTarget, type Reading } from './targets.ts';

type Opened = { readonly effects: EffectDraft[] };

/** Calls of one kind that are looked at. */
const MAX_CALLS = 64;

const PYTHON_OPEN = /(?<![\w.])(?:io\.)?open(?=\s*\()/g;
const PATH_METHOD = /\.(unlink|rmdir|write_text|write_bytes|read_text|read_bytes|touch|rename|replace|chmod)\s*\(/g;
const PATH_EFFECTS: Readonly<Record<string, EffectKind>> = { unlink: 'file.delete', rmdir: 'file.delete', write_text: 'file.write', write_bytes: 'file.write', touch: 'file.write', read_text: 'file.read', read_bytes: 'file.read', rename: 'file.move', replace: 'file.move', chmod: 'file.permissions' }; // prettier-ignore

/** Farther back than this nobody's expression begins. */
const MAX_RECEIVER_CHARS = 400;

/** The expression in front of a method: a name, a call, or what stands in brackets. */
function receiverBefore(source: string, end: number): string {
  let start = end;
  const first = Math.max(0, end - MAX_RECEIVER_CHARS);
  for (let depth = 0; start > first; start--) {
    const char = source[start - 1] ?? '';
    if (char === ')') depth++;
    else if (char === '(') depth--;
    else if (depth === 0 && !/[\w.]/.test(char)) break;
    if (depth < 0) break;
  }
  return source.slice(start, end);
}

/** What is opened to be written anew loses what it held. */
function written(kind: EffectKind, anew: boolean): EffectAttributes {
  return kind === 'file.write' && anew ? { overwrite: true } : {};
}

/** `open(path, mode)` writes or reads by its mode; `Path(p).unlink()` has its path in front. */
export function scanOpens(source: string, language: Language, place: Reading, found: Opened): void {
  if (language === 'awk') return scanAwkOutput(source, place, found);
  if (language === 'perl') return scanPerlOpen(source, place, found);
  if (language === 'lua') return scanLuaOpen(source, place, found);
  if (language !== 'python') return;
  for (const match of [...source.matchAll(PYTHON_OPEN)].slice(0, MAX_CALLS)) {
    const [path, mode] = readArguments(source, match.index + match[0].length, place.read);
    const text = mode?.kind === 'string' ? mode.value : mode?.kind === 'unknown' && /mode\s*=/.test(mode.text) ? mode.text.replace(/^mode\s*=/, '') : 'r'; // prettier-ignore
    const kind = /[wax+]/.test(text) ? 'file.write' : 'file.read';
    found.effects.push({ kind, targets: [argumentTarget(place, path)], attributes: written(kind, text.includes('w')) });
  }
  for (const match of [...source.matchAll(PATH_METHOD)].slice(0, MAX_CALLS)) {
    const kind = PATH_EFFECTS[match[1] ?? ''];
    const path = place.read(receiverBefore(source, match.index));
    // Strings and data frames have a `replace` and a `rename` too.
    if (kind !== undefined && path !== undefined) found.effects.push({ kind, targets: [pathTarget(place, path)], attributes: written(kind, match[1] === 'write_text' || match[1] === 'write_bytes') }); // prettier-ignore
  }
  // A deletion whose path is computed elsewhere.
  if (/\.(?:unlink|rmdir)\s*\(/.test(source) && !found.effects.some((effect) => effect.kind === 'file.delete')) {
    found.effects.push({ kind: 'file.delete', targets: [argumentTarget(place, undefined)], attributes: {} });
  }
}

function scanAwkOutput(source: string, place: Reading, found: Opened): void {
  for (const match of [...source.matchAll(/\bprintf?\b[^;}\n|]{0,400}>{1,2}\s*"([^"]+)"/g)].slice(0, MAX_CALLS)) {
    const path = match[1] ?? '';
    if (!path.startsWith('/dev/std')) found.effects.push({ kind: 'file.write', targets: [pathTarget(place, path)], attributes: {} }); // prettier-ignore
  }
}

function scanPerlOpen(source: string, place: Reading, found: Opened): void {
  for (const match of [
    ...source.matchAll(/\bopen\b[^;]{0,120}?,\s*["']\+?(<|>{1,2})["']?\s*(?:,\s*)?(?:["']([^"'$]+)["']|([$\w]+))?/g),
  ].slice(0, MAX_CALLS)) {
    // prettier-ignore
    const kind = match[1] === '<' ? 'file.read' : 'file.write';
    const target: Argument = match[2] === undefined ? { kind: 'unknown', text: match[3] ?? '' } : { kind: 'string', value: match[2] }; // prettier-ignore
    found.effects.push({ kind, targets: [argumentTarget(place, target)], attributes: {} });
  }
}

function scanLuaOpen(source: string, place: Reading, found: Opened): void {
  for (const match of [...source.matchAll(/\bio\.open(?=\s*\()/g)].slice(0, MAX_CALLS)) {
    const [path, mode] = readArguments(source, match.index + match[0].length, place.read);
    const kind = mode?.kind === 'string' && /[wa+]/.test(mode.value) ? 'file.write' : 'file.read';
    found.effects.push({ kind, targets: [argumentTarget(place, path)], attributes: {} });
  }
}
