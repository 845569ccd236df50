/** Ordinary answers to facts, so that a decision test only writes down what matters to it. */
import { FactData, NO_FILES, type FactNeed, type FactValue } from '../../protocol/facts.ts';

export type GivenFact = {
  readonly need: FactNeed;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  readonly unknown?: string | undefined;
};

const NO_REPO = {
  root: '',
  branch: 'main',
  defaultBranch: 'main',
  upstream: 'origin/main',
  dirtyFiles: 0,
  untrackedFiles: 0,
  unpushedCommits: 0,
  stashes: 0,
  remotes: [],
};

export function answerFor({ need, data = {}, unknown }: GivenFact): FactValue {
  if (unknown !== undefined) return { known: false, reason: unknown };
  return {
    known: true,
    data: FactData.parse({ kind: need.kind, ...ordinary(need, data['counts']), ...withoutCounts(data) }),
  };
}

function withoutCounts({ counts: _, ...rest }: Readonly<Record<string, unknown>>): object {
  return rest;
}

function ordinary(need: FactNeed, counts: unknown): object {
  const given = { ...NO_FILES, ...(typeof counts === 'object' ? counts : {}) };
  switch (need.kind) {
    case 'path':
      return { type: 'file', realPath: need.path, location: 'workspace', sizeBytes: 100, ownedBySelf: true };
    case 'tree':
      return {
        exists: true,
        realPath: need.path,
        location: 'workspace',
        repoRoot: '/work/app',
        containsRepo: false,
        counts: given,
      };
    case 'guarded':
      return { own: [], unseen: [] };
    case 'own-processes':
      return { own: [] };
    case 'git-clean':
      return { paths: [], counts: given };
    case 'glob':
      return { matches: [], complete: true };
    case 'text':
      return { exists: true, text: '', digest: '' };
    case 'repo':
      return { ...NO_REPO, root: need.cwd };
    case 'git-alias':
      return { value: null };
    case 'git-lost':
    case 'git-dropped':
      return { commits: 0, subjects: [] };
    case 'kube-context':
      return { context: '', cluster: '', namespace: '' };
    case 'workspace-policy':
      return { files: [], problems: [] };
    case 'rego':
      return { at: 0, inputDigest: '', findings: [] };
    case 'restorable':
      return { files: 1, bytes: 100, notRestorable: [], more: 0 };
    case 'session':
      return { denied: [], secretsRead: [] };
    case 'circumstances':
      return { weekday: 'wed', halfHour: 22, userTier: '' };
  }
}
