/** The fixed vocabulary of what operations do. */
import { z } from 'zod';

/** Every effect kind with its meaning, in the words the generated reference prints. */
export const EFFECTS = {
  'file.read': 'reads files',
  'file.write': 'creates or overwrites files',
  'file.delete': 'deletes files or folders',
  'file.move': 'moves or renames files',
  'file.permissions': 'changes the mode or ownership of files',
  'secret.read': 'reads keys, tokens or passwords',
  'disk.write': 'writes to or formats a block device',
  'vcs.read': 'reads version-control state',
  'vcs.commit': 'records changes in version control',
  'vcs.push': 'publishes commits to a remote',
  'vcs.force-push': 'replaces commits on a remote',
  'vcs.discard': 'throws away uncommitted changes',
  'vcs.rewrite': 'rewrites local history',
  'vcs.delete-ref': 'deletes a branch, tag or stash',
  'forge.change': 'changes something on a code-hosting service',
  'forge.delete': 'deletes something on a code-hosting service',
  'db.read': 'reads from a database',
  'db.write': 'inserts or updates rows',
  'db.delete': 'deletes rows',
  'db.drop': 'drops or truncates tables, schemas or databases',
  'db.admin': 'changes roles, grants, schema or server settings',
  'net.fetch': 'downloads from the network',
  'net.send': 'sends a changing request to the network',
  'net.upload': 'sends file contents to the network',
  'net.listen': 'accepts connections from the network',
  'package.install': 'installs third-party code',
  'package.publish': 'publishes a package',
  'package.unpublish': 'removes or deprecates a published package',
  'container.run': 'runs or builds a container',
  'container.remove': 'removes containers, images, volumes or networks',
  'cluster.read': 'reads from a cluster',
  'cluster.change': 'changes cluster resources',
  'cluster.delete': 'deletes cluster resources',
  'infra.read': 'reads or plans infrastructure',
  'infra.change': 'changes infrastructure',
  'infra.destroy': 'destroys infrastructure',
  'cloud.read': 'reads a cloud account',
  'cloud.change': 'changes a cloud account',
  'cloud.delete': 'deletes from a cloud account',
  'message.send': 'sends a message to people',
  'payment.move': 'moves money',
  'account.change': 'changes or deletes a user account',
  'privilege.gain': 'runs with more rights than the agent has',
  'persistence.add': 'arranges for code to run later or at every start',
  'process.kill': 'stops processes or services',
  'system.change': 'changes system services, network rules, users or power state',
  'tools.change': 'changes what a server offers to the model',
  'tools.doubt': 'calls a tool that is not clearly what it seems to be',
  'guard.tamper': 'touches Countersign itself',
  'code.run': 'runs code the engine has read or that the project owns',
  'code.opaque': 'runs code the engine cannot see',
} as const;

export const EffectKind = z
  .enum(Object.keys(EFFECTS) as [keyof typeof EFFECTS, ...(keyof typeof EFFECTS)[]])
  .meta({ id: 'EffectKind' });
export type EffectKind = z.infer<typeof EffectKind>;

/** What an effect falls on. `name` is what a person would call it; `dynamic` means it is only known at run time. */
export const Target = z
  .strictObject({
    kind: z.enum([
      'path',
      'ref',
      'url',
      'host',
      'database',
      'table',
      'resource',
      'package',
      'process',
      'person',
      'account',
      'device',
      'unknown',
    ]),
    name: z.string().describe('absolute for paths; `remote/branch` for refs; host name for hosts'),
    dynamic: z.boolean().optional().describe('the name holds a variable, substitution or unexpanded glob'),
    realPath: z.string().optional().describe('where a path really lies, when symlinks lead there'),
    followed: z.boolean().optional().describe('a symlink of this name is followed: what it points to is meant'),
  })
  .meta({ id: 'Target' });
export type Target = z.infer<typeof Target>;

/**
 * Whether what an effect destroys can come back.
 * `regenerable`: ignored by git with a known source such as a lock file. `committed`: tracked and clean.
 * `partial`: some of it. `none`: nothing brings it back. `unknown`: could not be looked at.
 */
export const Recovery = z.enum(['regenerable', 'committed', 'partial', 'none', 'unknown']).meta({ id: 'Recovery' });
export type Recovery = z.infer<typeof Recovery>;

/** Where a path lies, from harmless to severe; `guard` is Countersign's own files, `home` the home folder itself. */
export const Location = z
  .enum(['temp', 'workspace', 'home-subtree', 'outside', 'home', 'system', 'root', 'guard', 'unknown'])
  .meta({ id: 'Location' });
export type Location = z.infer<typeof Location>;

export const Environment = z
  .enum(['production', 'staging', 'development', 'local', 'unknown'])
  .meta({ id: 'Environment' });
export type Environment = z.infer<typeof Environment>;

/** What is known of an effect. Absent means "does not apply or was not established", never "no". */
export const EffectAttributes = z
  .strictObject({
    recursive: z.boolean().optional(),
    force: z.boolean().optional(),
    bulk: z.boolean().optional().describe('touches everything of its kind: no filter, a wildcard, `--all`'),
    remote: z.boolean().optional().describe('takes effect on another machine'),
    privileged: z.boolean().optional().describe('runs as another, more powerful user'),
    dryRun: z.boolean().optional(),
    overwrite: z.boolean().optional().describe('replaces content that exists'),
    emptied: z.boolean().optional().describe('an overwrite that leaves nothing of the content and puts nothing there'),
    replaced: z.boolean().optional().describe('an overwrite of the whole content by another file or a download'),
    edited: z.boolean().optional().describe('changes some of the content that exists, in place'),
    recovery: Recovery.optional(),
    restorable: z
      .boolean()
      .optional()
      .describe('all that nothing else brings back is saved first, so that `countersign undo` brings it back'),
    location: Location.optional(),
    environment: Environment.optional(),
    files: z.int().nonnegative().optional(),
    bytes: z.int().nonnegative().optional(),
    dirtyFiles: z.int().nonnegative().optional().describe('tracked files with uncommitted changes'),
    oneCommitted: z
      .boolean()
      .optional()
      .describe('git can bring back one file of it, and all the others can be built again'),
    untrackedFiles: z.int().nonnegative().optional().describe('files git neither tracks nor ignores'),
    preciousFiles: z.array(z.string()).optional().describe('names such as .env, keys and databases that would be lost'),
    lostNames: z
      .array(z.string())
      .optional()
      .describe('the first few files that would be lost, or subjects of commits'),
    mounts: z.array(z.string()).optional().describe('disks and shares mounted in what would be deleted'),
    share: z.boolean().optional().describe('some of it lies on another machine, on a share'),
    owners: z.array(z.string()).optional().describe('other users to whom some of it belongs'),
    defaultBranch: z.boolean().optional(),
    lostCommits: z.int().nonnegative().optional(),
    madeHere: z
      .boolean()
      .optional()
      .describe('a push that drops only commits that were made in this work tree, and nothing that was not seen'),
    method: z.string().optional().describe('HTTP method'),
    hasFilter: z.boolean().optional().describe('a DELETE or UPDATE has a WHERE clause'),
    byKey: z.boolean().optional().describe('the rows are named by the value of a key'),
    unknownProgram: z.boolean().optional().describe('the program is not in the catalog'),
    fresh: z.boolean().optional().describe('this session made the files, and nothing else wrote them since'),
    disposable: z
      .boolean()
      .optional()
      .describe('moved to where nobody keeps anything: a temporary folder, or one that is built again'),
    stranger: z
      .boolean()
      .optional()
      .describe('nothing here names the host, and this session fetched content from other hosts before'),
    downloaded: z
      .boolean()
      .optional()
      .describe('code that this session fetched from the network; on a write, what comes from somebody unknown here'),
    piped: z.boolean().optional().describe('the code comes out of a pipe or a download'),
    additive: z.boolean().optional().describe('only adds something new that can be taken away again'),
    count: z.int().nonnegative().optional().describe('how many at once: recipients, machines, payments'),
    amount: z.int().nonnegative().optional().describe('money moved, in whole units of its currency, rounded up'),
    currency: z.string().optional().describe('of `amount`, as a code such as EUR, where it is given'),
    hourlyCost: z
      .int()
      .nonnegative()
      .optional()
      .describe('estimated US dollars per hour of what is started, rounded up'),
  })
  .meta({ id: 'EffectAttributes' });
export type EffectAttributes = z.infer<typeof EffectAttributes>;

/** What an operation does. */
export const Effect = z
  .strictObject({
    kind: EffectKind,
    targets: z.array(Target),
    attributes: EffectAttributes,
    operation: z.int().nonnegative().describe('index into the operations of the assessment'),
  })
  .meta({ id: 'Effect' });
export type Effect = z.infer<typeof Effect>;

/** One thing the action would execute once wrappers are peeled off. */
export const Operation = z
  .strictObject({
    program: z.string().describe('base name of the program, or `tool:NAME`, `sql`, `http`'),
    argv: z.array(z.string()).describe('with static quoting and variables resolved; dynamic parts stay as written'),
    cwd: z.string().describe('absolute; `?` when a dynamic cd came before'),
    via: z.array(z.string()).describe('the wrappers it was peeled out of, outermost first'),
    dynamic: z.boolean().describe('some word is only known at run time'),
  })
  .meta({ id: 'Operation' });
export type Operation = z.infer<typeof Operation>;
