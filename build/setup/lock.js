// One setup at a time. The lock is a folder, because making one either succeeds or fails as a whole everywhere.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT } from './root.js';
import { say, SetupError } from './say.js';

const CACHE = join(ROOT, '.cache');
const LOCK = join(CACHE, 'setup.lock');
const POLL_MS = 200;
/** A whole install on a slow line; whoever waits longer is better told. */
const LONGEST_WAIT_MS = 15 * 60_000;
/** A holder writes its pid right after making the folder; one that has not by then died in between. */
const UNSIGNED_GRACE_MS = 5_000;

export async function withLock(work) {
  await take();
  try {
    await work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

async function take() {
  const startedAt = Date.now();
  let told = false;
  let unsignedSince;
  while (!tryTake()) {
    const holder = readHolder();
    unsignedSince = holder === undefined ? (unsignedSince ?? Date.now()) : undefined;
    const stale = holder === undefined ? Date.now() - unsignedSince > UNSIGNED_GRACE_MS : !isAlive(holder);
    if (stale) discard(holder);
    else if (Date.now() - startedAt > LONGEST_WAIT_MS) throw stillHeld(holder);
    else {
      if (!told) say(`another setup is running (pid ${holder ?? 'unknown'}); waiting for it`);
      told = true;
      await sleep(POLL_MS);
    }
  }
}

function tryTake() {
  mkdirSync(CACHE, { recursive: true });
  try {
    mkdirSync(LOCK);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(LOCK, 'pid'), String(process.pid));
  return true;
}

function readHolder() {
  try {
    const pid = Number(readFileSync(join(LOCK, 'pid'), 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Moves a dead holder's lock away. Two waiters may both see it dead; the slower one then moves the faster one's fresh
 * lock, notices by the pid, and puts it back.
 */
function discard(deadHolder) {
  const aside = `${LOCK}.${process.pid}`;
  try {
    renameSync(LOCK, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (pidIn(aside) === deadHolder) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, LOCK);
}

function pidIn(folder) {
  try {
    return Number(readFileSync(join(folder, 'pid'), 'utf8')) || undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function stillHeld(holder) {
  return new SetupError(
    `another setup (pid ${holder ?? 'unknown'}) has not finished in ${LONGEST_WAIT_MS / 60_000} minutes; ` +
      `when it hangs, end it and remove ${LOCK}`,
  );
}
