/** What an agent can write among what was saved decides nothing. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';

import { listOperations, sweep } from '../../../daemon/undo/trash.ts';
import { verifies } from '../../helpers/verifies.ts';
import { workshop, type Workshop } from './workshop.ts';

const DAY_MS = 86_400_000;

function about(over: object): string {
  return JSON.stringify({ trace: 'x', at: 0, session: 's', summary: '', files: 1, bytes: 1, notRestorable: [], more: 0, leftToGit: 0, leftToBuild: 0, paths: [], ...over }); // prettier-ignore
}

/** A folder among what was saved, as somebody else would lay it there. */
function plant({ trash }: Workshop, name: string, text: string): void {
  mkdirSync(`${trash}/${name}`);
  writeFileSync(`${trash}/${name}/about.json`, text);
}

describe(verifies('undo:elsewhere'), () => {
  test('what is named like a way out of the trash is not removed, neither by age nor to make room', async () => {
    const at = workshop({ quotaBytes: 12_000 });
    writeFileSync(`${at.place}/kept`, 'x'.repeat(50));
    plant(at, 'evil', about({ trace: `../../${basename(at.place)}`, bytes: 12_000 }));
    await sweep(at.trash, { keepDays: 1 }, Date.now() + 9 * DAY_MS);
    plant(at, 'worse', about({ trace: `../../${basename(at.place)}`, bytes: 12_000 }));
    await at.save('t1', [{ how: 'gone', paths: [`${at.place}/kept`] }]);
    expect(existsSync(`${at.place}/kept`)).toBe(true);
    expect(await listOperations(at.trash)).toMatchObject([{ trace: 't1' }]);
  });

  test('pipes, links and endless files are not read', async () => {
    const at = workshop();
    for (const name of ['pipe', 'link', 'endless']) mkdirSync(`${at.trash}/${name}`);
    execFileSync('mkfifo', [`${at.trash}/pipe/about.json`]);
    writeFileSync(`${at.place}/about`, about({ trace: 'link' }));
    symlinkSync(`${at.place}/about`, `${at.trash}/link/about.json`);
    writeFileSync(`${at.trash}/endless/about.json`, about({ trace: 'endless' }));
    truncateSync(`${at.trash}/endless/about.json`, 8 * 1024 ** 3);
    writeFileSync(`${at.place}/a`, 'x');
    const saved = await at.save('t1', [{ how: 'gone', paths: [`${at.place}/a`] }]);
    expect(saved).toMatchObject({ files: 1, notRestorable: [] });
    expect(await listOperations(at.trash)).toMatchObject([{ trace: 't1' }]);
  });
});

test(verifies('undo:unreadable-kept'), async () => {
  const now = Date.now();
  const at = workshop({}, now);
  plant(at, 'newer', about({ trace: 'newer', at: now, fieldOfALaterVersion: true }));
  plant(at, 'unread', '{');
  await sweep(at.trash, { keepDays: 30 }, now + 29 * DAY_MS);
  expect(readdirSync(at.trash).toSorted()).toEqual(['newer', 'unread']);
  await sweep(at.trash, { keepDays: 30 }, now + 31 * DAY_MS);
  expect(readdirSync(at.trash)).toEqual([]);
});
