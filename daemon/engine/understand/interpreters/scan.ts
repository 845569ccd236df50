/** Finds what a one-liner does by pattern: commands it starts, files it touches, and where it hides something. */
import type { EffectAttributes, EffectKind } from '../../../../protocol/effect.ts';
import { isSecretPath } from '../../catalog/secret-paths.ts';
import type { EffectDraft, Word } from '../../types.ts';
import { MAX_SOURCE_CHARS } from '../limits.ts';
import { opaqueEffect, type Place, type Run } from '../run.ts';
import { dynamicWord, staticWord } from '../words.ts';
import { readArguments, type Argument } from './literals.ts';
import { scanClients } from './clients.ts';
import { scanOpens } from './opens.ts';
import { createTextReader } from './static-text.ts';
import { argumentTarget, pathTarget, urlTarget, type Reading } from './targets.ts';
import { nameImports } from './imports.ts';
import { CALL_RULES, OBFUSCATION, type CallRule } from './rules.ts';
import type { Language } from './table.ts';

export type Found = {
  readonly effects: readonly EffectDraft[];
  /** Shell source it hands to a shell. */
  readonly sources: readonly string[];
  /** Commands it starts without a shell. */
  readonly commands: readonly (readonly Word[])[];
};

type Finding = { effects: EffectDraft[]; sources: string[]; commands: (readonly Word[])[] };

/** How often a program of perl may say `open`: what follows each is read. */
const MAX_OPENS = 512;

/** Calls of one program that are looked at. */
const MAX_CALLS = 64;

export function scanSource(run: Run, text: string, language: Language, place: Place): Found {
  const found: Finding = { effects: [], sources: [], commands: [] };
  if (text.length > MAX_SOURCE_CHARS) {
    found.effects.push(opaqueEffect('the program is too long'));
    return found;
  }
  const source = nameImports(text, language);
  run.step(1 + Math.ceil(source.length / 1024));
  const read = createTextReader(source, place);
  if (OBFUSCATION[language]?.test(source)) found.effects.push(opaqueEffect('the program builds code while it runs'));
  for (const rule of CALL_RULES[language]) scanCalls(run, source, rule, { ...place, read }, found);
  scanQuotedCommands(source, language, found);
  scanOpens(source, language, { ...place, read }, found);
  scanRequests(source, language, found);
  scanClients(source, language, read, found);
  if (language === 'python') scanBodies(source, found);
  if (SOCKETS[language]?.test(source) && startsShell(found)) found.effects.push({ ...opaqueEffect('a shell for somebody else', { remote: true }) }); // prettier-ignore
  return { ...found, effects: withSecrets(found.effects) };
}

function scanCalls(run: Run, source: string, rule: CallRule, place: Reading, found: Finding): void {
  let calls = 0;
  for (const match of source.matchAll(rule.call)) {
    run.step();
    if (++calls > MAX_CALLS) {
      found.effects.push(opaqueEffect('the program makes too many calls'));
      return;
    }
    const args = readArguments(source, match.index + match[0].length, place.read);
    if (rule.does === 'shell') addCommand(args, match[0], found);
    else if (rule.effect) found.effects.push(fileEffect(rule, args, place));
  }
}

/** One string is source for a shell; a list, or several strings, is a command by itself. */
function addCommand(args: readonly Argument[], name: string, found: Finding): void {
  const [first, second] = args;
  if (/os\.(?:exec[lv]|spawn|posix_spawn)/.test(name)) return addSpawned(args, name, found);
  if (first?.kind === 'list') found.commands.push(first.values.map((value) => staticWord(value)));
  else if (first?.kind === 'string') {
    if (second?.kind === 'list') found.commands.push([first.value, ...second.values].map((value) => staticWord(value)));
    else if (second?.kind === 'string' && !/popen|Popen/.test(name)) found.commands.push(args.map(argumentWord));
    else if (/spawn|execFile/.test(name) && !/\s/.test(first.value))
      found.commands.push([staticWord(first.value), ...(second && second.kind === 'unknown' && second.text.startsWith('[') ? [dynamicWord(second.text)] : [])]); // prettier-ignore
    else found.sources.push(first.value);
  } else {
    const partial = first && listStart(first);
    if (partial) found.commands.push(partial);
    else found.effects.push(opaqueEffect(`${name} of text made at run time`));
  }
}

/** `['rm', '-rf', path]`: the known beginning and something unknown. */
function listStart(argument: Argument): readonly Word[] | undefined {
  if (argument.kind !== 'unknown') return undefined;
  const match = /^\[\s*(["'])([\w./-]+)\1\s*,/.exec(argument.text);
  if (!match?.[2]) return undefined;
  const rest = [...argument.text.slice(match[0].length).matchAll(/(["'])((?:(?!\1)[^\\])*)\1/g)];
  return [staticWord(match[2]), ...rest.map((item) => staticWord(item[2] ?? '')), dynamicWord('…')];
}

/** `os.execvp(file, [name, …])` and `os.execlp(file, name, …)`: the name the program is told is no argument. */
function addSpawned(args: readonly Argument[], name: string, found: Finding): void {
  const spawn = name.includes('spawn') && !name.includes('posix');
  const [file, second, ...others] = spawn ? args.slice(1) : args;
  if (file?.kind !== 'string') return void found.effects.push(opaqueEffect(`${name} of a program made at run time`));
  const rest = second?.kind === 'list' ? second.values.slice(1).map((value) => staticWord(value)) : others.map(argumentWord); // prettier-ignore
  const unseen = second?.kind === 'unknown' ? [dynamicWord(second.text)] : [];
  found.commands.push([staticWord(file.value), ...rest, ...unseen]);
}

function argumentWord(argument: Argument): Word {
  if (argument.kind === 'string') return staticWord(argument.value);
  return dynamicWord(argument.kind === 'unknown' ? argument.text : argument.values.join(' '));
}

const PATHLESS: ReadonlySet<EffectKind> = new Set<EffectKind>(['message.send', 'process.kill']);

function fileEffect(rule: CallRule, args: readonly Argument[], place: Place): EffectDraft {
  const kind = rule.effect ?? 'code.opaque';
  const attributes: EffectAttributes = { ...(rule.recursive ? { recursive: true } : {}), ...(rule.overwrites ? { overwrite: true } : {}) }; // prettier-ignore
  if (PATHLESS.has(kind)) return { kind, targets: [], attributes };
  const argument = args[rule.argument ?? 0];
  if (kind === 'net.send' || kind === 'net.fetch') return { kind, targets: [urlTarget(argument)], attributes };
  // Perl's unlink and chmod take any number of paths.
  const targets = argument?.kind === 'list' ? argument.values.map((value) => pathTarget(place, value)) : [argumentTarget(place, argument)]; // prettier-ignore
  const [from] = targets;
  if (kind !== 'file.move' || from === undefined) return { kind, targets, attributes };
  return { kind, targets, attributes, brings: [{ from, to: argumentTarget(place, args[1]) }] };
}

/**
 * Patterns here look ahead a bounded distance, so that no text makes them quadratic.
 * Backticks, `%x(…)`, `qx{…}`, and awk's pipes. */
const QUOTED_COMMANDS: Partial<Record<Language, readonly RegExp[]>> = {
  perl: [/`((?:[^`\\]|\\.)*)`/gs, /\bqx\s*(?:\{([^}]*)\}|\(([^)]*)\)|\/([^/]*)\/|'([^']*)')/gs, /\bopen\s*\(?[^;]{0,120}?,\s*["']\s*\|\s*([^"']+)["']/gs, /\bopen\s*\(?[^;]{0,120}?["']([^"']+?)\|\s*["']/gs], // prettier-ignore
  ruby: [
    /`((?:[^`\\]|\\.)*)`/gs,
    /%x(?:\{([^}]*)\}|\(([^)]*)\)|\[([^\]]*)\])/gs,
    /(?<![\w.])open\s*\(?\s*["']\|\s*([^"']+)["']/gs,
  ],
  php: [/`((?:[^`\\]|\\.)*)`/gs],
  // Groovy, Scala, Julia and Tcl.
  other: [/["']((?:[^"'\\]|\\.){1,400})["']\s*\.\s*(?:execute\s*\(|!|#\||lazyLines|lineStream)/gs, /(?:\brun|\bread|\bsuccess)\s*\(\s*`([^`]*)`/gs, /(?:^|[;\n[{])\s*exec\s+([^;\n\]}"'(]+)/g], // prettier-ignore
  awk: [/\|&?\s*"((?:[^"\\]|\\.)*)"/gs, /"((?:[^"\\]|\\.)*)"\s*\|&?\s*getline/gs],
};

function scanQuotedCommands(source: string, language: Language, found: Finding): void {
  if (language === 'perl' && [...source.matchAll(/\bopen\b/g)].length > MAX_OPENS) return void found.effects.push(opaqueEffect('the program opens too much')); // prettier-ignore
  for (const pattern of QUOTED_COMMANDS[language] ?? []) {
    for (const match of source.matchAll(pattern)) {
      const text = match.slice(1).find((group) => group !== undefined) ?? '';
      if (found.sources.length < MAX_CALLS) found.sources.push(text.replaceAll('#{', '${'));
    }
  }
  if (language !== 'awk') return;
  if (/\bprint(?:f)?\b[^;}\n|]{0,400}\|\s*[A-Za-z_(]/.test(source)) found.effects.push(opaqueEffect('a pipe to a command made at run time')); // prettier-ignore
}

/** Requests whose method is told in an option, and bare sockets. */
function scanRequests(source: string, language: Language, found: Finding): void {
  if (language === 'javascript') {
    for (const match of [...source.matchAll(/(?<![\w.])fetch(?=\s*\()/g)].slice(0, MAX_CALLS)) {
      const args = readArguments(source, match.index + match[0].length);
      const sends = args.slice(1).some((argument) => argument.kind === 'unknown' && /\bmethod\b\s*:\s*["'`](?!GET|HEAD)/i.test(argument.text)); // prettier-ignore
      found.effects.push({ kind: sends ? 'net.send' : 'net.fetch', targets: [urlTarget(args[0])], attributes: {} });
    }
  }
  if (SOCKETS[language]?.test(source)) found.effects.push({ kind: 'net.send', targets: [{ kind: 'unknown', name: 'a socket', dynamic: true }], attributes: {} }); // prettier-ignore
}

const SHELL =
  /^(?:\/(?:usr\/)?bin\/)?(?:(?:ba|da|z|k|a)?sh|cmd(?:\.exe)?|powershell(?:\.exe)?)(?:\s+-\w*i\w*)*(?:\s+[<>&\d]+)*\s*$/;

/** A shell without a command, which obeys what it is connected to. */
function startsShell({ sources, commands }: Finding): boolean {
  const started = [...sources, ...commands.map((words) => words.map(({ text }) => text).join(' '))];
  return started.some((text) => SHELL.test(text));
}

/** `urlopen(url, data)` sends. */
function scanBodies(source: string, found: Finding): void {
  for (const match of [...source.matchAll(/\b(?:urlopen|Request)(?=\s*\()/g)].slice(0, MAX_CALLS)) {
    const [url, body] = readArguments(source, match.index + match[0].length);
    const text = body?.kind === 'unknown' ? body.text : '';
    if (body === undefined || /^(?:timeout|context|headers|method|cafile)\s*=|^None$/.test(text)) continue;
    found.effects.push({ kind: 'net.send', targets: [urlTarget(url)], attributes: {} });
  }
}

/** A program that reads a secret and speaks to the network may send the one to the other. */
function withSecrets(effects: readonly EffectDraft[]): readonly EffectDraft[] {
  const secrets = effects.filter(({ kind }) => kind === 'file.read').flatMap(({ targets }) => targets.filter(({ name }) => isSecretPath(name))); // prettier-ignore
  if (secrets.length === 0) return effects;
  const named: EffectDraft = { kind: 'secret.read', targets: secrets, attributes: {} };
  const sends = effects.some(({ kind }) => kind === 'net.send' || kind === 'net.fetch');
  if (!sends) return [...effects, named];
  const uploads = effects.map((effect) => (effect.kind === 'net.send' || effect.kind === 'net.fetch' ? { ...effect, kind: 'net.upload' as const, targets: [...secrets, ...effect.targets] } : effect)); // prettier-ignore
  return [...uploads, named];
}

const SOCKETS: Partial<Record<Language, RegExp>> = {
  python:
    /\bsocket\.(?:socket|create_connection)\s*\(|\burlopen\s*\([^)]{0,400}\bdata\s*=|\bRequest\s*\([^)]{0,400}\b(?:data|method)\s*=|\bftplib\b/,
  javascript: /\bnet\.(?:connect|createConnection|Socket)\b|\bmethod\s*:\s*["'`](?:POST|PUT|PATCH|DELETE)/i,
  perl: /\bIO::Socket\b|\bsocket\s*\(/,
  ruby: /\bTCPSocket\b|\bNet::HTTP::(?:Post|Put|Delete|Patch)\b/,
  php: /\bfsockopen\s*\(|\bcurl_exec\s*\(/,
};
