/** A bounded, recorded look at the world: what the engine may ask for and the shape of the answers. */
import { z } from 'zod';

import { Location } from './effect.ts';
import { RegoFact } from './rego.ts';
import { LossKind, MAX_CLAIMED_PATHS, Restorable } from './undo.ts';

const path = z.string().describe('absolute path');

/** Paths that one question about Countersign's own files may name. */
export const MAX_GUARDED_PATHS = 4096;

/** Paths that a glob is expanded to. */
export const MAX_GLOB_MATCHES = 2048;

/** Entries that `git clean` removes and that are named. */
export const MAX_CLEANED_PATHS = 256;

/** Processes that one question may name. */
export const MAX_GUARDED_PIDS = 256;

/** Branches that one question may name. */
export const MAX_DROPPED = 64;

/** Names of files in one answer, for a prompt. */
export const MAX_LOST_NAMES = 5;

/** One test of an entry: what `find` says by `-name`, `-path`, `-type` and `-empty`, and their opposites. */
export const EntryTest = z
  .strictObject({
    test: z.enum(['name', 'path', 'type', 'empty']),
    value: z.string().max(256).describe('a pattern, or letters of types; empty for `empty`'),
    not: z.boolean(),
    ignoreCase: z.boolean(),
  })
  .meta({ id: 'EntryTest' });
export type EntryTest = z.infer<typeof EntryTest>;

/** Which entries below a folder are meant. Tests that nobody can tell beforehand are left out: they only narrow it. */
export const TreeSelection = z
  .strictObject({
    anyOf: z
      .array(z.array(EntryTest).max(32).readonly())
      .max(32)
      .readonly()
      .describe('an entry is meant when all tests of a list hold'),
    from: z.string().describe('how the folder is spelled: paths of entries begin with it'),
    minDepth: z.int().nonnegative(),
    maxDepth: z.int().nonnegative().optional(),
    whole: z.boolean().describe('a folder that is meant goes with everything below it; else only if it is empty'),
    split: z.boolean().describe('a name with blanks or quotes in it would be taken for several'),
  })
  .meta({ id: 'TreeSelection' });
export type TreeSelection = z.infer<typeof TreeSelection>;

/** A question about the world. The engine asks it, the gate has it answered, the trace records it. */
export const FactNeed = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('path'), path }).describe('what one path is'),
    z
      .strictObject({ kind: z.literal('guarded'), paths: z.array(path).max(MAX_GUARDED_PATHS) })
      .describe("which of these paths lead to Countersign's own files"),
    z
      .strictObject({ kind: z.literal('own-processes'), pids: z.array(z.int()).max(MAX_GUARDED_PIDS) })
      .describe("which of these ids, as `kill` takes them, reach Countersign's own processes; a group's is negative"),
    z
      .strictObject({ kind: z.literal('tree'), path, only: TreeSelection.optional() })
      .describe('what deleting everything under a path would lose, or of it only what is selected'),
    z.strictObject({ kind: z.literal('glob'), cwd: path, pattern: z.string() }).describe('what a shell glob matches'),
    z.strictObject({ kind: z.literal('text'), path }).describe('the text of a small regular file'),
    z.strictObject({ kind: z.literal('repo'), cwd: path }).describe('the git repository around a folder'),
    z
      .strictObject({ kind: z.literal('git-alias'), cwd: path, name: z.string() })
      .describe('what a git alias stands for'),
    z
      .strictObject({ kind: z.literal('git-lost'), cwd: path, from: z.string(), to: z.string() })
      .describe('commits reachable from `from` and not from `to`'),
    z
      .strictObject({
        kind: z.literal('git-dropped'),
        cwd: path,
        branches: z.array(z.string()).min(1).max(MAX_DROPPED),
      })
      .describe('commits that nothing else names once these local branches are deleted'),
    z
      .strictObject({
        kind: z.literal('git-clean'),
        cwd: path,
        ignored: z.enum(['no', 'also', 'only']),
        paths: z.array(z.string()),
      })
      .describe('what `git clean` would remove'),
    z
      .strictObject({ kind: z.literal('kube-context'), kubeconfig: z.string() })
      .describe('current cluster; `kubeconfig` empty for the default'),
    z
      .strictObject({ kind: z.literal('workspace-policy'), cwd: path })
      .describe('what the policies say that lie in `.countersign/policies` of a folder or of those above it'),
    z
      .strictObject({
        kind: z.literal('restorable'),
        how: LossKind,
        paths: z.array(path).min(1).max(MAX_CLAIMED_PATHS),
      })
      .describe('what of these, where nothing else brings it back, can be saved before it is destroyed'),
    z
      .strictObject({ kind: z.literal('session'), session: z.string() })
      .describe('what this session did and was denied before'),
    z
      .strictObject({ kind: z.literal('circumstances'), session: z.string() })
      .describe('the time of day, who sits at the machine and what was spent'),
    z
      .strictObject({ kind: z.literal('rego'), policy: z.string() })
      .describe('what a Rego policy says of the action; `policy` is its digest'),
  ])
  .meta({ id: 'FactNeed' });
export type FactNeed = z.infer<typeof FactNeed>;

/** Counts of the files under a folder, by what git could bring back. */
export const TreeCounts = z
  .strictObject({
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    tracked: z.int().nonnegative().describe('tracked and unchanged'),
    dirty: z.int().nonnegative().describe('tracked with uncommitted changes, staged or not'),
    untracked: z.int().nonnegative().describe('neither tracked nor ignored'),
    ignored: z.int().nonnegative(),
    regenerable: z
      .int()
      .nonnegative()
      .describe('of the ignored: the ignore rule is in HEAD and a source to rebuild from is known'),
    precious: z.array(z.string()).max(20).describe('files such as .env, keys and databases that git cannot bring back'),
    changed: z.array(z.string()).max(MAX_LOST_NAMES).optional().describe('the first few of those counted as `dirty`'),
    unsaved: z
      .array(z.string())
      .max(MAX_LOST_NAMES)
      .optional()
      .describe('the first few that are neither tracked nor regenerable'),
    complete: z.boolean().describe('false when a cap was hit; counts are then lower bounds'),
  })
  .meta({ id: 'TreeCounts' });
export type TreeCounts = z.infer<typeof TreeCounts>;

/** An empty tree, seen completely. */
export const NO_FILES: TreeCounts = {
  files: 0,
  bytes: 0,
  tracked: 0,
  dirty: 0,
  untracked: 0,
  ignored: 0,
  regenerable: 0,
  precious: [],
  complete: true,
};

export const PathFact = z.strictObject({
  kind: z.literal('path'),
  type: z.enum(['missing', 'file', 'directory', 'symlink', 'other']),
  realPath: z.string().describe('with every symlink resolved as far as the path exists'),
  location: Location,
  sizeBytes: z.int().nonnegative(),
  ownedBySelf: z.boolean(),
  identity: z.string().optional().describe('device and inode: another file under the same name has another one'),
  digest: z.string().optional().describe('SHA-256 (hex) of a regular file of at most 1 MiB'),
});
export type PathFact = z.infer<typeof PathFact>;

export const GuardedFact = z.strictObject({
  kind: z.literal('guarded'),
  own: z.array(z.string()).describe("of the paths asked for: those that are Countersign's own, through whatever links"),
  unseen: z.array(z.string()).describe('of the paths asked for: names that mean something else to each process'),
});
export type GuardedFact = z.infer<typeof GuardedFact>;

export const OwnProcessesFact = z.strictObject({ kind: z.literal('own-processes'), own: z.array(z.int()) });
export type OwnProcessesFact = z.infer<typeof OwnProcessesFact>;

export const TreeFact = z.strictObject({
  kind: z.literal('tree'),
  exists: z.boolean(),
  realPath: z.string(),
  location: Location,
  repoRoot: z.string().optional().describe('absent outside a repository'),
  containsRepo: z.boolean().describe('the tree holds a whole .git folder'),
  counts: TreeCounts,
  modifiedAt: z.int().optional().describe('of a regular file, in milliseconds since 1970'),
  mounts: z
    .array(z.string())
    .max(20)
    .optional()
    .describe('where disks and shares are mounted, at the path or below it'),
  share: z.literal(true).optional().describe('some of it lies on another machine'),
  owner: z.string().optional().describe('the other user to whom the path belongs'),
  wouldBe: z
    .enum(['untracked', 'ignored', 'rebuilt'])
    .optional()
    .describe(
      'where nothing is: as what git would take something that is put there, `rebuilt` as what can be built again',
    ),
});
export type TreeFact = z.infer<typeof TreeFact>;

export const GlobFact = z.strictObject({
  kind: z.literal('glob'),
  matches: z.array(z.string()).max(MAX_GLOB_MATCHES).describe('absolute paths'),
  complete: z.boolean(),
});
export type GlobFact = z.infer<typeof GlobFact>;

export const TextFact = z.strictObject({
  kind: z.literal('text'),
  exists: z.boolean(),
  text: z.string().max(65_536),
  digest: z.string().describe('SHA-256 (hex) of the whole content; empty when it does not exist'),
});
export type TextFact = z.infer<typeof TextFact>;

export const RepoFact = z.strictObject({
  kind: z.literal('repo'),
  root: z.string().describe('empty outside a repository'),
  branch: z.string().describe('empty when detached'),
  defaultBranch: z.string().describe('of the remote; empty when unknown'),
  upstream: z.string().describe('for example `origin/main`; empty when none'),
  pushesTo: z
    .strictObject({ remote: z.string(), branch: z.string() })
    .optional()
    .describe('where a push that names nothing puts the current branch; absent when settings send it elsewhere'),
  dirtyFiles: z.int().nonnegative(),
  changed: z.array(z.string()).max(MAX_LOST_NAMES).optional().describe('the first few of the dirty files'),
  untrackedFiles: z.int().nonnegative(),
  unpushedCommits: z.int().nonnegative(),
  stashes: z.int().nonnegative(),
  remotes: z.array(z.strictObject({ name: z.string(), url: z.string() })).max(20),
});
export type RepoFact = z.infer<typeof RepoFact>;

export const GitAliasFact = z.strictObject({ kind: z.literal('git-alias'), value: z.string().nullable() });
export type GitAliasFact = z.infer<typeof GitAliasFact>;

export const GitLostFact = z.strictObject({
  kind: z.literal('git-lost'),
  commits: z.int().nonnegative(),
  subjects: z.array(z.string()).max(10),
  madeHere: z
    .boolean()
    .optional()
    .describe('the log of this work tree tells of each of them that it was committed here'),
});
export type GitLostFact = z.infer<typeof GitLostFact>;

export const GitDroppedFact = GitLostFact.omit({ madeHere: true }).extend({ kind: z.literal('git-dropped') });
export type GitDroppedFact = z.infer<typeof GitDroppedFact>;

export const GitCleanFact = z.strictObject({
  kind: z.literal('git-clean'),
  paths: z.array(z.string()).max(MAX_CLEANED_PATHS),
  counts: TreeCounts,
});
export type GitCleanFact = z.infer<typeof GitCleanFact>;

export const KubeContextFact = z.strictObject({
  kind: z.literal('kube-context'),
  context: z.string().describe('empty when none is set'),
  cluster: z.string(),
  namespace: z.string(),
});
export type KubeContextFact = z.infer<typeof KubeContextFact>;

/** A policy file of a workspace, as it lies there. */
export const WorkspacePolicyText = z
  .strictObject({ file: z.string(), text: z.string().max(16_384) })
  .meta({ id: 'WorkspacePolicyText' });
export type WorkspacePolicyText = z.infer<typeof WorkspacePolicyText>;

/** The text itself, so that a replay judges by what was there. */
export const WorkspacePolicyFact = z.strictObject({
  kind: z.literal('workspace-policy'),
  files: z.array(WorkspacePolicyText).max(16),
  problems: z.array(z.string()).max(16).describe('what lies there and could not be read, with the reason'),
});
export type WorkspacePolicyFact = z.infer<typeof WorkspacePolicyFact>;

/** A target that a human or a forced rule denied; it stays denied for the session however it is spelled. */
export const DeniedTarget = z
  .strictObject({
    effect: z.string(),
    target: z.string(),
    reason: z.string(),
    traceId: z.string(),
  })
  .meta({ id: 'DeniedTarget' });
export type DeniedTarget = z.infer<typeof DeniedTarget>;

/** A file that was not there before this session wrote it. */
export const MadeFile = z.strictObject({
  path: z.string().describe('with every symlink resolved'),
  since: z.int().nonnegative().describe('when the session was first allowed to write it, in milliseconds since 1970'),
  at: z.int().nonnegative().describe('when it was last allowed to'),
});
export type MadeFile = z.infer<typeof MadeFile>;

export const SessionFact = z.strictObject({
  kind: z.literal('session'),
  denied: z.array(DeniedTarget).max(256),
  secretsRead: z.array(z.string()).max(64).describe('paths and names of secrets read in this session'),
  messaged: z.array(z.string()).max(256).optional().describe('people this session has written to'),
  made: z.array(MadeFile).max(256).optional().describe('files this session made'),
  fetched: z.array(z.string()).max(64).optional().describe('hosts on the network whose content this session fetched'),
  downloaded: z
    .array(z.string())
    .max(256)
    .optional()
    .describe('files and folders into which this session put what it fetched; `/*`: something below'),
  parked: z
    .array(z.string())
    .max(256)
    .optional()
    .describe('places where nobody keeps anything, to which this session moved work that nothing brings back'),
  partial: z
    .literal(true)
    .optional()
    .describe('what it did before the daemon was started again could not be read; denials are all there'),
});
export type SessionFact = z.infer<typeof SessionFact>;

/** Half hours and no finer: a question that waits for a human is not asked anew with every minute. */
export const CircumstancesFact = z.strictObject({
  kind: z.literal('circumstances'),
  weekday: z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']).describe('by the clock of the machine'),
  halfHour: z.int().min(0).max(47).describe('of the day, by the clock of the machine'),
  userTier: z.string().describe('`policy.userTier` of the settings; empty when none is set'),
  spentUsd: z.number().nonnegative().optional().describe('by this session; absent when nobody counts'),
});
export type CircumstancesFact = z.infer<typeof CircumstancesFact>;

export const RestorableFact = Restorable.extend({ kind: z.literal('restorable') });
export type RestorableFact = z.infer<typeof RestorableFact>;

export const FactData = z
  .discriminatedUnion('kind', [
    PathFact,
    GuardedFact,
    OwnProcessesFact,
    TreeFact,
    GlobFact,
    TextFact,
    RepoFact,
    GitAliasFact,
    GitLostFact,
    GitDroppedFact,
    GitCleanFact,
    KubeContextFact,
    WorkspacePolicyFact,
    RestorableFact,
    SessionFact,
    CircumstancesFact,
    RegoFact,
  ])
  .meta({ id: 'FactData' });
export type FactData = z.infer<typeof FactData>;

/** An answer: known, or unknown with the reason. Unknown never lowers a score. */
export const FactValue = z
  .discriminatedUnion('known', [
    z.strictObject({ known: z.literal(true), data: FactData }),
    z.strictObject({
      known: z.literal(false),
      reason: z.string(),
      failed: z.literal(true).optional().describe('nobody got an answer at all, in time or otherwise'),
    }),
  ])
  .meta({ id: 'FactValue' });
export type FactValue = z.infer<typeof FactValue>;

/** One question with its answer, as the trace stores it. */
export const FactRecord = z.strictObject({ need: FactNeed, value: FactValue }).meta({ id: 'FactRecord' });
export type FactRecord = z.infer<typeof FactRecord>;

/** The map key of a need: equal needs have equal keys. */
export function factKey(need: FactNeed): string {
  // A long script asks for thousands of these.
  const isPlain = need.kind === 'path' || (need.kind === 'tree' && need.only === undefined);
  if (isPlain) return `[["kind","${need.kind}"],["path",${JSON.stringify(need.path)}]]`;
  return JSON.stringify(inOrder(need));
}

/** INVARIANT: also after a need was stored and read back, whatever order its fields then have. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const named = fields.map(([name, field]: [string, unknown]) => [name, inOrder(field)] as const);
  return named.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
