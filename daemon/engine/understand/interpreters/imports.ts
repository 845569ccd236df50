/** Gives imported functions their full names, so that `from os import system as s; s('…')` reads as `os.system('…')`. */
import type { Language } from './table.ts';

const PLAIN = /\bimport\s+([^\n;]+)/g;
const FROM = /\bfrom\s+([\w.]+)\s+import\s+\(?([^\n;)]+)/g;
const WATCHED = new Set(['os', 'subprocess', 'shutil', 'requests', 'httpx', 'pty', 'socket', 'commands', 'smtplib']);

/** Names one program may rename. */
const MAX_NAMES = 32;

export function nameImports(source: string, language: Language): string {
  if (language === 'javascript') return nameModules(source);
  return language === 'python' ? namePython(source) : source;
}

function namePython(source: string): string {
  const names = new Map<string, string>();
  for (const match of source.matchAll(PLAIN)) {
    for (const item of (match[1] ?? '').split(',')) {
      const alias = /^\s*([\w.]+)\s+as\s+(\w+)\s*$/.exec(item);
      if (alias?.[1] && alias[2] && WATCHED.has(alias[1])) names.set(alias[2], alias[1]);
    }
  }
  for (const match of source.matchAll(FROM)) {
    const module = match[1] ?? '';
    if (!WATCHED.has(module)) continue;
    for (const item of (match[2] ?? '').split(',')) {
      const name = /^\s*(\w+)(?:\s+as\s+(\w+))?\s*$/.exec(item);
      if (name?.[1]) names.set(name[2] ?? name[1], `${module}.${name[1]}`);
    }
  }
  return rename(source.replace(/__import__\(\s*["'](\w+)["']\s*\)\s*\./g, '$1.'), names);
}

/** `require('child_process').exec(…)` and names bound to the module. */
function nameModules(source: string): string {
  const names = new Map<string, string>();
  const bound = /\b(?:const|let|var|import)\s+(?:\*\s*as\s+)?(\w+)\s*(?:=\s*(?:await\s+)?(?:require|import)\s*\(\s*|from\s*)["'`](?:node:)?(child_process|fs|fs\/promises)["'`]/g;
  for (const match of source.matchAll(bound)) if (match[1]) names.set(match[1], moduleName(match[2]));
  const taken = /\{([^{}]*)\}\s*(?:=\s*(?:await\s+)?(?:require|import)\s*\(\s*|from\s*)["'`](?:node:)?(child_process|fs|fs\/promises)["'`]/g;
  for (const match of source.matchAll(taken)) {
    for (const item of (match[1] ?? '').split(',')) {
      const name = /^\s*(\w+)(?:\s*(?::|as)\s*(\w+))?\s*$/.exec(item);
      if (name?.[1]) names.set(name[2] ?? name[1], `${moduleName(match[2])}.${name[1]}`);
    }
  }
  const direct = /(?:require|import)\s*\(\s*["'`](?:node:)?(child_process|fs|fs\/promises)["'`]\s*\)(?:\.promises)?\s*\./g;
  return rename(source.replace(direct, (_all, module: string) => `${moduleName(module)}.`), names);
} // prettier-ignore

function moduleName(module: string | undefined): string {
  return module?.startsWith('fs') ? 'fs' : (module ?? '');
}

function rename(source: string, names: ReadonlyMap<string, string>): string {
  let text = source;
  for (const [name, full] of [...names].slice(0, MAX_NAMES)) {
    if (name !== full) text = text.replace(new RegExp(`(?<![\\w.])${name}(?=\\s*[.(])`, 'g'), () => full);
  }
  return text;
}
