/** Settings and policies that are edited while the real daemon runs. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { enrolHuman, eventually, startDaemon, type TestDaemon } from '../../helpers/daemon.ts';
import { repositoryWithWork } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

/** Several daemons, one after the other, also where the machine has other things to do. */
const PATIENT = { timeout: 180_000 };

const MINUTE_MS = 60_000;

test(verifies('config:hot'), PATIENT, async () => {
  const daemon = await startDaemon();
  await enrolHuman(daemon);
  const { root } = repositoryWithWork();
  const { config } = daemon.paths;
  const askedFor = async (): Promise<number> => {
    const ask = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
    const { approval } = await ask.held;
    const { createdAt, expiresAt } = await daemon.control.call('approval', { params: { id: approval } });
    ask.hangUp();
    await eventually(
      async () => ((await daemon.control.call('pending')).length === 0 ? true : undefined),
      'nothing pending',
    );
    return expiresAt - createdAt;
  };
  expect(await askedFor()).toBe(5 * MINUTE_MS);

  writeFileSync(config, 'approvals:\n  expirySeconds: 600\nlog:\n  level: debug\nlimits:\n  pending: 1\n');
  await logged(daemon, 'settings came into force');
  expect(await askedFor()).toBe(10 * MINUTE_MS);
  await logged(daemon, '"level":"debug"');

  const first = askOver(daemon.paths.agentSocket, ['rm', '-rf', 'src'], root);
  await first.held;
  expect(await verdictOf(askOver(daemon.paths.agentSocket, ['rm', '-rf', '.git'], root))).toMatchObject({
    code: 'queue_full',
  });
  first.hangUp();

  writeFileSync(config, 'approvals:\n  expirySeconds: 60\n  expirySecond: 60\n');
  const [problem] = await problems(daemon);
  expect(problem).toBe(`${config}:3:3: unknown key \`expirySecond\`; did you mean \`expirySeconds\`?`);
  expect(await askedFor()).toBe(10 * MINUTE_MS);

  rmSync(config);
  await eventually(
    async () => ((await daemon.control.call('status')).problems.length === 0 ? true : undefined),
    'no problem',
  );
  expect(await askedFor()).toBe(5 * MINUTE_MS);
  const kinds = (await daemon.control.call('log')).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind.startsWith('config.'))).toEqual([
    'config.loaded',
    'config.refused',
    'config.loaded',
  ]);
});

test(verifies('config:broken-start'), PATIENT, async () => {
  const home = tempFolder();
  writeFileSync(join(home, 'config.yaml'), 'limits:\n  pending: 5000\n');
  const daemon = await startDaemon({ home });
  const [problem] = (await daemon.control.call('status')).problems;
  expect(problem).toContain(`${daemon.paths.config}:2:12: \`limits.pending\``);
  expect(daemon.output()).toContain('config.yaml:2:12');
  const [line] = (await daemon.control.call('log')).filter(({ kind }) => kind === 'config.refused');
  expect(line?.summary).toContain('config.yaml:2:12');
});

const RULE = (points: number): string =>
  `version: 1\nrules:\n  - id: mine.read\n    on: vcs.read\n    points: ${points}\n    reason: reads the repository\n`;
const SAVES: Readonly<Record<string, (file: string, text: string) => void>> = {
  'in place': (file, text) => writeFileSync(file, text),
  'truncated, then written': (file, text) => {
    truncateSync(file);
    writeFileSync(file, text, { flag: 'r+' });
  },
  'written beside and renamed': (file, text) => {
    writeFileSync(`${file}~`, text);
    renameSync(`${file}~`, file);
  },
  'renamed away and written anew': (file, text) => {
    renameSync(file, `${file}~`);
    writeFileSync(file, text);
    rmSync(`${file}~`);
  },
  'sed -i': (file, text) => void execFileSync('sed', ['-i', `s/points: .*/${/points: \d+/.exec(text)?.[0]}/`, file]),
  'a link that is swapped': (file, text) => {
    const target = `${file}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(target, text);
    symlinkSync(target, `${file}.link`);
    renameSync(`${file}.link`, file);
  },
};

test(verifies('config:saves'), PATIENT, async () => {
  const daemon = await startDaemon();
  await enrolHuman(daemon);
  const { root } = repositoryWithWork();
  const file = join(daemon.paths.policies, 'mine.yaml');
  const digest = async (): Promise<string> => (await daemon.control.call('status')).policyDigest;
  const riskOf = async (): Promise<string> => {
    const ask = askOver(daemon.paths.agentSocket, ['git', 'status'], root);
    const { message } = await ask.held;
    ask.hangUp();
    return message;
  };
  writeFileSync(file, RULE(40));
  let points = 40;
  for (const [how, save] of Object.entries(SAVES)) {
    const before = await digest();
    save(file, RULE((points += 1)));
    await eventually(async () => ((await digest()) === before ? undefined : true), `the policy saved ${how}`);
    expect(await riskOf(), how).toContain(`risk ${points}`);
  }

  // Each of a hundred quick saves is half a file for a moment; only the last whole one counts.
  const before = await digest();
  for (let save = 1; save <= 100; save += 1) {
    writeFileSync(file, RULE(50).slice(0, save));
    writeFileSync(file, RULE(save === 100 ? 60 : 59));
  }
  await eventually(async () => ((await digest()) === before ? undefined : true), 'the last of many saves');
  await eventually(async () => ((await riskOf()).includes('risk 60') ? true : undefined), 'the last of many saves');
  expect(
    (await daemon.control.call('log', { query: { limit: 1000 } })).filter(({ kind }) => kind === 'policy.refused'),
  ).toEqual([]);

  // Unreadable files and a folder that is gone keep what was in force.
  const good = await digest();
  execFileSync('mkfifo', [join(daemon.paths.policies, 'pipe.yaml')]);
  expect((await problems(daemon))[0]).toContain('pipe.yaml`: it is not a regular file');
  rmSync(daemon.paths.policies, { recursive: true });
  await eventually(
    async () =>
      (await daemon.control.call('status')).problems.some((problem) =>
        problem.includes('is missing, so the last policies stay'),
      )
        ? true
        : undefined,
    'the folder to be missed',
  );
  expect(await digest()).toBe(good);
  mkdirSync(daemon.paths.policies);
  await eventually(async () => ((await digest()) === good ? undefined : true), 'the empty folder');
});

async function problems(daemon: TestDaemon): Promise<readonly string[]> {
  return eventually(async () => {
    const found = (await daemon.control.call('status')).problems;
    return found.length > 0 ? found : undefined;
  }, 'a problem');
}

async function logged(daemon: TestDaemon, text: string): Promise<void> {
  await eventually(() => (daemon.output().includes(text) ? true : undefined), `\`${text}\` in the log`);
}
