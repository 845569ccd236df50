/** The policies that a repository brings along. They are only read; nothing in them is started. */
import type { Stats } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { WorkspacePolicyFact, WorkspacePolicyText } from '../../protocol/facts.ts';
import { oneLine, reasonOf, type LookContext } from './look-context.ts';
import { isWithin, lstatOrAbsent, realPathOf } from './paths.ts';
import { readSafely } from './safe-file.ts';

/** Where they lie, below any folder from the working directory upwards. */
const FOLDERS = ['.countersign', 'policies'] as const;
const TESTS = '.test.yaml';

/** They are stored with every action they hold for. */
const MAX_BYTES = 16_384;
const MAX_FILES = 16;
const MAX_ENTRIES = 256;
/** Deeper than any repository; a folder below that may hide what stands above it. */
const MAX_LEVELS = 64;
const MAX_PROBLEMS = 16;

type Found = { readonly files: WorkspacePolicyText[]; readonly problems: string[] };

/**
 * INVARIANT: a folder below another one never hides its policies, for they only ever tighten: whoever makes a repository
 * inside a repository gains nothing.
 */
export async function lookAtWorkspacePolicy(cwd: string, context: LookContext): Promise<WorkspacePolicyFact> {
  const found: Found = { files: [], problems: [] };
  const levels = levelsAbove(await realPathOf(cwd), context);
  if (levels.length > MAX_LEVELS) found.problems.push(`${cwd} lies deeper than ${MAX_LEVELS} folders`);
  const places = await Promise.all(levels.slice(0, MAX_LEVELS).map(policiesBelow));
  for (const { folder, problem } of places.filter((place) => place !== undefined)) {
    if (problem !== undefined) found.problems.push(`${folder}: ${problem}`);
    else await readAll(folder, found);
  }
  return { kind: 'workspace-policy', files: found.files, problems: found.problems.slice(0, MAX_PROBLEMS).map(oneLine) };
}

/** The home folder and what stands above it are nobody's workspace. */
function levelsAbove(cwd: string, { places: { home } }: LookContext): string[] {
  const levels: string[] = [];
  for (let at = cwd; at !== dirname(at) && !home.some((own) => isWithin(own, at)); at = dirname(at)) levels.push(at);
  return levels;
}

type Place = { readonly folder: string; readonly problem?: string };

async function policiesBelow(level: string): Promise<Place | undefined> {
  let folder = level;
  for (const name of FOLDERS) {
    folder = join(folder, name);
    try {
      const stats = await lstatOrAbsent(folder);
      // What somebody else of the machine put into a folder that all may write is not this workspace's.
      if (stats === undefined || isForeign(stats)) return undefined;
      if (!stats.isDirectory()) return { folder, problem: 'it is no folder' };
    } catch (error) {
      return { folder, problem: reasonOf(error) };
    }
  }
  return { folder };
}

function isForeign({ uid }: Stats): boolean {
  const self = process.getuid?.() ?? 0;
  return self !== 0 && uid !== self && uid !== 0;
}

async function readAll(folder: string, found: Found): Promise<void> {
  try {
    for (const name of await policyNames(folder)) await readOne(join(folder, name), found);
  } catch (error) {
    found.problems.push(`${folder}: ${reasonOf(error)}`);
  }
}

async function policyNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  let entries = 0;
  for await (const { name } of await opendir(folder)) {
    entries += 1;
    if (entries > MAX_ENTRIES) throw new Error(`it holds more than ${MAX_ENTRIES} entries`);
    if (name.endsWith('.yaml') && !name.endsWith(TESTS)) names.push(name);
  }
  return names.toSorted();
}

async function readOne(file: string, { files, problems }: Found): Promise<void> {
  const room = MAX_BYTES - files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  try {
    const read = await readSafely(file, room);
    if (read.kind === 'missing') return;
    if (read.kind === 'too-large')
      problems.push(`${file}: the policies of a workspace take at most ${MAX_BYTES} bytes`);
    else if (files.length >= MAX_FILES) problems.push(`${file}: a workspace has at most ${MAX_FILES} policies`);
    else files.push({ file, text: read.bytes.toString('utf8') });
  } catch (error) {
    problems.push(`${file}: ${reasonOf(error)}`);
  }
}
