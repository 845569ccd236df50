/** A disk that fills up at the worst moment. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';

import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { workshop } from './workshop.ts';

const MEGABYTE = 1024 * 1024;
const SMALL = '30m';

/** Makes a folder a small disk of its own; false where nobody may. */
function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return false; // not as this user, or not on this system
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return true;
}

describe(verifies('undo:disk-full'), () => {
  test('a save leaves no half of a file, and says what it could not save', async ({ skip }) => {
    const { place, trash, save } = workshop({ quotaBytes: 900 * MEGABYTE, maxOperationBytes: 400 * MEGABYTE });
    // The disk around it has room when it is looked at; what is copied meets another.
    if (!mounted(trash)) skip('making a small disk takes another user');
    writeFileSync(`${place}/a`, Buffer.alloc(40 * MEGABYTE, 1));
    writeFileSync(`${place}/b`, Buffer.alloc(10 * MEGABYTE, 1));
    const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
    expect(saved).toMatchObject({ files: 0, notRestorable: [{ path: `${place}/a`, reason: 'the disk is full' }] });
    expect(await save('t2', [{ how: 'gone', paths: [`${place}/b`] }])).toMatchObject({ files: 1, notRestorable: [] });
    expect(readdirSync(`${trash}/t1`).toSorted()).toEqual(['about.json', 'entries.json']);
    expect(readdirSync(trash).toSorted()).toEqual(['t1', 't2']);
  });

  test('a restore leaves what was there', async ({ skip }) => {
    const { save, restore } = workshop({ quotaBytes: 900 * MEGABYTE });
    const disk = tempFolder('disk');
    if (!mounted(disk)) skip('making a small disk takes another user');
    writeFileSync(`${disk}/a`, Buffer.alloc(20 * MEGABYTE, 1));
    writeFileSync(`${disk}/b`, 'before');
    const saved = await save('t1', [{ how: 'overwritten', paths: [`${disk}/b`, `${disk}/a`] }]);
    writeFileSync(`${disk}/b`, 'after');
    writeFileSync(`${disk}/a`, Buffer.alloc(20 * MEGABYTE, 2));
    await expect(restore('t1', saved, { endedAt: Date.now() })).rejects.toThrow('the disk is full');
    expect(readFileSync(`${disk}/b`, 'utf8')).toBe('after');
    expect(readFileSync(`${disk}/a`)[0]).toBe(2);
    expect(readdirSync(disk).toSorted()).toEqual(['a', 'b']);
  });
});
