/** Judging with looks at real files: the real looker with its worker, a repository of ordinary size, the policy that comes with Countersign. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { lazySqlParsers } from '../../daemon/engine/sql/load.ts';
import { createFactLooker } from '../../daemon/facts/looker.ts';
import { judge, type JudgeParts } from '../../daemon/gate/judge-action.ts';
import { builtInSources } from '../../daemon/policy/built-in.ts';
import { loadPolicies } from '../../daemon/policy/load.ts';
import { createUndo } from '../../daemon/undo/undo.ts';
import { Action } from '../../protocol/action.ts';
import { DEFAULT_CONFIG } from '../../protocol/config.ts';
import { compare, interleave, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';
import { CACHES, factsRepository } from './facts-repository.ts';

const run = promisify(execFile);

/** Starting the workers is not what is measured. */
const WARM_MS = 20_000;

/** The first one is what the others are compared with: what one question to git costs whoever asks it as a program. */
const BASELINE = 'git status of the repository, as a program';

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  'rm of a tracked, clean file': ['rm', 'lib/part-0/file-1.ts'],
  'rm -rf of a folder with uncommitted work': ['rm', '-rf', 'src'],
  'rm -rf node_modules (3,000 files)': ['rm', '-rf', 'node_modules'],
  'rm -rf of 132 __pycache__': ['rm', '-rf', ...CACHES],
  'git add of a file': ['git', 'add', 'src/changed.ts'],
  'git clean -fdX': ['git', 'clean', '-fdX'],
};

export async function facts({ warmup, rounds }: Rounds): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-facts-'));
  const root = factsRepository(join(folder, 'work/shop'));
  const { parts, close } = await judgeParts(folder);
  const contenders = [
    { name: BASELINE, run: () => run('git', ['status', '--porcelain'], { cwd: root }) },
    ...Object.entries(COMMANDS).map(([name, argv]) => {
      const action = Action.parse({ kind: 'exec', argv: [...argv], cwd: root, session: 'bench' });
      return { name, run: () => judge(parts, action) };
    }),
  ];
  try {
    const rows = compare(
      await interleave(contenders, { warmup: Math.ceil(warmup / 2), rounds: Math.ceil(rounds / 4) }),
    );
    const typical = rows.filter(({ name }) => name.startsWith('rm of') || name.startsWith('git add'));
    const slowest = typical.reduce((a, b) => (b.medianUs > a.medianUs ? b : a));
    return {
      scenario: 'facts',
      about: 'judge with file facts, looked at anew each time; ratio to the first',
      rows,
      figures: [{ id: 'file-facts', name: `typical command with file facts (${slowest.name})`, value: slowest.medianUs / 1_000, unit: 'ms' }], // prettier-ignore
    };
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function judgeParts(
  folder: string,
): Promise<{ readonly parts: JudgeParts; readonly close: () => Promise<void> }> {
  const { policy } = loadPolicies(builtInSources({ preset: 'balanced', packs: [] }));
  const home = join(folder, 'countersign');
  const homedir = join(folder, 'home');
  for (const path of [home, homedir]) mkdirSync(path);
  const undo = createUndo({ trash: join(home, 'trash'), home, homedir, limits: () => DEFAULT_CONFIG.undo, wallMs: Date.now }); // prettier-ignore
  const looker = createFactLooker({
    guardPaths: [home],
    homedir,
    tempDirs: ['/var/tmp'],
    budgetMs: DEFAULT_CONFIG.looking.budgetMs,
    session: () => ({ kind: 'session', denied: [], secretsRead: [] }),
    restorable: undo.look,
    scratchDir: home,
  });
  await Promise.all([looker.warm(), undo.look({ kind: 'restorable', how: 'gone', paths: [join(folder, 'nothing')] }, WARM_MS)]); // prettier-ignore
  const parts: JudgeParts = {
    policy: () => policy,
    parsers: lazySqlParsers(),
    looker,
    rego: { answer: () => Promise.reject(new Error('no Rego policy is in force')) },
  };
  return {
    parts,
    close: async () => {
      undo.close();
      await looker.close();
    },
  };
}
