/** Six homes that differ in nothing but what stands before the tools: nothing, or shims of which each kind has a daemon. */
import { spawnSync } from 'node:child_process';
import { chownSync, chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildNative } from '../../../../build/native.ts';
import { ROOT } from '../../../../build/root.ts';
import { resolvePaths } from '../../../../protocol/paths.ts';
import type { WireAsk } from '../../../../protocol/wire.ts';
import { installShims, installStartFiles, setClientMode } from '../../../../shims/install.ts';
import { enrolHuman, startDaemon, type TestDaemon } from '../../../helpers/daemon.ts';
import { tempFolder } from '../../../helpers/temp.ts';
import { allow, serve, SYSTEM_PATH } from '../installed.ts';

/** Names of one length, so that every path, and with them every size, is the same in each. */
export const LANES = ['plain', 'allow', 'holds', 'pause', 'watch', 'alone'] as const;
export type Lane = (typeof LANES)[number];

export const WHAT: Readonly<Record<Lane, string>> = {
  plain: 'directly',
  allow: 'enforce, allowed at once',
  holds: 'enforce, held and then approved',
  pause: 'enforce, the real daemon while nobody is asked',
  watch: 'observe, the real daemon',
  alone: 'observe, no daemon',
};

export const NOTE = 'held for a person';

export type Stage = {
  readonly base: string;
  readonly bin: string;
  readonly env: (lane: Lane) => Record<string, string>;
  readonly home: (lane: Lane) => string;
  /** How many questions came so far; the real daemon and none at all are not counted. */
  readonly asked: (lane: Lane) => number;
};

const isRoot = process.getuid?.() === 0;
const PAUSE_MS = 3_600_000;
const NOBODY = 65_534;
const SYSTEM_TOOLS = ['git', 'factor'];

export async function buildStage(): Promise<Stage> {
  const built = buildNative();
  if (!built.ok) throw new Error(built.reason);
  const base = tempFolder();
  const bin = `${base}/bin`;
  const tools = [...SYSTEM_TOOLS, ...makeTools(bin)];
  const home = (lane: Lane): string => `${base}/${lane}`;
  const counts = new Map<Lane, () => number>();
  for (const lane of LANES) {
    const user = `${base}/user/${lane}`;
    mkdirSync(user, { recursive: true });
    mkdirSync(`${home(lane)}/shims`, { recursive: true, mode: 0o700 });
    writeStartFiles(user, `${home(lane)}/shims`, bin);
    if (lane !== 'plain') install(home(lane), tools, bin);
  }
  const replies: Partial<Record<Lane, (ask: WireAsk) => string>> = { allow, holds: holdThenAllow };
  for (const lane of LANES) {
    const reply = replies[lane];
    if (reply === undefined) continue;
    const { asks } = await serve(pathsOf(home(lane)).agentSocket, reply);
    counts.set(lane, () => asks.length);
  }
  setClientMode(pathsOf(home('alone')), 'observe');
  const [enforcing, observing] = await Promise.all([realDaemon(home('pause')), realDaemon(home('watch'))]);
  await enforcing.control.call('pause', { body: { durationMs: PAUSE_MS, reason: 'comparing' } });
  await observing.control.call('mode', { body: { mode: 'observe' } });
  return {
    base,
    bin,
    home,
    asked: (lane) => counts.get(lane)?.() ?? 0,
    env: (lane) => ({
      PATH: `${home(lane)}/shims:${bin}:${SYSTEM_PATH}`,
      SHIMS: `${home(lane)}/shims`,
      BIN: bin,
      HOME: `${base}/user/${lane}`,
      LC_ALL: 'C',
      TERM: 'dumb',
      ...GIT_IDENTITY,
    }),
  };
}

async function realDaemon(home: string): Promise<TestDaemon> {
  const daemon = await startDaemon({ home });
  await enrolHuman(daemon);
  return daemon;
}

const GIT_IDENTITY = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@example.org',
  GIT_AUTHOR_DATE: '2001-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@example.org',
  GIT_COMMITTER_DATE: '2001-01-01T00:00:00Z',
  GIT_CONFIG_NOSYSTEM: '1',
};

/** Puts the tools of the cases into `bin`; answers the names to guard. `launch` and `preload.so` are none. */
function makeTools(bin: string): readonly string[] {
  mkdirSync(bin);
  const compile = (source: string, output: string, ...more: string[]): void => {
    const { stderr } = spawnSync(
      'cc',
      ['-D_GNU_SOURCE', '-O1', ...more, '-o', `${bin}/${output}`, join(import.meta.dirname, source)],
      { encoding: 'utf8' },
    );
    if (stderr !== '') throw new Error(stderr);
  };
  compile('probe.c', 'probe');
  compile('launch.c', 'launch');
  compile('preload.c', 'preload.so', '-shared', '-fPIC');
  for (const name of ['chosen', 'setid']) copyFileSync(`${bin}/probe`, `${bin}/${name}`);
  if (isRoot) {
    chownSync(`${bin}/setid`, NOBODY, NOBODY);
    chmodSync(`${bin}/setid`, 0o6755);
  }
  copyFileSync('/bin/bash', `${bin}/inner`);
  const scripts = {
    bangless: 'printf "<%s>" "$0" "$@"\nexit 5\n',
    hollow: '',
    script: '#!/bin/sh\nprintf "<%s>" "$0" "$@"\nexit 6\n',
    uninterpreted: '#!/nonexistent/interpreter\n',
    garbage: '\u007fELF\0\0\0\0 not really\n',
  };
  for (const [name, text] of Object.entries(scripts)) writeFileSync(`${bin}/${name}`, text, { mode: 0o755 });
  return ['probe', 'chosen', 'setid', 'inner', ...Object.keys(scripts)];
}

function pathsOf(home: string) {
  return resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
}

function install(home: string, tools: readonly string[], bin: string): void {
  const paths = pathsOf(home);
  mkdirSync(paths.run, { mode: 0o700 });
  const { skipped } = installShims({
    paths,
    tools,
    // Without a node no start is tried and nobody waits for one.
    nodePath: '',
    daemonEntry: '',
    nativeDir: join(ROOT, 'dist/native'),
    pathEnv: `${bin}:${SYSTEM_PATH}`,
  });
  if (skipped.length > 0) throw new Error(`not guarded: ${skipped.join(' ')}`);
}

/** As a person has them: the tools are found in every shell, and ours come on top. */
function writeStartFiles(user: string, shims: string, bin: string): void {
  mkdirSync(`${user}/.config/fish/conf.d`, { recursive: true });
  for (const name of ['.bashrc', '.profile', '.zshenv', '.zprofile'])
    writeFileSync(`${user}/${name}`, `PATH="$PATH:${bin}"\n`);
  writeFileSync(`${user}/.config/fish/conf.d/a.fish`, `set -gx PATH $PATH ${bin}\n`);
  installStartFiles(user, shims, ['bash', 'zsh', 'fish']);
}

function holdThenAllow(ask: WireAsk): string {
  const held = { v: 1, type: 'held', id: ask.id, approval: 'k7', message: NOTE };
  return `${JSON.stringify(held)}\n${allow(ask)}`;
}
