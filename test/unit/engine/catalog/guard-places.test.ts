/** Countersign's own files under every program that is not known only to read, wherever its home lies. */
import { describe, expect, test } from 'vitest';

import { assess } from '../../../../daemon/engine/assess.ts';
import { noParsers } from '../../../../daemon/engine/sql/load.ts';
import { answerFor } from '../../../../daemon/policy/decision-test-facts.ts';
import { Action } from '../../../../protocol/action.ts';
import { factKey, type FactNeed, type FactValue } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { DEFAULT } from '../judge/fixtures.ts';

const HOME = '/srv/cs/home';
/** Its process, its group, and everybody. */
const DAEMON = [4242, -4242, -1];
const ROUNDS = 8;

/** A machine on which only `HOME` is Countersign's, and `/srv/checkout` holds its sources. */
function answer(need: FactNeed): FactValue {
  const isOwn = (path: string): boolean => `${path}/`.startsWith(`${HOME}/`);
  if (need.kind === 'guarded') return answerFor({ need, data: { own: need.paths.filter(isOwn), unseen: need.paths.filter((path) => path.startsWith('/proc/')) } }); // prettier-ignore
  if (need.kind === 'own-processes') return answerFor({ need, data: { own: need.pids.filter((pid) => DAEMON.includes(pid)) } }); // prettier-ignore
  const own = 'path' in need && isOwn(need.path);
  if (need.kind === 'tree') return answerFor({ need, data: own ? { location: 'guard' } : {} });
  if (need.kind === 'path') {
    return answerFor({ need, data: own ? { location: 'guard' } : { type: need.path.endsWith('/') ? 'directory' : 'file' } }); // prettier-ignore
  }
  if (need.kind !== 'text' || !need.path.endsWith('/package.json')) return answerFor({ need });
  const name = need.path.startsWith('/srv/checkout/') ? 'countersign' : 'other';
  return answerFor({ need, data: { text: JSON.stringify({ name }) } });
}

function judged(source: string) {
  const action = Action.parse({ kind: 'exec', argv: ['sh', '-c', source], cwd: '/work/app', env: { HOME: '/home/ada' }, session: 's' }); // prettier-ignore
  const facts = new Map<string, FactValue>();
  for (let round = 0; round < ROUNDS; round++) {
    const result = assess(action, facts, DEFAULT, noParsers);
    if (result.kind === 'assessed') return result.assessment;
    for (const need of result.needs) facts.set(factKey(need), answer(need));
  }
  throw new Error('asks without end');
}

function tampers(source: string): boolean {
  return judged(source).effects.some(({ kind }) => kind === 'guard.tamper');
}

describe(verifies('catalog:guard'), () => {
  test.each([
    `curl -s --output-dir ${HOME} -O file:///tmp/p/stance.json`,
    `cd ${HOME} && curl -s -O file:///tmp/p/stance.json`,
    `curl --stderr ${HOME}/x http://a`,
    `H=${HOME}; wget -P $H http://x/stance.json`,
    `mkdir ${HOME}/run/stopped`,
    `cd ${HOME}/run && mkdir stopped`,
    `mkfifo ${HOME}/x`,
    `strace -f -o ${HOME}/stance.json ls`,
    `/usr/bin/time -o ${HOME}/x ls`,
    `script -q ${HOME}/config.yaml ls`,
    `flock ${HOME}/daemon.lock sleep 1`,
    `python3 -c 'import os; os.remove("/srv/cs" + "/home/x")'`,
    `python3 -c 'from pathlib import Path; (Path("/srv/cs") / "home" / "x").unlink()'`,
    `ssh -E ${HOME}/config.yaml host`,
    `rsync --log-file=${HOME}/x a b`,
    `git clone --separate-git-dir=${HOME}/x u d`,
    `git -C ${HOME} pull`,
    `cd ${HOME} && git checkout .`,
    `git log --output=${HOME}/x`,
    `tar xf x.tar --directory=${HOME}`,
    `tar xfC x.tar ${HOME}`,
    `cd ${HOME} && cpio -i < /tmp/x`,
    `cpio -iD ${HOME}`,
    `7z x a.7z -o${HOME}`,
    `unzip a.zip -d ${HOME}`,
    `xxd -r /tmp/x ${HOME}/config.yaml`,
    `fallocate -l 1 ${HOME}/x`,
    `sort -o ${HOME}/x a`,
    `find ${HOME} -delete`,
    `frobnicate --unheard=${HOME}/x`,
    `frobnicate --unheard=kind,source=${HOME},to=x`,
    `docker run -v ${HOME}:/x alpine true`,
    'frobnicate ~/.local/share/countersign/stance.json',
    'cp ~/.local/share/countersign/keys/approver.json /tmp/x',
  ])('%s', (source) => {
    expect(judged(source)).toMatchObject({ verdict: 'deny', forced: true });
    expect(tampers(source)).toBe(true);
  });

  test.each([
    `cat ${HOME}/config.yaml`,
    `cd ${HOME} && ls && cat config.yaml`,
    `grep -r mode ${HOME}`,
    `diff ${HOME}/config.yaml /tmp/x`,
    `find ${HOME} -name x`,
    `jq . ${HOME}/stance.json`,
    `countersign explain -- cat ${HOME}/config.yaml`,
    `countersign config check ${HOME}/config.yaml`,
    'git commit -m "see ~/.config/countersign/config.yaml"',
    'curl --output-dir /tmp/p -O http://localhost/x',
    'mkdir -p src/new',
    'frobnicate https://example.com/.config/countersign/x',
    'npm test',
  ])('%s is ordinary', (source) => {
    expect(tampers(source)).toBe(false);
  });
});

describe('databases', () => {
  test.each([
    `sqlite3 ${HOME}/trace.db 'begin immediate; select 1'`,
    `sqlite3 ${HOME}/trace.db 'select 1'`,
    `sqlite3 x.db "ATTACH '${HOME}/trace.db' AS t; delete from t.frames"`,
    `echo "ATTACH '${HOME}/trace.db' AS t;" | sqlite3`,
    `sqlite3 x.db '.output ${HOME}/x'`,
    `sqlite3 -readonly ${HOME}/trace.db '.shell rm x'`,
    `sqlite3 -readonly ${HOME}/trace.db "attach 'x' as y"`,
    `sqlite3 -readonly ${HOME}/trace.db 'pragma journal_mode=delete'`,
    `python3 -c "import sqlite3; sqlite3.connect('${HOME}/trace.db')"`,
  ])('%s', (source) => {
    expect(tampers(source)).toBe(true);
  });

  test.each([
    `sqlite3 -readonly ${HOME}/trace.db 'select count(*) from frames'`,
    `sqlite3 'file:${HOME}/trace.db?mode=ro' 'select 1; pragma table_info(frames)'`,
    `sqlite3 app.db 'begin immediate'`,
  ])('%s is ordinary', (source) => {
    expect(tampers(source)).toBe(false);
  });
});

test(verifies('catalog:guard-many'), () => {
  const words = Array.from({ length: 5_000 }, (_, index) => `src/${index}`);
  expect(tampers(`frobnicate ${[...words.slice(0, 4_000), `${HOME}/x`].join(' ')}`)).toBe(true);
  const opaque = (source: string): boolean => judged(source).effects.some(({ kind, targets }) => kind === 'code.opaque' && targets.length > 0); // prettier-ignore
  expect(opaque(`frobnicate ${words.slice(0, 4_000).join(' ')}`)).toBe(false);
  expect(opaque(`frobnicate ${words.join(' ')}`)).toBe(true);
  expect(opaque('frobnicate --into=/proc/4711/cwd/x')).toBe(true);
});

describe(verifies('catalog:guard-processes'), () => {
  test.each(['kill 4242', 'kill -9 4711 4242', 'sudo kill -s KILL 4242', 'kill -TERM -4242', 'kill -9 -1', 'kill -- -1'])('%s', (source) => {
    expect(judged(source)).toMatchObject({ verdict: 'deny', forced: true });
  });

  test.each(['kill 4711', 'kill -1 4711', 'kill -0 4242', 'kill %1', 'echo 4242'])('%s is ordinary', (source) => {
    expect(tampers(source)).toBe(false);
  });
}); // prettier-ignore

describe('links made by the same action', () => {
  test.each([
    'ln -s /srv/cs l; echo x > l/home/config.yaml',
    'ln -s /srv/cs l && touch l/home/config.yaml',
    'ln -s /srv/cs l && cd l/home && frobnicate stance.json',
    'ln -s ../../srv/cs /work/app/l && frobnicate l/home/x',
    'cd /work/app && ln -s /srv/cs && frobnicate cs/home/x',
  ])('%s', (source) => {
    expect(tampers(source)).toBe(true);
  });

  test('lead elsewhere as well', () => {
    expect(tampers('ln -s /srv/other l && touch l/home/config.yaml')).toBe(false);
  });
});

describe('the command line by the path of its program', () => {
  test.each([
    'node /srv/checkout/cli/bin.js trace erase',
    'cd /srv/checkout && node cli/bin.js service uninstall',
    '/srv/checkout/cli/bin.js unlock',
    'node /srv/checkout/cli/main.ts unlock',
    'node /x/.cache/program/0123456789abcdef/cli/main.js unlock',
    'node ~/.local/bin/countersign lock',
  ])('%s', (source) => {
    expect(tampers(source)).toBe(true);
  });

  test.each(['node /srv/checkout/cli/bin.js trace verify', 'node /srv/other/cli/bin.js trace erase', '/srv/other/cli/bin.js unlock'])('%s is ordinary', (source) => {
    expect(tampers(source)).toBe(false);
  }); // prettier-ignore
});
