/** What was learned of a repository's configuration, kept for as long as the files it came from are the same. */
import { lstatSync, type BigIntStats } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOnOwnDisk } from '../mounts.ts';
import { isAbsence } from '../paths.ts';
import type { FoundRepo } from './find-repo.ts';
import type { GitConfig } from './git-config.ts';
import type { Shadow } from './shadow.ts';

export type KeptView = {
  readonly config: GitConfig;
  /** Absent where nothing can be kept on the disk: each view then makes its own. */
  readonly shadow: Shadow | undefined;
};

export type KeptViews = {
  /** INVARIANT: told before the configuration is read, so that a change meanwhile is seen the next time. */
  signatureOf(repo: FoundRepo, head: string): Promise<Signature>;
  get(repo: FoundRepo, signature: Signature): KeptView | undefined;
  canKeep(repo: FoundRepo, signature: Signature, config: GitConfig): boolean;
  keep(repo: FoundRepo, signature: Signature, view: KeptView): void;
  /** Stays as long as the process does; absent where there is no such folder. */
  readonly folder: (() => Promise<string>) | undefined;
};

export type Signature = {
  readonly text: string;
  /** Files that changed a moment ago can change again without their times telling. */
  readonly settled: boolean;
};

/** People work in a few at a time; views of more are made anew each time. */
const MAX_KEPT = 16;
/** The coarsest clock of a file system in use. */
const SETTLED_MS = 2_500;
/** Longer than any look may take. */
const RETIRE_MS = 30_000;

const SYSTEM_FILES = ['/etc/gitconfig', '/usr/local/etc/gitconfig', '/opt/homebrew/etc/gitconfig', '/Library/Developer/CommandLineTools/usr/share/git-core/gitconfig', '/Applications/Xcode.app/Contents/Developer/usr/share/git-core/gitconfig']; // prettier-ignore

/** @param scratchDir a private folder that agents cannot write to, and that stays as long as the process. */
export function createKeptViews(homedir: string, scratchDir: string | undefined, now: () => number): KeptViews {
  let made: Promise<string> | undefined;
  const kept = new Map<string, { readonly signature: string; readonly view: KeptView }>();
  return {
    async signatureOf({ gitDir, commonDir }, head) {
      const own = [join(commonDir, 'config'), join(gitDir, 'config.worktree')];
      const files = [...own, join(homedir, '.gitconfig'), join(homedir, '.config/git/config'), ...SYSTEM_FILES];
      const all = await Promise.all(files.map(stampOf));
      const latest = Math.max(...all.map(({ changedMs }) => changedMs));
      return { text: [head, ...all.map(({ text }) => text)].join('\n'), settled: latest < now() - SETTLED_MS };
    },
    get({ gitDir }, { text, settled }) {
      const found = kept.get(gitDir);
      return settled && found?.signature === text ? found.view : undefined;
    },
    canKeep({ gitDir }, { settled }, config) {
      return settled && !includesOthers(config) && (kept.size < MAX_KEPT || kept.has(gitDir));
    },
    keep({ gitDir }, { text }, view) {
      const before = kept.get(gitDir);
      kept.set(gitDir, { signature: text, view });
      const unused = before?.view.shadow?.made();
      if (unused !== undefined) retire(unused);
    },
    folder: scratchDir === undefined ? undefined : () => (made ??= mkdtemp(join(scratchDir, 'kept-'))),
  };
}

/** Another look may still be using it. */
function retire(shadow: Promise<string>): void {
  const remove = async (): Promise<void> => rm(await shadow, { recursive: true, force: true });
  // What could not be made or removed goes with the process.
  setTimeout(() => void remove().catch(() => undefined), RETIRE_MS).unref();
}

/** Their files are not among those whose times are compared. */
function includesOthers(config: GitConfig): boolean {
  return [...config.keys()].some((key) => key === 'include.path' || key.startsWith('includeif.'));
}

async function stampOf(path: string): Promise<{ readonly text: string; readonly changedMs: number }> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs, ctimeMs } = statAtOnce(path) ?? (await stat(path, { bigint: true }));
    return { text: [dev, ino, size, mtimeNs, ctimeNs].join(':'), changedMs: Number(ctimeMs) };
  } catch (error) {
    if (isAbsence(error)) return { text: '-', changedMs: 0 };
    throw error;
  }
}

/** Not of what is a link: that may lead to where a look waits. */
function statAtOnce(path: string): BigIntStats | undefined {
  const stats = isOnOwnDisk(path) ? lstatSync(path, { bigint: true }) : undefined;
  return stats?.isSymbolicLink() === true ? undefined : stats;
}
