/** One run of understanding: where operations are collected and how deep and long it may go. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import type { EffectDraft, Items, Lookup, ParsedOperation, Redirect, StdinSource, Word } from '../types.ts';
import { MAX_OPERATIONS, MAX_PEEL_DEPTH, MAX_REDIRECTS, MAX_STEPS, MAX_WORDS, WORDS_PER_STEP } from './limits.ts';
import { UNKNOWN_CWD } from './paths.ts';
import { shownVariables } from './shell/shown-variables.ts';
import type { ShellState } from './shell/state.ts';
import { hidesCode, holdsExpansion, holdsSecret, programName, staticWord } from './words.ts';

/** Where and as what a command runs: everything the wrappers around it decided. */
export type Place = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly via: string[];
  readonly privileged: boolean;
  readonly remote: string | undefined;
  /** Effects of the wrappers, repeated on every operation they contain. */
  readonly effects: readonly EffectDraft[];
  readonly depth: number;
  /** Texts that stand for something unknown in source that was assembled at run time, such as `{}` or `$`. */
  readonly holes: readonly string[];
  /** What `{}` stands for. */
  readonly items?: Items | undefined;
  /** What is printed here goes through a program that keeps most of it. */
  readonly narrowed?: boolean;
  /** What is printed here goes to another command and is not shown. */
  readonly captured?: boolean;
  /** Variables of `env` whose value has been judged where it was assigned, and settings as `key=value`. */
  readonly judged?: readonly string[];
};

/** One command ready to be peeled: words expanded, redirections resolved. */
export type Command = {
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly stdin: StdinSource;
  readonly place: Place;
  /** The shell that runs it, when there is one: builtins change it. */
  readonly shell: ShellState | undefined;
};

/** How source text is run: what it reads, what its arguments are, and whose state it changes. */
export type SourceOptions = {
  readonly stdin: StdinSource;
  readonly positional?: readonly Word[] | undefined;
  /** Runs in this shell instead of a new one (`eval`, `source`). */
  readonly shell?: ShellState | undefined;
};

/** Thrown inside a run when a counted limit is reached; never leaves `understand`. */
export class LimitReached extends Error {}

/** The operations behind `from` up to, and without, `to` only run when the one at `from` worked. */
export type Certain = { readonly from: number; readonly to: number };

/** Operations from an index up to, and without, another one: in which order they run nobody knows. */
export type Loose = { readonly from: number; readonly to: number };

export class Run {
  readonly operations: ParsedOperation[] = [];
  readonly loose: Loose[] = [];
  readonly certain: Certain[] = [];
  readonly lookup: Lookup;
  #steps = 0;
  readonly #later: (() => void)[] = [];
  #redirects = 0;
  readonly #command: (run: Run, command: Command) => void;
  readonly #source: (run: Run, text: string, place: Place, options: SourceOptions) => void;

  constructor(
    lookup: Lookup,
    command: (run: Run, command: Command) => void,
    source: (run: Run, text: string, place: Place, options: SourceOptions) => void,
  ) {
    this.lookup = lookup;
    this.#command = command;
    this.#source = source;
  }

  /** Counts work; endless input ends here. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw new LimitReached('too many steps');
  }

  /** Understands a command, peeling whatever wraps it. */
  command(command: Command): void {
    this.step(1 + Math.floor(command.words.length / WORDS_PER_STEP));
    if (command.place.depth > MAX_PEEL_DEPTH) throw new LimitReached('nested too deeply');
    if (command.words.length > MAX_WORDS) {
      this.opaque(command.place, 'more words than are looked at');
      return this.command({ ...command, words: command.words.slice(0, MAX_WORDS) });
    }
    if (command.words.some(({ text }) => hidesCode(text))) this.opaque(command.place, 'a secret that may hold code');
    this.#command(this, command.place.holes.length === 0 ? command : markHoles(command));
  }

  /** Understands shell source. */
  source(text: string, place: Place, options: SourceOptions): void {
    this.step();
    if (place.depth > MAX_PEEL_DEPTH) throw new LimitReached('nested too deeply');
    if (hidesCode(text)) this.opaque(place, 'a secret that may hold code');
    this.#source(this, text, place, options);
  }

  /** Source in a word: what is unknown in it is also unknown in every word made of it. */
  sourceWord(word: Word, place: Place, options: SourceOptions): void {
    if (!word.dynamic || word.redacted) return this.source(word.text, place, options);
    // Joined words lost the quotes round a secret: `ssh host --token '; reboot'`.
    if (holdsSecret(word.text)) this.opaque(place, 'source with a secret in it');
    // Unknown as a whole (`xargs sh -c`): nothing in the text says where.
    const holed = place.holes.some((hole) => word.text.includes(hole) && word.text !== hole);
    if (!holed && !holdsExpansion(word.text)) return this.opaque(place, 'source made at run time');
    this.source(word.text, { ...place, holes: [...place.holes, '$', '`'] }, options);
  }

  /** Follows what may run in another order than it is written, or again and again; `endless` runs beside all that follows. */
  loosely<R>(follow: () => R, endless = false): R {
    const from = this.operations.length;
    const result = follow();
    const to = endless ? MAX_OPERATIONS : this.operations.length;
    if (this.operations.length > from && to > from + 1) this.loose.push({ from, to });
    return result;
  }

  /** What runs when everything else has run. */
  atEnd(work: () => void): void {
    this.#later.push(work);
  }

  /** What comes up meanwhile is of the same end. */
  finish(): void {
    for (const work of this.#later.splice(0)) work();
  }

  /** Takes back what was recorded since there were so many operations. */
  backTo(mark: number): void {
    this.operations.length = mark;
    for (const ranges of [this.loose, this.certain]) {
      const kept = ranges.filter(({ from }) => from < mark);
      ranges.splice(0, ranges.length, ...kept);
    }
  }

  /** Records a command as an operation. */
  emit(command: Command, effects: readonly EffectDraft[] = NONE): ParsedOperation {
    const shown = shownVariables(command);
    const operation = toOperation(command, shown.length === 0 ? effects : [...effects, ...shown]);
    this.#push(operation);
    return operation;
  }

  /** Records that something here cannot be seen. */
  opaque(place: Place, reason: string, attributes: EffectAttributes = {}): void {
    this.#push(opaqueOperation(place, reason, attributes));
  }

  #push(operation: ParsedOperation): void {
    if (this.operations.length >= MAX_OPERATIONS) throw new LimitReached('too many operations');
    const room = MAX_REDIRECTS - this.#redirects;
    const { redirects } = operation;
    this.#redirects += redirects.length;
    this.operations.push(redirects.length <= room ? operation : { ...operation, redirects: redirects.slice(0, room) });
    if (redirects.length > room) throw new LimitReached('too many redirections');
  }
}

const NONE: readonly EffectDraft[] = [];
const NO_REDIRECTS: readonly Redirect[] = [];
export const INHERITED: StdinSource = { kind: 'inherited', stdin: 'unknown' };

export function opaqueEffect(reason: string, attributes: EffectAttributes = {}): EffectDraft {
  return { kind: 'code.opaque', targets: [{ kind: 'unknown', name: reason }], attributes };
}

/** Code that was read, or that belongs to the project. */
export function codeRunEffect(name: string): EffectDraft {
  return { kind: 'code.run', targets: [{ kind: 'unknown', name }], attributes: {} };
}

export function opaqueOperation(place: Place, reason: string, attributes: EffectAttributes = {}): ParsedOperation {
  return {
    program: '?',
    argv: [],
    cwd: place.cwd,
    via: place.via,
    dynamic: true,
    words: [],
    redirects: NO_REDIRECTS,
    stdin: INHERITED,
    env: place.env,
    privileged: place.privileged,
    remote: place.remote,
    ownEffects: [...place.effects, opaqueEffect(reason, attributes)],
  };
}

function toOperation(command: Command, effects: readonly EffectDraft[]): ParsedOperation {
  const { place, words } = command;
  const first = words[0] ?? staticWord(':');
  return {
    program: programName(first) ?? '?',
    argv: words.map((word) => word.text),
    cwd: place.cwd,
    via: place.via,
    dynamic: words.some((word) => word.dynamic),
    words,
    redirects: command.redirects,
    stdin: command.stdin,
    env: place.env,
    privileged: place.privileged,
    remote: place.remote,
    ...(place.items === undefined ? {} : { items: place.items }),
    ownEffects: place.effects.length === 0 ? effects : [...place.effects, ...effects],
  };
}

/** Quotes in assembled source do not make a hole in it static: `sh -c "rm '$X'"`. */
function markHoles(command: Command): Command {
  const { holes } = command.place;
  const mark = (word: Word): Word =>
    (!word.dynamic || word.redacted) && holes.some((hole) => word.text.includes(hole))
      ? { text: word.text, dynamic: true, glob: word.glob }
      : word;
  const redirects = command.redirects.map((redirect) => ({ ...redirect, target: mark(redirect.target) }));
  return { ...command, words: command.words.map(mark), redirects };
}

/** The place inside a wrapper. */
export function inside(place: Place, wrapper: string, change: Partial<Place> = {}): Place {
  return { ...place, depth: place.depth + 1, via: [...place.via, wrapper], ...change };
}

/** On another machine or in a container: neither our folders nor our variables hold there. */
export function elsewhere(place: Place, wrapper: string, remote: string): Place {
  return inside(place, wrapper, { remote, cwd: UNKNOWN_CWD, env: {} });
}

export type Text =
  { readonly kind: 'known'; readonly text: string } | { readonly kind: 'missing' | 'absent' | 'unknown' | 'changed' };

/**
 * The text of a file as the facts have it; `unknown` wherever the engine cannot look.
 *
 * INVARIANT: making the look fail, or asking for more than is looked at, hides no code.
 */
export function askText(run: Run, place: Place, absolute: string): Text {
  if (place.remote !== undefined) return { kind: 'unknown' };
  const answer = run.lookup.ask({ kind: 'text', path: absolute });
  if (answer.kind === 'unknown' && answer.failed === true)
    run.opaque(place, `${absolute}, which could not be looked at`);
  if (answer.kind !== 'known') return { kind: answer.kind };
  return answer.data.exists ? { kind: 'known', text: answer.data.text } : { kind: 'absent' };
}
