/** What a git command of an action does to the state that later commands of the same action rest on. */
import { absolutePath } from '../catalog/paths.ts';
import type { EffectDraft, ParsedOperation, Word } from '../types.ts';
import { isWithin } from '../measure-location.ts';
import { UNKNOWN_CWD } from '../understand/paths.ts';

/**
 * `ignores`: other ignore rules may hold. `index`: what git tracks changes. `head`: HEAD names another commit or branch.
 * `grows`: HEAD gets commits on top. `amends`: its last one is made anew. `fetches`: what is known of remotes changes. `remotes`: they are other ones.
 * `stages`: new files become known to git. `unstashes`: stashed work lies in the folder and nowhere else.
 * `uncommits`: commits become uncommitted work. `history`: the repository itself goes away.
 */
export type Doing =
  | 'ignores'
  | 'index'
  | 'head'
  | 'grows'
  | 'amends'
  | 'fetches'
  | 'remotes'
  | 'stages'
  | 'unstashes'
  | 'uncommits'
  | 'history';

export type RepositoryStep = {
  readonly kind: 'repository';
  /** Where git works; `?` when that is not known. */
  readonly folder: string;
  readonly does: ReadonlySet<Doing>;
  /** The branch one is on afterwards, if it works. */
  readonly branch?: Word;
  /** A later operation only runs when this one worked. */
  readonly certain?: boolean;
  /** `runs git checkout main` */
  readonly words: string;
};

const OTHER_FILES: readonly Doing[] = ['ignores', 'head'];
const NEW_COMMITS: readonly Doing[] = ['ignores', 'grows'];

/** By subcommand, when nothing in its options says more. */
const DOES: Readonly<Record<string, readonly Doing[]>> = {
  __proto__: null as never,
  checkout: OTHER_FILES,
  switch: OTHER_FILES,
  rebase: OTHER_FILES,
  bisect: OTHER_FILES,
  'read-tree': ['ignores', 'index'],
  pull: ['ignores', 'grows', 'fetches'],
  merge: NEW_COMMITS,
  'cherry-pick': NEW_COMMITS,
  revert: NEW_COMMITS,
  am: NEW_COMMITS,
  apply: ['ignores'],
  restore: ['ignores'],
  commit: ['grows'],
  fetch: ['fetches'],
  add: ['stages'],
  stage: ['stages'],
  'update-index': ['index'],
  'update-ref': ['head'],
  'symbolic-ref': ['head'],
  'filter-branch': ['head'],
  'filter-repo': ['head'],
};

const HELD_BACK = new Set(['-n', '--dry-run']);

export function repositoryStep(operation: ParsedOperation, drafts: readonly EffectDraft[]): RepositoryStep | undefined {
  if (operation.remote !== undefined) return undefined;
  // What throws changes of files away was given their names.
  const files = drafts.some(({ kind, attributes }) => kind === 'vcs.discard' && attributes.force !== true);
  const git = operation.program === 'git' ? gitStep(operation, files) : undefined;
  const touched = touchedBy(drafts);
  if (git === undefined && touched.length === 0) return undefined;
  const does = new Set([...(git?.does ?? []), ...touched]);
  return does.size === 0 ? undefined : { folder: folderOf(operation, drafts), words: wordsOf(operation), ...git, kind: 'repository', does }; // prettier-ignore
}

function gitStep(
  { words, cwd }: ParsedOperation,
  files: boolean,
): Pick<RepositoryStep, 'folder' | 'does' | 'branch'> | undefined {
  const { folder, rest } = afterGlobals(words, cwd);
  const [subcommand, ...args] = rest;
  if (subcommand === undefined || args.some(({ text }) => HELD_BACK.has(text))) return undefined;
  const does = new Set(files && subcommand.text === 'checkout' ? [] : doingsOf(subcommand.text, args));
  const branch = files ? undefined : branchAfter(subcommand.text, args);
  return { folder, does, ...(branch === undefined ? {} : { branch }) };
}

const VALUED = new Set(['-c', '--git-dir', '--work-tree', '--namespace', '--exec-path', '--config-env']);

function afterGlobals(words: readonly Word[], cwd: string): { folder: string; rest: readonly Word[] } {
  let folder = cwd;
  let at = 1;
  for (; at < words.length && words[at]?.text.startsWith('-') === true; at++) {
    const value = words[at + 1];
    if (words[at]?.text === '-C' && value !== undefined) {
      folder = value.dynamic ? UNKNOWN_CWD : absolutePath(folder, value.text);
      at++;
    } else if (VALUED.has(words[at]?.text ?? '')) at++;
  }
  return { folder, rest: words.slice(at) };
}

function doingsOf(subcommand: string, args: readonly Word[]): readonly Doing[] {
  const has = (...options: readonly string[]): boolean => args.some(({ text }) => options.includes(text));
  const operands = args.filter(({ text }) => !text.startsWith('-'));
  switch (subcommand) {
    case 'commit':
      return has('--amend') ? ['amends'] : ['grows'];
    case 'reset':
      return resetDoings(has, operands);
    case 'rm':
      return has('--cached') ? ['index'] : [];
    case 'stash':
      return operands[0]?.text === 'pop' ? ['ignores', 'unstashes'] : [];
    case 'branch':
      return has('-f', '--force', '-M', '-m', '--move') ? ['head'] : [];
    case 'remote':
      return operands[0]?.text === 'update' || operands[0]?.text === 'prune' ? ['fetches'] : operands.length > 1 ? ['remotes'] : []; // prettier-ignore
    case 'config':
      return configDoings(args);
    default:
      return DOES[subcommand] ?? [];
  }
}

/** Only `--hard` and its kin leave the files as another commit has them; the others leave them as they are. */
function resetDoings(has: (...options: readonly string[]) => boolean, operands: readonly Word[]): readonly Doing[] {
  const named = operands.length > 0 && operands[0]?.text !== 'HEAD';
  if (has('--hard', '--merge', '--keep')) return named ? OTHER_FILES : ['ignores'];
  const index: readonly Doing[] = has('--soft') ? [] : ['index'];
  return named ? [...index, 'head', 'uncommits'] : index;
}

function configDoings(args: readonly Word[]): readonly Doing[] {
  const keys = args.map(({ text }) => text.toLowerCase());
  if (keys.some((key) => /^core\.(?:excludesfile|worktree)$/.test(key))) return ['ignores'];
  return keys.some((key) => /^(?:remote|url|branch|push)\./.test(key)) ? ['remotes'] : [];
}

const MAKES_BRANCH = new Set(['-b', '-B', '-c', '-C', '--orphan', '--create', '--force-create']);

function branchAfter(subcommand: string, args: readonly Word[]): Word | undefined {
  if (subcommand !== 'checkout' && subcommand !== 'switch') return undefined;
  const made = args.findIndex(({ text }) => MAKES_BRANCH.has(text));
  if (made >= 0) return args[made + 1];
  if (args.some(({ text }) => text === '--' || text === '-d' || text === '--detach')) return undefined;
  return args.find(({ text }) => text === '-' || !text.startsWith('-'));
}

/** Ignore rules and the repository itself are files too. */
function touchedBy(drafts: readonly EffectDraft[]): readonly Doing[] {
  return drafts.flatMap(({ kind, targets, attributes }): readonly Doing[] => {
    if (attributes.dryRun === true) return [];
    const names = targets.filter((target) => target.kind === 'path').map(({ name }) => name);
    const removes = kind === 'file.delete' || kind === 'file.move';
    const gone = removes && names.some((name) => /(?:^|\/)\.git$/.test(name));
    const index = removes && names.some((name) => /(?:^|\/)\.git\/index$/.test(name));
    const changes = (removes || kind === 'file.write') && names.some(isIgnoreFile);
    return [...(gone ? ['history' as const] : []), ...(index ? ['index' as const] : []), ...(changes ? ['ignores' as const] : [])]; // prettier-ignore
  });
}

/** What lies elsewhere may hold for any repository, as the rules of a person do. */
function folderOf({ cwd }: ParsedOperation, drafts: readonly EffectDraft[]): string {
  const names = drafts.flatMap(({ targets }) => targets.map(({ name }) => name)).filter(isIgnoreFile);
  return names.every((name) => isWithin(name, cwd)) ? cwd : UNKNOWN_CWD;
}

/** A name that ends in something unknown may be any. */
function isIgnoreFile(name: string): boolean {
  return /(?:^|\/)(?:\.gitignore|\.git\/info\/exclude|git\/ignore)$|\$(?:\w+|\{[^}]*\})$/.test(name);
}

function wordsOf({ argv, program }: ParsedOperation): string {
  return program === 'git' ? `runs \`${argv.slice(0, 4).join(' ')}\`` : `runs \`${argv.slice(0, 3).join(' ')}\``;
}
