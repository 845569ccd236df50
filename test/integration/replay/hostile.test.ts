/** Traces that somebody tampered with, and machines set up otherwise: a replay tells what it cannot read and goes on. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';

import { ENGINE_VERSION } from '../../../daemon/engine/version.ts';
import { readPolicyFolder } from '../../../daemon/policy/folder.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { replayed } from './program.ts';

const GOLDEN = join(import.meta.dirname, '../../golden', `engine-${ENGINE_VERSION}`);
const sources = readPolicyFolder(join(GOLDEN, 'policies'), 'built-in');

type Frame = { payload: { action: Record<string, unknown>; facts: unknown[]; assessment: Record<string, unknown> } };

/** A trace of which some payloads are what an edit makes of them, the first one first. */
function tampered(edits: readonly ((frame: Frame, text: string) => string)[]): string {
  const folder = tempFolder();
  cpSync(GOLDEN, folder, { recursive: true });
  const traceDb = join(folder, 'trace.db');
  const db = new Database(traceDb);
  const rows = db.prepare(`SELECT seq, p.body FROM events e JOIN payloads p USING (seq) WHERE e.kind = 'action.assessed' ORDER BY seq`).all() as { seq: number; body: string }[]; // the columns named
  for (const [index, edit] of edits.entries()) {
    const { seq, body } = rows[index] ?? { seq: -1, body: '{}' };
    db.prepare('UPDATE payloads SET body = ? WHERE seq = ?').run(edit(JSON.parse(body) as Frame, body), seq);
  }
  db.close();
  return traceDb;
} // prettier-ignore

const assessed = (of: (frame: Frame) => void) => (frame: Frame) => {
  of(frame);
  return JSON.stringify(frame);
};

describe(verifies('replay:hostile'), () => {
  test('what is no frame, or no action, is counted and the rest is judged', () => {
    const deep = 80_000;
    const traceDb = tampered([
      () => 'no JSON',
      () => 'null',
      () => '[]',
      (_, text) => text.slice(0, text.length / 2),
      (frame) => JSON.stringify(frame).replace('"action":{', `"action":{"kind":"tool","args":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)},"`), // prettier-ignore
      assessed((frame) => (frame.payload.action = { ...frame.payload.action, kind: '__proto__' })),
    ]);
    const { summary, actions } = replayed({ traceDb, sources: [...sources] });
    expect(summary.unreadable).toHaveLength(6);
    expect(actions.length).toBeGreaterThan(10);
    expect(summary.faults).toBe(0);
  });

  test('a fact that answers another question is none', () => {
    const answers = [{ kind: 'git-alias', value: null }, { kind: 'text', exists: true, text: 'x', digest: 'd' }, { kind: 'restorable', files: 9, bytes: 9, notRestorable: [], more: 0 }]; // prettier-ignore
    const edit = assessed(({ payload }) => {
      const facts = payload.facts as { need: { kind: string } }[]; // as they were recorded
      payload.facts = facts.flatMap((fact) => answers.filter(({ kind }) => kind !== fact.need.kind).map((data) => ({ ...fact, value: { known: true, data } }))); // prettier-ignore
    });
    const none = assessed(({ payload }) => void (payload.facts = []));
    const [wrong, absent] = [edit, none].map((one) => {
      const { actions, summary } = replayed({ traceDb: tampered(Array.from({ length: 20 }, () => one)), sources: [...sources] }); // prettier-ignore
      expect(summary.unreadable).toEqual([]);
      return actions.map(({ after }) => after);
    });
    expect(wrong).toEqual(absent);
  });

  test('names that every object has are names like any other', () => {
    const edits = ['__proto__', 'constructor', 'toString'].map((engine) => assessed(({ payload }) => (payload.assessment['engine'] = engine))); // prettier-ignore
    const { summary } = replayed({ traceDb: tampered(edits), sources: [...sources] });
    expect(Object.entries(summary.engines)).toContainEqual(['constructor', 1]);
    expect(Object.entries(summary.engines)).toContainEqual(['toString', 1]);
  });

  test('an action of many megabytes is judged or counted', () => {
    const edit = assessed(({ payload }) => (payload.action['argv'] = ['sh', '-c', 'rm x; '.repeat(1_000_000)]));
    const { summary, actions } = replayed({ traceDb: tampered([edit]), sources: [...sources] });
    expect(actions.length + summary.unreadable.length).toBeGreaterThan(10);
  });
});

test(verifies('replay:anywhere'), () => {
  const traceDb = tampered([]);
  const request = { traceDb, sources: [...sources], whole: true };
  const here = replayed(request);
  for (const env of [
    { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' },
    { TZ: 'America/St_Johns', LANG: 'ja_JP.UTF-8', NO_COLOR: '1' },
  ])
    // prettier-ignore
    expect(JSON.stringify(replayed(request, env))).toBe(JSON.stringify(here));
});
