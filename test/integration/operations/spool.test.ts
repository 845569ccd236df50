/** What runs in observe mode while nobody can be asked, and how it gets into the trace. */
import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';

import { buildNative } from '../../../build/native.ts';
import { ROOT } from '../../../build/root.ts';
import { frameWords } from '../../../cli/show/frame-words.ts';
import { resolvePaths, type Paths } from '../../../protocol/paths.ts';
import { SpooledAsk } from '../../../protocol/spool.ts';
import { setClientMode } from '../../../shims/client-conf.ts';
import { installShims } from '../../../shims/install.ts';
import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { run } from '../native/installed.ts';

let home: string;
let paths: Paths;

beforeEach(() => {
  home = tempFolder();
  paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
});

test(verifies('spool:imported'), async () => {
  const client = observingClient();
  expect(await client.git(['push', '--force', 'origin', 'b1'])).toMatchObject({
    code: 0,
    out: 'push|--force|origin|b1|',
  });
  expect(await client.git(['status'])).toMatchObject({ code: 0 });
  const lines = spooled();
  expect(lines.map(({ ask }) => ask.argv.slice(1))).toEqual([['push', '--force', 'origin', 'b1'], ['status']]);
  expect(lines.every(({ at, why }) => Math.abs(Date.now() - at) < 60_000 && why === 'unreachable')).toBe(true);

  const daemon = await startDaemon({ home });
  await imported(daemon, 2);
  const log = await daemon.control.call('log');
  const push = log.find(({ summary }) => summary.includes('force-push'));
  expect(push).toMatchObject({
    session: 'spooled',
    agent: 'unknown',
    verdict: 'spooled',
    outcome: 'unknown',
    kind: 'exec',
  });
  // The daemon was never told to observe: the settings of the clients were changed behind its back.
  expect(push?.summary).toMatch(/^ran unjudged, claimed at \d{4}-.* UTC and imported later; no observe period covers this: it may be forged: /); // prettier-ignore
  const [assessed, decided] = await daemon.control.call('trace', { params: { id: push?.traceId ?? '' } });
  const claims = { imported: true, trust: 'spooled', claimedAt: lines[0]?.at, why: 'unreachable' };
  expect(assessed?.event).toMatchObject({ kind: 'action.assessed', data: claims });
  expect(decided?.event).toMatchObject({
    kind: 'action.decided',
    data: { ...claims, by: 'observe', wanted: 'escalate' },
  });
  expect(existsSync(join(home, 'spool/asks.jsonl'))).toBe(false);
  expect(existsSync(join(home, 'spool/importing.jsonl'))).toBe(false);

  // Also what comes later, without a restart. The daemon has told the clients that it enforces.
  setClientMode(paths, 'observe');
  expect(await client.git(['push', '--force', 'origin', 'b2'])).toMatchObject({ code: 0 });
  await imported(daemon, 1);
});

test(verifies('spool:covered'), { timeout: 120_000 }, async () => {
  const observing = await startDaemon({ home });
  await enrolHuman(observing);
  await observing.control.call('mode', { body: { mode: 'observe' } });
  const at = Date.now();
  await observing.stop();
  const honest = entry(['git', 'push', '--force', 'origin', 'b1'], at + 10_000);
  spool(`${honest}${entry(['git', 'push', '--force', 'origin', 'b2'], at - 3_600_000)}`);
  const daemon = await startDaemon({ home });
  await imported(daemon, 2);
  const lines = (await daemon.control.call('log')).filter(({ session }) => session === 'spooled');
  expect(lines.map(({ verdict }) => verdict)).toEqual(['spooled', 'spooled']);
  expect(lines.map(({ summary }) => summary.includes('it may be forged'))).toEqual([false, true]);
  const frames = await daemon.control.call('trace', { params: { id: lines[1]?.traceId ?? '' } });
  expect(frames.map(({ event }) => event.data['covered'])).toEqual([false, false]);
  expect(frames[1] === undefined ? '' : frameWords(frames[1])).toContain('it may be forged');
});

test(verifies('spool:allowance'), { timeout: 180_000 }, async () => {
  const large = (name: string) => entry(['git', 'status', `${name}${'x'.repeat(1024 * 1024)}`]);
  const names = Array.from({ length: 10 }, (_, at) => `a${at}`);
  spool(names.map(large).join(''));
  const daemon = await startDaemon({ home });
  expect(await imported(daemon, 7)).toMatchObject({ imported: 7, beyond: 3, kept: true, refused: 0 });
  const [line] = (await daemon.control.call('log')).filter(({ kind }) => kind === 'spool.imported');
  expect(line?.summary).toContain('3 beyond what a day may bring, kept in spool/');
  const [kept] = readdirSync(join(home, 'spool')).filter((name) => name.startsWith('beyond-'));
  expect(readFileSync(join(home, 'spool', kept ?? ''), 'utf8').match(/"type":"spooled"/g)).toHaveLength(10);
  await daemon.stop();
  // The day goes on over restarts.
  for (const [round, brought] of [['b', 7], ['c', 1]] as const) {
    writeFileSync(join(home, 'spool/asks.jsonl'), names.map((name) => large(round + name)).join(''), { mode: 0o600 });
    const again = await startDaemon({ home });
    await eventually(() => (existsSync(join(home, 'spool/asks.jsonl')) || existsSync(join(home, 'spool/importing.jsonl')) ? undefined : true), 'the end of the import'); // prettier-ignore
    expect(await imported(again, brought)).toMatchObject({ imported: brought, beyond: 10 - brought });
    await again.stop();
  }
}); // prettier-ignore

test(verifies('spool:odd-places'), async () => {
  spool(entry(['git', 'status']));
  mkdirSync(join(home, 'spool/dropped'));
  const daemon = await startDaemon({ home });
  expect(await imported(daemon, 1)).toMatchObject({ imported: 1, dropped: 0 });
  await eventually(() => (existsSync(join(home, 'spool/dropped')) ? undefined : true), 'the folder to be set aside');
  const put: readonly ((path: string) => void)[] = [
    (path) => mkdirSync(path),
    (path) => execFileSync('mkfifo', [path]),
    (path) => symlinkSync(join(home, 'nothing'), path),
  ];
  for (const name of ['asks.jsonl', 'importing.jsonl']) {
    for (const make of put) {
      const path = join(home, 'spool', name);
      make(path);
      await eventually(() => (lstatSync(path, { throwIfNoEntry: false }) === undefined ? true : undefined), `${name} to be set aside`); // prettier-ignore
    }
  }
  appendFileSync(join(home, 'spool/asks.jsonl'), entry(['git', 'log']));
  appendFileSync(join(home, 'spool/asks.jsonl'), entry(['git', 'diff']));
  await imported(daemon, 2);
});

test(verifies('spool:once'), { timeout: 120_000 }, async () => {
  const asks = Array.from({ length: 200 }, (_, at) => entry(['git', 'push', '--force', 'origin', `b${at}`]));
  spool([...asks, ...asks.slice(0, 50)].join(''));
  let interrupted = 0;
  for (let round = 0; round < 6; round += 1) {
    const daemon = await startDaemon({ home });
    const count = (): number => countOf("SELECT count(DISTINCT trace_id) FROM events WHERE trace_id LIKE 's%'");
    const before = count();
    if (before === asks.length) break;
    await eventually(() => (count() > before ? true : undefined), 'an import to go on');
    await sleep(Math.random() * 30);
    await daemon.kill();
    if (count() < asks.length) interrupted += 1;
  }
  expect(interrupted).toBeGreaterThan(0);
  const daemon = await startDaemon({ home });
  await eventually(() => (existsSync(join(home, 'spool/importing.jsonl')) ? undefined : true), 'the end of the import');
  await daemon.stop();
  expect(countOf("SELECT count(DISTINCT trace_id) FROM events WHERE trace_id LIKE 's%'")).toBe(asks.length);
  expect(countOf("SELECT count(*) FROM events WHERE trace_id LIKE 's%'")).toBe(2 * asks.length);
});

test(verifies('spool:late-writers'), { timeout: 120_000 }, async () => {
  const client = observingClient();
  const daemon = await startDaemon({ home });
  setClientMode(paths, 'observe');
  const names = Array.from({ length: 64 }, (_, at) => `b${at}`);
  for (let at = 0; at < names.length; at += 8) {
    await Promise.all(names.slice(at, at + 8).map((name) => client.git(['push', '--force', 'origin', name])));
    // Some are written while the file before them is being taken away.
    await sleep(Math.random() * 60);
  }
  await eventually(
    () =>
      countOf("SELECT count(DISTINCT trace_id) FROM events WHERE trace_id LIKE 's%'") === names.length
        ? true
        : undefined,
    'every line',
  );
  expect(existsSync(join(home, 'spool/dropped'))).toBe(false);
  await daemon.stop();
});

test(verifies('spool:hostile'), async () => {
  const honest = entry(['git', 'status']);
  const parsed = JSON.parse(honest) as Record<string, unknown>;
  const lines = [
    honest,
    honest,
    'not json\n',
    `${JSON.stringify({ ...parsed, mode: 'enforce' })}\n`,
    `${JSON.stringify({ ...parsed, type: 'verdict', verdict: 'allow' })}\n`,
    `${JSON.stringify({ ...parsed, approval: 'abc' })}\n`,
    `${JSON.stringify({ ...parsed, ask: { ...(parsed['ask'] as object), session: 'run-0123456789ab', id: 't0000' } })}\n`,
    entry(['rm', '-rf', home]),
    `${'['.repeat(200_000)}\n`,
    `${'x'.repeat(20 * 1024 * 1024)}\n`,
    honest.slice(0, 40),
  ];
  spool(lines.join(''));
  const daemon = await startDaemon({ home });
  const frame = await imported(daemon, 3);
  expect(frame).toMatchObject({ imported: 3, known: 1, refused: 7, dropped: 0 });
  const { approvers, pending, problems } = await daemon.control.call('status');
  expect({ approvers, pending, problems }).toEqual({ approvers: 0, pending: 0, problems: [] });
  expect(await daemon.control.call('grants')).toEqual([]);
  const kinds = new Set((await daemon.control.call('log', { query: { limit: 1000 } })).map(({ kind }) => kind));
  expect([...kinds].filter((kind) => /grant|approv|control|session|mode|pause/.test(kind))).toEqual([]);
  expect(existsSync(join(home, 'denials.json'))).toBe(false);

  symlinkSync('/etc/passwd', join(home, 'spool/asks.jsonl'));
  await eventually(() => (daemon.output().includes('it was set aside') ? true : undefined), 'the link to be set aside');
  appendFileSync(join(home, 'spool/asks.jsonl'), entry(['git', 'log']));
  await imported(daemon, 1);
});

test(verifies('spool:bounded'), async () => {
  const client = observingClient();
  mkdirSync(join(home, 'spool'), { mode: 0o700 });
  writeFileSync(join(home, 'spool/asks.jsonl'), entry(['git', 'log']));
  truncateSync(join(home, 'spool/asks.jsonl'), 64 * 1024 * 1024 - 10);
  expect(await client.git(['push'])).toMatchObject({ code: 0 });
  expect(await client.git(['push'])).toMatchObject({ code: 0 });
  expect(readFileSync(join(home, 'spool/dropped'), 'utf8')).toBe('..');
  const daemon = await startDaemon({ home });
  expect(await imported(daemon, 1)).toMatchObject({ dropped: 2, refused: 1 });
  const [line] = (await daemon.control.call('log')).filter(({ kind }) => kind === 'spool.imported');
  expect(line?.summary).toContain('2 found no room');
});

type Client = { git(args: readonly string[]): ReturnType<typeof run> };

/** A real shim that finds no daemon. */
function observingClient(): Client {
  const built = buildNative();
  if (!built.ok) throw new Error(built.reason);
  const bin = join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), 'printf "%s|" "$@"\n', { mode: 0o755 });
  copyFileSync('/bin/true', join(bin, 'true'));
  const away = { ...paths, agentSocket: join(home, 'nobody.sock') };
  installShims({
    paths: away,
    tools: ['git'],
    nodePath: '',
    daemonEntry: '',
    nativeDir: join(ROOT, 'dist/native'),
    pathEnv: bin,
  });
  setClientMode(paths, 'observe');
  return { git: (args) => run(join(paths.shims, 'git'), args, { env: { PATH: `${paths.shims}:${bin}` } }) };
}

function entry(argv: readonly string[], at = Date.now()): string {
  const ask = {
    v: 1,
    type: 'ask',
    id: randomUUID(),
    entry: 'shim',
    name: argv[0],
    executable: `/bin/${argv[0]}`,
    argv,
    cwd: '/',
    env: {},
    stdin: 'null',
  };
  return `${JSON.stringify(SpooledAsk.parse({ v: 1, type: 'spooled', at, mode: 'observe', why: 'lost', ask }))}\n`;
}

function spool(text: string): void {
  mkdirSync(join(home, 'spool'), { mode: 0o700 });
  writeFileSync(join(home, 'spool/asks.jsonl'), text, { mode: 0o600 });
}

function spooled(): SpooledAsk[] {
  const lines = readFileSync(join(home, 'spool/asks.jsonl'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => SpooledAsk.parse(JSON.parse(line)));
}

/** What the newest import that brought so many says of itself. */
async function imported(daemon: TestDaemon, count: number): Promise<unknown> {
  const line = await eventually(async () => {
    const lines = (await daemon.control.call('log', { query: { limit: 1000 } })).filter(
      ({ kind }) => kind === 'spool.imported',
    );
    return lines.at(-1)?.summary.startsWith(`${count} `) === true ? lines.at(-1) : undefined;
  }, `${count} imported`);
  const [frame] = await daemon.control.call('trace', { params: { id: line.traceId } });
  return frame?.event.data;
}

function countOf(sql: string): number {
  const db = new Database(paths.traceDb, { readonly: true });
  try {
    return Number(db.prepare(sql).pluck().get());
  } finally {
    db.close();
  }
}
