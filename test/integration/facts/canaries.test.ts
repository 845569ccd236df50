/** No look starts anything that a repository can configure. */
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FactNeed } from '../../../protocol/facts.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { CANARIES } from './canaries.ts';
import { snapshot } from './snapshot.ts';
import { sharedLooker, testLooker } from './test-looker.ts';

/** Every question that touches a repository. */
function everyNeed(root: string): FactNeed[] {
  return [
    { kind: 'path', path: join(root, 'README.md') },
    { kind: 'tree', path: root },
    { kind: 'tree', path: join(root, 'src') },
    { kind: 'tree', path: join(root, 'README.md') },
    { kind: 'glob', cwd: root, pattern: '**/*' },
    { kind: 'text', path: join(root, '.gitattributes') },
    { kind: 'repo', cwd: root },
    { kind: 'git-alias', cwd: root, name: 'st' },
    { kind: 'git-lost', cwd: root, from: 'HEAD', to: '' },
    { kind: 'git-dropped', cwd: root, branches: ['main'] },
    { kind: 'git-clean', cwd: root, ignored: 'also', paths: [] },
  ];
}

const shared = sharedLooker();

describe(verifies('facts:runs-nothing'), () => {
  test.for(CANARIES)('$name', async ({ arm, fire, ofCaller, within, unknown }) => {
    const folder = tempFolder('canary');
    const mark = join(folder, 'mark');
    const program = join(folder, 'program');
    writeFileSync(program, `#!/bin/sh\ntouch '${mark}'\nexit 1\n`);
    chmodSync(program, 0o755);
    const repo = testRepository();
    arm(repo, program);
    // Arming uses git, which may have set it off already.
    rmSync(mark, { force: true });

    const before = snapshot(repo.root);

    const places = [repo.root, ...(within === undefined ? [] : [join(repo.root, within)])];
    const looker = ofCaller === true ? testLooker({ homedir: repo.root }) : shared;
    const records = await looker.look(places.flatMap(everyNeed));
    expect(existsSync(mark)).toBe(false);
    expect(snapshot(repo.root), 'nothing is written').toEqual(before);
    const unanswered = records.flatMap(({ value }) => (value.known ? [] : [value.reason]));
    expect([...new Set(unanswered)]).toEqual(unknown === undefined ? [] : [unknown]);

    fire(repo);
    expect(existsSync(mark), 'plain git starts the program').toBe(true);
  });
});
