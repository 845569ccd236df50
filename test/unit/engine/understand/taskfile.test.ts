/** What `task` would run. */
import { describe, expect, test } from 'vitest';

import { readTasks } from '../../../../daemon/engine/understand/wrappers/taskfile.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { absent, exec, lines, textFact, type FactPair } from './follow.ts';

const TASKFILE = `
version: '3'
vars:
  OUT: "build dir"
  NOW: { sh: date }
tasks:
  default: { cmds: [] }
  test:
    deps: [clean]
    cmds:
      - pytest -q
  clean: rm -rf {{.OUT}}
  release:
    desc: "ship: it"
    dir: web
    cmds:
      # a comment
      - cmd: git push --force
        silent: true
      - task: test
      - |
        cd dist
        rm -rf {{.NOW}}
      - defer: rm -f lock
`;

const NAMES = ['Taskfile.yml', 'taskfile.yml', 'Taskfile.yaml', 'taskfile.yaml', 'Taskfile.dist.yml', 'taskfile.dist.yml', 'Taskfile.dist.yaml', 'taskfile.dist.yaml']; // prettier-ignore

function facts(text: string): FactPair[] {
  return NAMES.map((name, at) => (at === 0 ? textFact(`/work/${name}`, text) : absent(`/work/${name}`)));
}

function ran(argv: readonly string[], text = TASKFILE): string[] {
  return lines(exec(argv, facts(text))).slice(1);
}

describe(verifies('understand:taskfile'), () => {
  test('a task with what it needs', () => {
    expect(ran(['task', 'test'])).toEqual(['rm -rf build dir', 'pytest -q']);
  });

  test('folders, blocks, nested tasks and what is only known when it runs', () => {
    expect(ran(['task', 'release'])).toEqual([
      'rm -rf build dir',
      'pytest -q',
      'git push --force @/work/web',
      'cd dist @/work/web',
      'rm -rf ‹${task__NOW}› @/work/web/dist',
      'rm -f lock @/work/web/dist',
    ]);
  });

  test('nothing runs where it is only listed, named otherwise or not there', () => {
    expect(ran(['task', '--list'])).toEqual([]);
    expect(ran(['task', '--dry', 'clean'])).toEqual([]);
    expect(ran(['task', 'nonsense'])).toEqual([]);
    expect(lines(exec(['task', 'clean'], NAMES.map((name) => absent(`/work/${name}`))))).toEqual(['task clean !code.run']); // prettier-ignore
  });

  test('tasks that need each other end', () => {
    expect(ran(['task', 'a'], 'tasks:\n  a:\n    deps: [b]\n    cmds: [x]\n  b:\n    deps: [a]\n    cmds: [y]\n')).toEqual(['y', 'x']); // prettier-ignore
  });

  test.each([
    ['no file of that kind', 'tasks: [1, 2'],
    ['names in quotes', "tasks:\n  'odd name': rm -rf x\n"],
    ['tabs and blanks', '\t\n \ntasks:\n\ta: x\n'],
    ['a list in place of a mapping', 'tasks:\n  - a\n  - b\n'],
    ['templates that never end', `tasks:\n  a: ${'{{'.repeat(30_000)}`],
    ['many lines', `tasks:\n${'  a: x\n'.repeat(20_000)}`],
  ])('hostile text ends: %s', (_, text) => {
    const tasks = readTasks(text);
    expect(['a', 'odd name', '1'].flatMap((name) => tasks.get(name)?.lines ?? []).join('').length).toBeLessThan(70_000);
  });
});
