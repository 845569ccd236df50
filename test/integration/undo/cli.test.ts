import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { UndoList } from '../../../protocol/undo.ts';
import { resolvePaths } from '../../../protocol/paths.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';
import { readyCli, succeed } from '../cli/cli.ts';

test(
  verifies('undo:cli'),
  async () => {
    const cli = await readyCli();
    const { agentSocket } = resolvePaths({
      env: { COUNTERSIGN_HOME: cli.home },
      platform: process.platform,
      homedir: cli.home,
    });
    const { root, write } = testRepository();
    const notes = join(root, 'notes.txt');
    write({ 'notes.txt': 'years of work\n' });
    expect((await succeed(cli, ['undo'])).stdout).toContain('Nothing is saved');
    expect(await verdictOf(askOver(agentSocket, ['sh', '-c', 'echo x > notes.txt'], root))).toMatchObject({
      verdict: 'allow',
    });
    const [saved] = (await cli.json<UndoList>(['undo'])).operations;
    const trace = saved?.trace ?? '';
    const listed = (await succeed(cli, ['undo'])).stdout;
    expect(listed).toContain(trace);
    expect(listed).toContain('1 file, 14 bytes');

    writeFileSync(notes, 'x\n');
    const back = await succeed(cli, ['undo', trace]);
    expect(back.stdout).toContain(`put back: 1 file (14 bytes) of ${trace}`);
    const replaced = /countersign undo (u\w+)/.exec(back.stdout)?.[1] ?? '';
    expect(readFileSync(notes, 'utf8')).toBe('years of work\n');
    await succeed(cli, ['undo', replaced]);
    expect(readFileSync(notes, 'utf8')).toBe('x\n');
    await succeed(cli, ['undo', trace, '--into', 'rescued'], { cwd: root });
    expect(readFileSync(join(root, 'rescued/notes.txt'), 'utf8')).toBe('years of work\n');
    expect((await succeed(cli, ['trace', 'show', trace])).stdout).toContain('was saved first (files: 1)');

    await succeed(cli, ['undo', 'prune', trace]);
    const gone = await cli.run(['undo', trace]);
    expect(gone.exitCode).not.toBe(0);
    expect(gone.stderr).toContain('nothing is saved of this trace');
    const unknown = await cli.run(['undo', 't000']);
    expect(unknown.stderr).toContain('nothing was saved before this action');
    expect((await cli.run(['undo', 'prune'])).exitCode).toBe(2);
  },
  180_000,
);
