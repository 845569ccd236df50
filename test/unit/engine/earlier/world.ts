/** A small pretended machine: what lies where and what git knows of it, and how a command in it is judged. */
import { assess } from '../../../../daemon/engine/assess.ts';
import { noParsers } from '../../../../daemon/engine/sql/load.ts';
import { answerFor } from '../../../../daemon/policy/decision-test-facts.ts';
import type { Action } from '../../../../protocol/action.ts';
import type { Assessment } from '../../../../protocol/assessment.ts';
import { factKey, NO_FILES, type FactNeed, type FactValue } from '../../../../protocol/facts.ts';
import { CWD, DEFAULT } from '../judge/fixtures.ts';

export type State = 'tracked' | 'dirty' | 'untracked' | 'ignored' | 'regenerable';

export type Machine = {
  /** Files by their path below the working directory. */
  readonly files: Readonly<Record<string, State>>;
  /** Names of folders that are ignored, and built again. */
  readonly rebuilt?: readonly string[];
  readonly repo?: Readonly<Record<string, unknown>>;
  /** Commits that `origin/x` has and the revision has not, all of them made here. */
  readonly lost?: Readonly<Record<string, number>>;
  readonly kube?: Readonly<Record<string, unknown>>;
  /** What the session did before. */
  readonly session?: Readonly<Record<string, unknown>>;
  /** Kinds of questions that nobody answers. */
  readonly blind?: readonly FactNeed['kind'][];
};

/** A project with clean, changed and new work, and what its tools made. */
export const PROJECT: Machine = {
  files: {
    'src/main.ts': 'dirty',
    'src/draft.ts': 'untracked',
    'lib/a.ts': 'tracked',
    'lib/b.ts': 'tracked',
    'notes/plan.md': 'untracked',
    'node_modules/p/i.js': 'regenerable',
    'dist/out.js': 'regenerable',
    'package.json': 'tracked',
    '.gitignore': 'tracked',
  },
  rebuilt: ['node_modules', 'dist', 'build'],
};

const ROUNDS = 12;

export function judged(source: string, machine: Machine = PROJECT): Assessment {
  const action: Action = { kind: 'exec', argv: ['sh', '-c', source], cwd: CWD, env: { HOME: '/home/ada' }, agent: 'test', session: 's', stdin: 'null' }; // prettier-ignore
  const facts = new Map<string, FactValue>();
  for (let round = 0; round < ROUNDS; round++) {
    const result = assess(action, facts, DEFAULT, noParsers);
    if (result.kind === 'assessed') return result.assessment;
    for (const need of result.needs) facts.set(factKey(need), answer(need, machine));
  }
  throw new Error(`\`${source}\` asks and asks`);
}

export function scored(source: string, machine: Machine = PROJECT): number {
  return judged(source, machine).score;
}

/** What the assessment says of earlier steps. */
export function notesOf(source: string, machine: Machine = PROJECT): readonly string[] {
  return judged(source, machine).findings.filter(({ rule }) => rule === 'action.earlier-step').map(({ reason }) => reason); // prettier-ignore
}

function answer(need: FactNeed, machine: Machine): FactValue {
  if (machine.blind?.includes(need.kind) === true) return { known: false, reason: 'nobody looks' };
  return answerFor({ need, data: dataFor(need, machine) });
}

function dataFor(need: FactNeed, machine: Machine): Readonly<Record<string, unknown>> {
  switch (need.kind) {
    case 'tree':
      return treeAt(plain(need.path), machine);
    case 'path':
      return { type: typeAt(plain(need.path), machine), realPath: plain(need.path), location: locationOf(plain(need.path)) }; // prettier-ignore
    case 'glob':
      return { matches: matching(need.pattern, machine) };
    case 'git-clean': {
      const wanted = { no: ['untracked'], only: ['ignored', 'regenerable'], also: ['untracked', 'ignored', 'regenerable'] }[need.ignored]; // prettier-ignore
      return { counts: countsOf(Object.entries(machine.files).filter(([, state]) => wanted.includes(state))) };
    }
    case 'repo': {
      const states = Object.values(machine.files);
      const dirtyFiles = states.filter((state) => state === 'dirty').length;
      const untrackedFiles = states.filter((state) => state === 'untracked').length;
      return { root: CWD, dirtyFiles, untrackedFiles, ...machine.repo };
    }
    case 'git-lost': {
      const commits = machine.lost?.[need.to] ?? 0;
      return commits === 0 ? {} : { commits, madeHere: true };
    }
    case 'session':
      return machine.session ?? {};
    case 'kube-context':
      return machine.kube ?? {};
    default:
      return {};
  }
}

function plain(path: string): string {
  return path.replace(/\/+$/u, '');
}

function below(path: string, { files }: Machine): [string, State][] {
  return Object.entries(files).filter(([name]) => `${CWD}/${name}` === path || `${CWD}/${name}`.startsWith(`${path}/`));
}

function locationOf(path: string): string {
  if (path === CWD || path.startsWith(`${CWD}/`)) return 'workspace';
  return path.startsWith('/tmp/') ? 'temp' : 'outside';
}

function typeAt(path: string, machine: Machine): string {
  const found = below(path, machine);
  if (path === CWD || path === '/tmp') return 'directory';
  return found.length === 0 ? 'missing' : found.some(([name]) => `${CWD}/${name}` === path) ? 'file' : 'directory';
}

function treeAt(path: string, machine: Machine): Readonly<Record<string, unknown>> {
  const found = below(path, machine);
  const ignored = (machine.rebuilt ?? []).some((name) => path === `${CWD}/${name}` || path.startsWith(`${CWD}/${name}/`)); // prettier-ignore
  const wouldBe = path.startsWith(CWD) ? { wouldBe: ignored ? 'rebuilt' : 'untracked' } : {};
  return { exists: found.length > 0, realPath: path, location: locationOf(path), containsRepo: path === CWD, counts: countsOf(found), ...(found.length > 0 ? {} : wouldBe) }; // prettier-ignore
}

function countsOf(files: readonly (readonly [string, State])[]) {
  const many = (...states: readonly State[]): number => files.filter(([, state]) => states.includes(state)).length;
  return { ...NO_FILES, files: files.length, tracked: many('tracked'), dirty: many('dirty'), untracked: many('untracked'), ignored: many('ignored', 'regenerable'), regenerable: many('regenerable') }; // prettier-ignore
}

/** Patterns with a single star for one name. */
function matching(pattern: string, { files }: Machine): string[] {
  const test = new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '[^/.][^/]*')}(?=/|$)`, 'u');
  return [...new Set(Object.keys(files).flatMap((name) => test.exec(`${CWD}/${name}`)?.[0] ?? []))];
}
