/** Git: what each subcommand does to files, history and remotes. Commands that git itself starts are peeled before. */
import type { Catalog, Condition, Rule, Targets } from './entry.ts';
import { deletesBranches } from './git-branches.ts';
import { cleans } from './git-clean.ts';
import {
  discardsByApply,
  discardsByCheckout,
  discardsByCheckoutIndex,
  discardsByReadTree,
  discardsByRestore,
  discardsBySwitch,
  resets,
  sparsens,
  stashes,
} from './git-discard.ts';
import { forcesBranches, setsRef } from './git-moves.ts';
import { overwritesBranches, pushes } from './git-push.ts';
import { gitFolder, repositoryPaths, workPlace } from './git-repository.ts';
import { removesWorkTree } from './git-worktrees.ts';
import { pathTarget } from './paths.ts';
import { does, doesOn, draft, either, flag, has, hasOperands, nothing, operandText, secretEffects, settle, when, writes } from './rules.ts'; // prettier-ignore
import { isSecretPath } from './secret-paths.ts';
import { operands, optionPaths, paths } from './targets.ts';

const fetches = does('net.fetch', operands('url', 0, 1));
const commits = does('vcs.commit');
/** What is put onto another branch: the second name, or the branch one is on. */
const rebased: Targets = (call) =>
  operands('ref', 1)(call).length > 0 ? operands('ref', 1)(call) : [{ kind: 'ref', name: 'HEAD' }];

const rewrites = does('vcs.rewrite', operands('ref'));

/** `git mv` and `git worktree move`: the last name is where it goes. */
const gitMoves: Rule = (call) => {
  const all = repositoryPaths()(call);
  const to = all.at(-1);
  if (to === undefined || all.length < 2) return doesOn('file.move', () => all)(call);
  const brings = all.slice(0, -1).map((from) => ({ from, to, ...(all.length > 2 ? { into: true } : {}) }));
  return [{ ...draft('file.move', all, settle({ force: flag('force') }, call)), brings }];
};

/** Reading can print a committed secret: `git show HEAD:.env`. */
const looks: Rule = (call) => {
  const shown = call.args.operands.filter(({ text }) => text.includes(':') && isSecretPath(text.slice(text.indexOf(':') + 1)));
  const secret = shown.map(({ text }) => ({ kind: 'path', name: text }) as const);
  return [
    draft('vcs.read'),
    ...(secret.length > 0 ? [draft('secret.read', secret)] : []),
    ...writes(optionPaths('output'), { overwrite: true, replaced: true })(call),
  ];
}; // prettier-ignore

/** Keys whose values git runs as commands, or that send it elsewhere. */
const RUNS = /^(?:core\.(?:hookspath|fsmonitor|sshcommand|pager|editor|askpass|gitproxy|worktree)|sequence\.editor|gpg\.(?:.*\.)?program|credential\.(?:.*\.)?helper|(?:filter|diff|merge|difftool|mergetool)\..*\.(?:clean|smudge|process|textconv|command|driver|cmd|path)|diff\.external|init\.templatedir|include\.path|includeif\..*|url\..*|pager\..*|interactive\.difffilter|uploadpack\.packobjectshook|protocol\..*|remote\..*\.(?:uploadpack|receivepack|vcs|proxy)|sendemail\..*cmd|trailer\..*\.command|web\.browser|browser\..*|man\..*|submodule\..*\.update)$/i; // prettier-ignore

/** Git's own watcher on or off; anything else is a program. */
function isWatcherSwitch(key: string, value: string): boolean {
  return /^core\.fsmonitor$/i.test(key) && /^(?:true|false|yes|no|on|off|0|1)?$/i.test(value);
}

/** Every later push is then a forced one. */
function forcesPushes(key: string, value: string): boolean {
  return /^remote\..+\.push$/i.test(key)
    ? /^[+:]./.test(value)
    : /^remote\..+\.mirror$/i.test(key) && value !== 'false';
}

const setsConfig: Rule = (call) => {
  const key = operandText(call, 0) === 'set' ? operandText(call, 1) : operandText(call, 0);
  const value = call.args.operands.at(-1)?.text ?? '';
  const unsets = has('unset', 'unset-all', 'remove-section')(call);
  const runs = !unsets && key !== undefined && ((RUNS.test(key) && !isWatcherSwitch(key, value)) || (/^alias\./i.test(key) && value.startsWith('!')) || forcesPushes(key, value)); // prettier-ignore
  return [runs ? draft('persistence.add', [{ kind: 'resource', name: key }]) : draft('vcs.commit')];
};
/** `git -c gc.pruneExpire=now gc` throws away what the reflog could still bring back. */
const expiresAtOnce: Condition = ({ operation }) =>
  operation.argv.some((word, index) => operation.argv[index - 1] === '-c' && /^gc\.(?:.*\.)?(?:reflogexpire(?:unreachable)?|pruneexpire)=(?!never)/i.test(word)); // prettier-ignore

const readsConfig: Condition = (call) =>
  has('get', 'list', 'get-all', 'get-regexp', 'get-urlmatch', 'get-color', 'get-colorbool', 'show-origin')(call) ||
  (call.args.operands.length < 2 && !has('unset', 'unset-all', 'remove-section', 'edit', 'e')(call)) ||
  ['get', 'list'].includes(operandText(call, 0) ?? '');

const anyStash = ({ args }: Parameters<Condition>[0]) => [{ kind: 'ref', name: args.operands[0]?.text ?? 'stash@{0}' } as const]; // prettier-ignore

const BRANCH = 'd|delete D m|move M c|copy C f|force a|all r|remotes l|list=? v|verbose u|set-upstream-to= t|track=? contains= merged= no-merged= points-at= sort= format= q|quiet column=? show-current unset-upstream edit-description'; // prettier-ignore

/** Files are named from the folder git works in. */
const named = (from: number, to: number): Targets => (call) => call.args.operands.slice(from, to).filter(({ text }) => text !== '-').map((word) => pathTarget(gitFolder(call), word)); // prettier-ignore
const outputs: Targets = (call) => (call.args.options.get('output') ?? []).map((word) => pathTarget(gitFolder(call), word)); // prettier-ignore

const COMMANDS: Catalog = {
  'status log diff show shortlog blame annotate describe rev-parse rev-list ls-files ls-tree cat-file name-rev merge-base for-each-ref show-ref show-branch var version help check-ignore check-attr check-mailmap check-ref-format count-objects fsck whatchanged range-diff cherry diff-tree diff-index diff-files verify-commit verify-tag verify-pack grep stripspace column interpret-trailers mailinfo get-tar-commit-id request-pull fmt-merge-msg patch-id merge-tree hash-object write-tree last-modified': { options: 'output= n|max-count= p|patch s|short format= pretty=? since= until= author= S= G= L=', effects: looks }, // prettier-ignore
  difftool: { options: 'x|extcmd= t|tool= y', effects: when(has('extcmd'), does('code.opaque'), does('vcs.read')) },
  'ls-remote fetch fetch-pack': { options: 'upload-pack= u o|server-option= depth= p|prune f|force', effects: [fetches, overwritesBranches] }, // prettier-ignore
  pull: {
    options: 'upload-pack= r|rebase=? f|force depth= s|strategy= X=',
    effects: [fetches, commits],
  },
  clone: { options: 'upload-pack= u|upload-pack= b|branch= o|origin= c|config= depth= j|jobs= template= reference= separate-git-dir= recurse-submodules=?', effects: [fetches, writes(paths(1)), when(has('template'), does('code.opaque'))] }, // prettier-ignore
  'add stage': { options: 'n|dry-run f|force A|all u|update p|patch N chmod= pathspec-from-file=', dryRun: has('dry-run'), effects: [commits, (call) => secretEffects(paths()(call))] }, // prettier-ignore
  'init merge cherry-pick revert am notes commit-tree mktag mktree fast-import replace rerere update-index bisect maintenance multi-pack-index commit-graph pack-refs repack': { options: 'm= F= s= X= n q f|force', effects: [commits, when((call) => operandText(call, 0) === 'run', does('code.run'))] }, // prettier-ignore
  'read-tree': { options: 'm|merge reset u i prefix= n|dry-run v trivial aggressive index-output=', dryRun: has('dry-run'), effects: discardsByReadTree }, // prettier-ignore
  'checkout-index': { options: 'f|force a|all q u n prefix= stage= temp stdin z', effects: discardsByCheckoutIndex },
  'symbolic-ref': { options: 'd|delete m= q short', effects: when(has('delete'), does('vcs.delete-ref', operands('ref')), when((call) => call.args.operands.length > 1, rewrites, does('vcs.read'))) }, // prettier-ignore
  'sparse-checkout': { options: 'cone no-cone stdin skip-checks', effects: sparsens, commands: { 'list check-rules': { effects: does('vcs.read') }, 'init disable': { effects: commits } } }, // prettier-ignore
  bundle: { options: 'q|quiet all version=', effects: does('vcs.read'), commands: { create: { effects: [does('vcs.read'), writes(named(0, 1), { overwrite: true })] }, unbundle: { effects: commits } } }, // prettier-ignore
  'merge-file': { options: 'L= p|stdout q ours theirs union diff3', effects: when(has('stdout'), does('vcs.read'), writes(named(0, 1), { overwrite: true })) }, // prettier-ignore
  commit: {
    options: 'm|message= F|file= C|reuse-message= c|reedit-message= t|template= a|all p|patch author= date= fixup= squash= S|gpg-sign=? n|no-verify q v s e|edit amend trailer= u=? dry-run', // prettier-ignore
    dryRun: has('dry-run'),
    effects: [
      when(has('amend'), rewrites, commits),
      when(has('no-verify'), does('vcs.commit', undefined, { force: true })),
    ],
  },
  tag: {
    options: 'd|delete f|force l|list=? a|annotate s|sign m|message= F|file= u= n=? v|verify contains= merged= points-at= sort= format=',
    effects: when(has('delete'), does('vcs.delete-ref', operands('ref')), when(either(has('list', 'verify', 'n'), (call) => !hasOperands(call)), does('vcs.read'), when(has('force'), rewrites, commits))),
  }, // prettier-ignore
  branch: {
    options: BRANCH,
    effects: when(
      has('delete', 'D'),
      deletesBranches,
      when(has('M', 'C', 'force'), forcesBranches, when(either(has('move', 'copy', 'set-upstream-to', 'unset-upstream'), (call) => hasOperands(call) && !has('list', 'contains', 'merged', 'no-merged', 'all', 'remotes', 'verbose', 'points-at')(call)), commits, does('vcs.read'))),
    ),
  }, // prettier-ignore
  'send-pack http-push': { options: 'f|force all mirror n|dry-run thin atomic d|delete receive-pack= exec= stdin verbose', dryRun: has('dry-run'), effects: pushes }, // prettier-ignore
  push: {
    options:
      'f|force force-with-lease=? force-if-includes mirror all branches tags d|delete n|dry-run u|set-upstream o|push-option= receive-pack= exec= repo= q v prune no-verify follow-tags signed=? atomic',
    dryRun: has('dry-run'),
    effects: [pushes],
  },
  reset: { options: 'hard soft mixed merge keep q|quiet p|patch N', effects: resets },
  checkout: {
    options:
      'f|force b= B= p|patch m|merge conflict= orphan= t|track=? d|detach q|quiet l ours theirs pathspec-from-file= no-overlay overlay guess',
    effects: discardsByCheckout,
  },
  restore: { options: 's|source= S|staged W|worktree p|patch q ours theirs m pathspec-from-file=', effects: discardsByRestore }, // prettier-ignore
  switch: { options: 'f|force discard-changes c|create= C|force-create= d|detach m t=? orphan= q', effects: discardsBySwitch }, // prettier-ignore
  clean: {
    options: 'd f|force x X n|dry-run i|interactive q|quiet e|exclude=',
    dryRun: has('dry-run'),
    effects: cleans,
  },
  stash: {
    options: 'q m|message= k u a p',
    effects: [commits, stashes],
    commands: {
      'apply pop branch create store': { effects: commits },
      'push save': { options: 'q m|message= k|keep-index u|include-untracked a|all p|patch S|staged pathspec-from-file=', effects: [commits, stashes] }, // prettier-ignore
      'list show': { effects: does('vcs.read') },
      drop: { effects: does('vcs.delete-ref', anyStash) },
      clear: { effects: does('vcs.delete-ref', () => [{ kind: 'ref', name: 'stash' }], { bulk: true }) },
    },
  },
  reflog: { effects: does('vcs.read'), commands: { 'expire delete drop': { options: 'expire= expire-unreachable= all n|dry-run', dryRun: has('dry-run'), effects: does('vcs.rewrite', operands('ref'), { force: true, bulk: flag('all') }) } } }, // prettier-ignore
  gc: { options: 'prune=? aggressive auto', effects: when(either(has('prune'), expiresAtOnce), does('vcs.rewrite', undefined, { force: true }), nothing) }, // prettier-ignore
  'prune prune-packed': { options: 'n|dry-run v expire=', dryRun: has('dry-run'), effects: does('vcs.rewrite', undefined, { force: true }) }, // prettier-ignore
  'update-ref': { options: 'd|delete m= no-deref stdin', effects: when(has('delete', 'stdin'), does('vcs.delete-ref', operands('ref', 0, 1), { force: true }), setsRef) }, // prettier-ignore
  'filter-branch filter-repo': {
    effects: [does('vcs.rewrite', undefined, { force: true, bulk: true }), does('code.run')],
  },
  rebase: {
    options: 'i|interactive onto= x|exec= s= X= q root continue abort skip quit edit-todo show-current-patch',
    effects: [when(has('continue', 'abort', 'skip', 'quit', 'show-current-patch'), commits, does('vcs.rewrite', rebased)), when(has('exec'), does('code.opaque'))],
  }, // prettier-ignore
  worktree: {
    effects: does('vcs.read'),
    commands: {
      'add repair lock unlock': { options: 'b= B= f', effects: commits },
      move: { options: 'f|force', effects: gitMoves },
      remove: { options: 'f|force', effects: removesWorkTree },
      prune: { effects: commits },
    },
  },
  rm: {
    options: 'r f|force n|dry-run cached q ignore-unmatch pathspec-from-file=',
    dryRun: has('dry-run'),
    // Without force git takes only what is the same in HEAD, and refuses the rest.
    effects: when(has('cached'), commits, doesOn('file.delete', repositoryPaths(), { recursive: flag('r'), force: flag('force'), location: (call) => workPlace(call).location, recovery: (call) => (has('force')(call) ? undefined : 'committed') })),
  }, // prettier-ignore
  mv: { options: 'f|force n|dry-run k v', dryRun: has('dry-run'), effects: [gitMoves, when(has('force'), writes((call) => repositoryPaths()(call).slice(-1), { overwrite: true }), nothing)] }, // prettier-ignore
  submodule: {
    options: 'q',
    effects: does('vcs.read'),
    commands: {
      'add update init sync set-branch set-url absorbgitdirs': {
        options: 'b= f|force init recursive remote',
        // What was changed below and never committed there is of another repository, and nobody counts it.
        effects: [
          fetches,
          when(has('force', 'f'), does('vcs.discard', undefined, { recovery: 'unknown', force: true })),
        ],
      },
      deinit: { options: 'f|force all', effects: does('file.delete', repositoryPaths(), { recursive: true, force: flag('force'), bulk: flag('all') }) }, // prettier-ignore
      foreach: { options: 'recursive q', effects: does('code.opaque') },
    },
  },
  remote: {
    options: 'v|verbose',
    effects: does('vcs.read'),
    commands: {
      'add set-url set-head set-branches rename remove rm': { options: 't= m= f', effects: commits },
      'update prune': { effects: fetches },
    },
  },
  config: {
    options: 'f|file= blob= global system local worktree get get-all get-regexp list l|list unset unset-all add replace-all type= default= e|edit',
    effects: when(readsConfig, does('vcs.read'), setsConfig),
  }, // prettier-ignore
  apply: { options: 'check stat numstat summary 3 R|reverse|R p= directory= include= exclude= cached index', effects: when(has('check', 'stat', 'numstat', 'summary'), does('vcs.read'), discardsByApply) }, // prettier-ignore
  'format-patch archive': { options: 'o|output-directory|output= format= remote= prefix= n= exec=', effects: [does('vcs.read'), writes(outputs, { overwrite: true })] }, // prettier-ignore
  'send-email imap-send': {
    options: 'to= cc= smtp-server= n|dry-run',
    dryRun: has('dry-run'),
    effects: does('message.send'),
  },
  'daemon instaweb http-backend': { effects: does('net.listen') },
  lfs: {
    effects: does('vcs.read'),
    commands: { 'fetch pull': { effects: fetches }, push: { effects: does('vcs.push', undefined, { remote: true, defaultBranch: false }) }, prune: { effects: does('file.delete', repositoryPaths('.git/lfs')) } }, // prettier-ignore
  },
};

export const git: Catalog = {
  git: {
    separate: true,
    options: 'C= c|c-config= config-env= git-dir= work-tree= namespace= exec-path|exec-path-set=? p|paginate P|no-pager bare super-prefix= attr-source=', // prettier-ignore
    commands: COMMANDS,
  },
};
