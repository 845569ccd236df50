/** What is taken for the settings of a client, and what is left alone. */
import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { expect, test } from 'vitest';

import { lookAtSpot, removeSpot, writeSpot } from '../../../shims/connect/place.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('connect:symlinked'), () => {
  const home = tempFolder();
  mkdirSync(`${home}/dotfiles`);
  writeFileSync(`${home}/dotfiles/settings.json`, '{}', { mode: 0o640 });
  symlinkSync('dotfiles/settings.json', `${home}/settings.json`);
  const spot = lookAtSpot(`${home}/settings.json`);
  expect(spot.real).toBe(`${home}/dotfiles/settings.json`);
  writeSpot(spot, '{"a":1}');
  expect(lstatSync(`${home}/settings.json`).isSymbolicLink()).toBe(true);
  expect(readFileSync(`${home}/dotfiles/settings.json`, 'utf8')).toBe('{"a":1}');
  expect(statSync(`${home}/dotfiles/settings.json`).mode & 0o777).toBe(0o640);
});

test(verifies('connect:refuses'), () => {
  const home = tempFolder();
  const file = (name: string, mode = 0o600): string => {
    writeFileSync(`${home}/${name}`, '{}');
    chmodSync(`${home}/${name}`, mode);
    return `${home}/${name}`;
  };
  expect(() => lookAtSpot(file('writable', 0o666))).toThrow('can be written by others');
  expect(() => lookAtSpot(file('closed', 0o400))).toThrow('is read-only');
  symlinkSync('nowhere', `${home}/dangling`);
  expect(() => lookAtSpot(`${home}/dangling`)).toThrow('is a symbolic link to `nowhere`, where nothing lies');
  symlinkSync('loop', `${home}/loop`);
  expect(() => lookAtSpot(`${home}/loop`)).toThrow('is a symbolic link');
  mkdirSync(`${home}/folder`);
  expect(() => lookAtSpot(`${home}/folder`)).toThrow('is no file');
  linkSync(file('one'), `${home}/two`);
  expect(() => lookAtSpot(`${home}/two`)).toThrow('has another name as well');
  writeFileSync(`${home}/latin1`, Buffer.from([0x7b, 0xe4, 0x7d]));
  expect(() => lookAtSpot(`${home}/latin1`)).toThrow('is no text in UTF-8');
  writeFileSync(`${home}/large`, Buffer.alloc(5 * 1024 * 1024, 0x20));
  expect(() => lookAtSpot(`${home}/large`)).toThrow('more than settings have');
  mkdirSync(`${home}/open`);
  chmodSync(`${home}/open`, 0o777);
  writeFileSync(`${home}/open/settings.json`, '{}', { mode: 0o600 });
  symlinkSync('open/settings.json', `${home}/elsewhere`);
  expect(() => lookAtSpot(`${home}/elsewhere`)).toThrow(`leads to \`${home}/open/settings.json\`, which lies in a folder that others may change`); // prettier-ignore
});

test(verifies('connect:refuses'), () => {
  const home = tempFolder();
  writeFileSync(`${home}/settings.json`, '{}', { mode: 0o600 });
  const spot = lookAtSpot(`${home}/settings.json`);
  writeFileSync(`${home}/settings.json`, '{"theirs":1}');
  expect(() => writeSpot(spot, '{"ours":1}')).toThrow('was changed while you were asked');
  expect(readFileSync(`${home}/settings.json`, 'utf8')).toBe('{"theirs":1}');
});

test('folders that are missing are made, and go with what was written while they hold nothing else', () => {
  const home = tempFolder();
  const spot = lookAtSpot(`${home}/a/b/settings.json`);
  const folders = writeSpot(spot, '{}');
  expect(folders).toEqual([`${home}/a`, `${home}/a/b`]);
  expect(statSync(`${home}/a/b/settings.json`).mode & 0o777).toBe(0o600);
  writeFileSync(`${home}/a/theirs`, '');
  removeSpot(lookAtSpot(`${home}/a/b/settings.json`), folders);
  expect([existsSync(`${home}/a/b`), existsSync(`${home}/a/theirs`)]).toEqual([false, true]);
});
