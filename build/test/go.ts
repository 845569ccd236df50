/** The Go SDK: gofmt, go vet and its tests against a real daemon, with the counts read from `go test -json`. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import { ROOT } from '../root.ts';
import { addCounts, countingLine, NOTHING, type Counts } from './counts.ts';

const MODULE = join(ROOT, 'sdk/go');
const CACHE = join(ROOT, '.cache/go');
const PASSED: Counts = { ...NOTHING, passed: 1 };
const FAILED: Counts = { ...NOTHING, failed: 1 };

/** One line of `go test -json`; without `Test` it is about a package. */
type Event = {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
  readonly ImportPath?: string;
};
type Ended = { readonly code: number | null; readonly output: string };

export async function runGo(): Promise<Counts> {
  const missing = await missingGo();
  if (missing !== undefined) {
    say(`skipped: ${missing}`);
    return { ...NOTHING, skipped: 1 };
  }
  const root = (await ended('go', ['env', 'GOROOT'])).output.trim();
  const formatted = await quiet('gofmt', join(root, 'bin', 'gofmt'), ['-l', '.']);
  const vetted = await quiet('go vet', 'go', ['vet', './...']);
  const tested = await tests((await canRace()) ? ['-race'] : []);
  const counts = [formatted, vetted, tested].reduce(addCounts, NOTHING);
  say(countingLine(counts));
  return counts;
}

/** Why nothing can be run here. */
async function missingGo(): Promise<string | undefined> {
  const wanted = /^go (\d+\.\d+)/m.exec(readFileSync(join(MODULE, 'go.mod'), 'utf8'))?.[1] ?? '';
  const { code, output } = await ended('go', ['env', 'GOVERSION']);
  if (code === null) return `there is no Go on this machine; the SDK for Go wants ${wanted} or newer`;
  const found = /^go(\d+\.\d+)/.exec(output)?.[1] ?? '';
  if (isAtLeast(found, wanted)) return undefined;
  return `Go here is ${output.trim()}; the SDK for Go wants ${wanted} or newer`;
}

function isAtLeast(found: string, wanted: string): boolean {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** The race detector wants a C compiler. */
async function canRace(): Promise<boolean> {
  const [cgo, compiler = 'cc'] = (await ended('go', ['env', 'CGO_ENABLED', 'CC'])).output.split('\n');
  return cgo === '1' && (await ended(compiler, ['--version'])).code === 0;
}

/** A tool that says nothing when all is well. */
async function quiet(name: string, program: string, args: readonly string[]): Promise<Counts> {
  const { code, output } = await ended(program, args);
  if (code === 0 && output.trim() === '') return PASSED;
  say(`${name}:\n${output}`);
  return FAILED;
}

async function tests(more: readonly string[]): Promise<Counts> {
  const child = spawn('go', ['test', '-json', '-count=1', '-timeout=15m', ...more, './...'], options());
  const [events, complaints, code] = await Promise.all([
    readEvents(createInterface({ input: child.stdout })),
    text(child.stderr),
    exitOf(child),
  ]);
  const counts = countsOf(events);
  show(events);
  if (complaints.trim() !== '') say(complaints);
  // A package that does not build, or ends outside of a test, has no test that failed.
  return code !== 0 && counts.failed === 0 ? addCounts(counts, FAILED) : counts;
}

async function readEvents(lines: AsyncIterable<string>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const line of lines) {
    // Whatever is no JSON comes from a tool below `go test`, and is for people.
    if (line.startsWith('{')) events.push(JSON.parse(line) as Event);
    else say(line);
  }
  return events;
}

/** Of tests with subtests only those count. */
export function countsOf(events: readonly Event[]): Counts {
  const named = events.filter(({ Test }) => Test !== undefined);
  const parents = new Set(named.flatMap((event) => ancestors(nameOf(event))));
  const failed = new Set(events.filter(({ Action }) => Action === 'fail').map(nameOf));
  const leaves = named.filter((event) => !parents.has(nameOf(event)));
  const count = (action: string): number => leaves.filter(({ Action }) => Action === action).length;
  // One whose own words failed, while all of its subtests passed.
  const alone = [...parents].filter((name) => failed.has(name) && !leaves.some((leaf) => leaf.Action === 'fail' && nameOf(leaf).startsWith(`${name}/`))); // prettier-ignore
  return { passed: count('pass'), failed: count('fail') + alone.length, skipped: count('skip') };
}

/** What failed, and what does not build, in their own words. */
function show(events: readonly Event[]): void {
  const failed = new Set(events.filter(({ Action }) => Action === 'fail').map(nameOf));
  const shown = events.filter((event) => failed.has(nameOf(event)) || event.Action === 'build-output');
  for (const { Output = '' } of shown) process.stdout.write(Output);
}

function nameOf({ Package = '', Test = '' }: Event): string {
  return `${Package} ${Test}`;
}

function ancestors(name: string): string[] {
  const at = name.lastIndexOf('/');
  if (at < name.indexOf(' ')) return [];
  const above = name.slice(0, at);
  return [above, ...ancestors(above)];
}

function options() {
  const scene = [join(ROOT, 'node_modules/.bin/node'), join(ROOT, 'test/helpers/sdk-scene.ts')];
  const env = {
    ...process.env,
    // Where its makers install it, which no PATH has by itself.
    PATH: `${process.env['PATH'] ?? ''}${delimiter}/usr/local/go/bin`,
    // Nothing is fetched: it needs the standard library alone, of the Go that is here.
    GOTOOLCHAIN: 'local',
    GOPROXY: 'off',
    GOFLAGS: '',
    GOWORK: 'off',
    GOTELEMETRY: 'off',
    GOCACHE: join(CACHE, 'build'),
    GOMODCACHE: join(CACHE, 'mod'),
    COUNTERSIGN_SCENE: JSON.stringify(scene),
  };
  return { cwd: MODULE, env, stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'] };
}

async function ended(program: string, args: readonly string[]): Promise<Ended> {
  const child = spawn(program, args, options());
  const [out, complaints, code] = await Promise.all([text(child.stdout), text(child.stderr), exitOf(child)]);
  return { code, output: `${out}${complaints}` };
}

/** Nothing for a program that is not there. */
function exitOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
}

function say(line: string): void {
  process.stdout.write(`[go] ${line.trimEnd()}\n`);
}
