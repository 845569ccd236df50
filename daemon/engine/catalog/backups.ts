/** Backups: what is saved where, and what is forgotten. */
import type { Call, Catalog, Rule } from './entry.ts';
import { does, draft, either, flag, has, operandText, optionText, secretEffects, when, writes } from './rules.ts';
import { operands, optionPaths, paths } from './targets.ts';

/** `s3:…`, `sftp:…`, `user@host:…`; a plain path is a folder here. */
const REMOTE = /^(?:s3|gs|b2|azure|sftp|rest|rclone|swift|ssh|https?|smb|webdavs?|dav|ftps?|scp|boto3|file2):|^[^/@\s]+@[^:\s]+:|^[\w.-]+:[^\\]/i; // prettier-ignore

const looks = does('file.read');

/** Copies of files go to a repository: one named here may be anybody's, a configured one is the project's own. */
const saves: Rule = (call) => {
  const place = optionText(call, 'repo') ?? call.args.operands.map(({ text }) => text).find((text) => REMOTE.test(text) || text.includes('::')); // prettier-ignore
  const files = paths()(call).filter(({ name }) => !name.includes('::'));
  if (place === undefined) return [draft('cloud.change', [{ kind: 'resource', name: 'backup' }], { additive: true })];
  const name = place.split('::')[0] ?? place;
  if (!REMOTE.test(name)) return [draft('file.write', [{ kind: 'resource', name }])];
  return [draft('net.upload', [...files, { kind: 'url', name }], { remote: true }), ...secretEffects(files)];
};

const forgets: Rule = (call) => [
  draft('cloud.delete', operands('resource')(call), {
    remote: true,
    ...(has('force', 'prune', 'all')(call) ? { force: true } : {}),
  }),
];
const unlocks = does('cloud.change', undefined, { remote: true, force: flag('force', 'remove-all') });
/** Put back over what is there now. */
const restores: Rule = (call) => [
  draft('file.write', [{ kind: 'path', name: optionText(call, 'target') ?? call.operation.cwd }], { bulk: true, overwrite: true }), // prettier-ignore
];

const lists = (call: Call): boolean => has('list')(call) || /^(?:list|info|status)$/.test(operandText(call, 0) ?? '');

export const backups: Catalog = {
  'restic rustic': {
    options: 'r|repo= repository-file= p|password-file= password-command= t|target= tag= H|host= path= n|dry-run q|quiet v|verbose exclude= files-from= prune keep-last= keep-daily= remove-all json no-lock', // prettier-ignore
    dryRun: has('dry-run'),
    commands: {
      'snapshots ls stats diff find check cat dump list version cache self-update generate': { effects: looks },
      'backup copy': { effects: saves },
      'init key tag migrate rewrite recover repair rebuild-index': { effects: unlocks },
      'forget prune': { effects: forgets },
      unlock: { effects: unlocks },
      restore: { effects: restores },
      mount: { effects: does('file.write', paths()) },
    },
    effects: looks,
  },
  'borg borgmatic': {
    options: 'n|dry-run s|stats p|progress list v r|repo= e|encryption= force keep-daily= keep-weekly= keep-last= a|glob-archives= prefix= repository= C= exclude= cache-only', // prettier-ignore
    dryRun: has('dry-run'),
    commands: {
      'list info diff check config version repo-list repo-info': { effects: looks },
      'create export-tar import-tar': { effects: saves },
      'init rcreate repo-create repo-compress key rename upgrade break-lock': { effects: unlocks },
      'delete prune compact rdelete repo-delete recreate undelete': { effects: forgets },
      extract: { effects: restores },
    },
    effects: looks,
  },
  kopia: {
    options: 'delete all force',
    commands: {
      snapshot: {
        commands: {
          'list verify': { effects: looks },
          create: { effects: saves },
          'delete expire': { effects: forgets },
          restore: { effects: restores },
        },
        effects: looks,
      },
      restore: { effects: restores },
      'repository policy maintenance': { effects: unlocks, commands: { 'status show list info': { effects: looks } } },
    },
    effects: looks,
  },
  'duplicity duply': {
    options: 'dry-run force full-if-older-than= encrypt-key= name= exclude= include=',
    dryRun: has('dry-run'),
    effects: (call) => {
      const [verb = ''] = call.args.operands.map(({ text }) => text);
      if (/^(?:remove-|cleanup|purge)/.test(verb)) return forgets(call);
      if (/^(?:restore|rb)$/.test(verb)) return restores(call);
      return /^(?:list-|collection-status|verify)/.test(verb) ? looks(call) : saves(call);
    },
  },
  'tmutil timeshift snapper': {
    options: 'list delete delete-all restore create check snapshot= scripted yes',
    effects: when(
      either(has('delete', 'delete-all'), (call) => /^(?:delete\w*|thinlocalsnapshots|disable)$/.test(operandText(call, 0) ?? '')),
      does('file.delete', operands('resource'), { recovery: 'none' }),
      when(has('restore'), restores, when(either(lists, (call) => call.args.operands.length === 0), looks, unlocks)),
    ),
  }, // prettier-ignore
  'dump xfsdump': { options: '0 1 2 u f|file= a L= l= J', effects: writes(optionPaths('file'), { overwrite: true }) },
  'restore xfsrestore': {
    options: 'r t x i C f|file= v y',
    effects: when(has('t', 'C'), looks, does('file.write', () => [{ kind: 'path', name: '/' }], { bulk: true, overwrite: true })), // prettier-ignore
  },
};
