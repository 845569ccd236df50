/** Takes one wrapper off a command, as its table entry says. */
import type { EffectDraft, Word } from '../../types.ts';
import { inside, INHERITED, type Command, type Place, type Run } from '../run.ts';
import { UNKNOWN_CWD } from '../paths.ts';
import { emitUnknown } from '../unknown-program.ts';
import { joinWords, parseAssignment, staticWord } from '../words.ts';
import { readOptions, type Options } from './options.ts';
import type { WrapperSpec } from './spec.ts';
import { UNSEEN } from './plain-programs.ts';
import { codeVariableEffects, judgedNames } from './variables.ts';
import { changeFolder } from './folder.ts';

export const PRIVILEGE: EffectDraft = { kind: 'privilege.gain', targets: [], attributes: { privileged: true } };

export function peel(run: Run, command: Command, name: string, spec: WrapperSpec): void {
  const start = afterVerb(command.words, spec);
  if (start === undefined) return void run.emit(command);
  const marker = spec.marked ? command.words.findIndex(({ text }, index) => index >= start && text === '--') : -1;
  if (spec.marked && marker < 0) return emitUnknown(run, command, name);
  const options = marker < 0 ? readOptions(command.words, start, spec) : { given: new Map<string, Word>(), next: marker + 1 }; // prettier-ignore
  if (spec.not?.some((option) => options.given.has(option))) return void run.emit(command);
  if (spec.keep) run.emit(command);
  const { place, next } = skipAssignments(run, command, placeInside(withoutVariables(command, name, options.next), name, spec, options), options.next, spec); // prettier-ignore
  const source = optionSource(options, spec);
  const words = command.words.slice(next + (spec.skip ?? 0));
  if (spec.writes) emitFiles(run, command, spec, options, command.words[next]);
  if (source !== undefined) return runSourceOption(run, command, source, place, words);
  // `flock FILE -c SOURCE`: the option follows the words that are skipped.
  const behind = spec.skip && spec.source ? optionSource(readOptions(words, 0, spec), spec) : undefined;
  if (behind) return run.sourceWord(behind, place, { stdin: command.stdin });
  if (words.length === 0) return bare(run, command, spec, options);
  const shell = spec.sameShell ? command.shell : undefined;
  if (spec.joined) run.sourceWord(joinWords(words), place, { stdin: command.stdin });
  else run.command({ ...command, words, place, shell });
}

function afterVerb(words: readonly Word[], spec: WrapperSpec): number | undefined {
  if (spec.verb === undefined) return 1;
  const at = words.findIndex((word, index) => index > 0 && !word.text.startsWith('-'));
  return spec.verb.includes(words[at]?.text ?? '') ? at + 1 : undefined;
}

/** `strace -o FILE CMD` writes it like a redirection; after a bar or `!` it is a command. */
function emitFiles(run: Run, command: Command, spec: WrapperSpec, options: Options, first: Word | undefined): void {
  const appends = spec.appends?.some((option) => option === 'first' || options.given.has(option)) ?? false;
  for (const option of spec.writes ?? []) {
    const file = option === 'first' ? first : options.given.get(option);
    if (file === undefined || file.text.startsWith('-') || /^\d+$/.test(file.text)) continue;
    if (/^[|!]/.test(file.text))
      run.sourceWord({ ...file, text: file.text.slice(1) }, command.place, { stdin: INHERITED }); // prettier-ignore
    else emitFile(run, command, file, appends);
  }
}

function emitFile(run: Run, command: Command, target: Word, appends: boolean): void {
  const words = [staticWord(':'), ...command.words.slice(0, 1)];
  const redirects = [{ op: appends ? '>>' : '>', fd: 1, target } as const];
  run.emit({ ...command, words, redirects, stdin: INHERITED, shell: undefined });
}

/** `env -i` and `env -u NAME` take variables away. */
function withoutVariables({ place, words }: Command, name: string, end: number): Place {
  if (name !== 'env' || Object.keys(place.env).length === 0) return place;
  const env: Record<string, string> = { ...place.env };
  for (let index = 1; index < end; index++) {
    const text = words[index]?.text ?? '';
    if (text === '-' || text === '-i' || text === '--ignore-environment') return { ...place, env: {} };
    const gone = text === '-u' || text === '--unset' ? words[index + 1]?.text : /^(?:-u|--unset=)(.+)$/.exec(text)?.[1];
    if (gone !== undefined) Reflect.deleteProperty(env, gone);
  }
  return { ...place, env };
}

function placeInside(place: Place, name: string, spec: WrapperSpec, options: Options): Place {
  const folder = spec.chdir?.map((option) => options.given.get(option)).find((word) => word !== undefined);
  return inside(place, name, {
    ...(folder ? { cwd: changeFolder(place, folder) } : {}),
    ...(spec.gain ? { privileged: true, effects: withPrivilege(place.effects) } : {}),
    ...(spec.remote === undefined ? {} : { remote: place.remote ?? spec.remote, cwd: UNKNOWN_CWD }),
  });
}

/** `sudo sudo rm` gains once. */
export function withPrivilege(effects: readonly EffectDraft[]): readonly EffectDraft[] {
  return effects.includes(PRIVILEGE) ? effects : [...effects, PRIVILEGE];
}

function skipAssignments(
  run: Run,
  command: Command,
  place: Place,
  start: number,
  spec: WrapperSpec,
): { place: Place; next: number } {
  if (!spec.assignments) return { place, next: start };
  const env: Record<string, string> = { ...place.env };
  const assigned: { name: string; value: Word }[] = [];
  let next = start;
  for (; next < command.words.length; next++) {
    const word = command.words[next];
    const assignment = word && parseAssignment(word);
    if (assignment === undefined) break;
    assigned.push(assignment);
    env[assignment.name] = assignment.value.dynamic ? UNSEEN : assignment.value.text;
  }
  if (assigned.length === 0) return { place, next };
  // Sudo takes options after assignments too.
  next = readOptions(command.words, next, spec).next;
  const changed = { ...place, env, judged: [...(place.judged ?? []), ...judgedNames(assigned)] };
  codeVariableEffects(run, changed, assigned);
  return { place: changed, next };
}

function optionSource(options: Options, spec: WrapperSpec): Word | undefined {
  return spec.source?.map((option) => options.given.get(option)).find((word) => word !== undefined);
}

/** `env -S 'rm -rf'  dir` and `flock FILE -c '…'`: the option holds the command, words after it are arguments. */
function runSourceOption(run: Run, command: Command, source: Word, place: Place, words: readonly Word[]): void {
  run.sourceWord(joinWords([source, ...words.map(quoted)]), place, { stdin: command.stdin });
}

function quoted(word: Word): Word {
  return word.dynamic ? word : { ...word, text: `'${word.text.replaceAll("'", String.raw`'\''`)}'` };
}

/** A wrapper without a command: harmless for most; another user's shell reads its commands from elsewhere. */
function bare(run: Run, command: Command, spec: WrapperSpec, options: Options): void {
  if (!spec.gain) return spec.keep ? undefined : void run.emit(command);
  const shell = spec.shell?.some((option) => options.given.has(option)) ?? false;
  // `sudo -s <<< '…'`: the shell reads what it is fed.
  if (shell && command.stdin.kind !== 'inherited') return run.command({ ...command, words: [staticWord('sh')], place: inside(command.place, 'shell', { privileged: true, effects: withPrivilege(command.place.effects) }), shell: undefined }); // prettier-ignore
  if (shell) return void run.emit({ ...command, place: { ...command.place, privileged: true } }, [PRIVILEGE]);
  run.emit(command, [PRIVILEGE]);
}
