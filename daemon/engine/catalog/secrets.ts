/** Keys and password stores. */
import type { Catalog, Targets } from './entry.ts';
import { does, doesOn, either, has, nothing, optionValues, reads, when, writes } from './rules.ts';
import { operands, optionPaths, paths } from './targets.ts';

const handsOut = does('secret.read', operands('resource'));
const changes = does('account.change', operands('resource'));
/** Whoever answers under that name next is believed. */
const forgottenHosts: Targets = (call) => optionValues(call, 'R').map(({ text }) => ({ kind: 'host', name: text }));
const looks = { effects: nothing } as const;
const exportsKey = either(has('export-secret-keys', 'export-secret-subkeys', 'export-private-key'));

export const secrets: Catalog = {
  'gpg gpg2': {
    options: 'a|armor o|output= r|recipient= u|local-user= e|encrypt d|decrypt s|sign b|detach-sign k|list-keys K|list-secret-keys verify import keyserver= recv-keys delete-keys delete-secret-keys delete-secret-and-public-key homedir= batch yes',
    effects: [
      when(exportsKey, handsOut),
      when(has('decrypt'), doesOn('secret.read', paths())),
      when(has('delete-secret-keys', 'delete-secret-and-public-key', 'delete-keys'), does('file.delete', operands('resource'), { recovery: 'none' })),
      writes(optionPaths('output'), { overwrite: true }),
    ],
  }, // prettier-ignore
  'ssh-keygen': { options: 't= b= C= f= N= P= y l q R= F= H i e p', effects: when(has('R'), does('system.change', forgottenHosts), when(has('l', 'F'), nothing, when(has('y'), reads(optionPaths('f')), writes(optionPaths('f'))))) }, // prettier-ignore
  'ssh-add': { options: 'l L d D t= x X k K c s= e=', effects: when(has('l', 'L'), nothing, when(has('d', 'D'), does('account.change', () => [{ kind: 'account', name: 'keys of the SSH agent' }]), does('file.read'))) }, // prettier-ignore
  // Whoever has the key gets in there from now on.
  'ssh-copy-id': { options: 'f i= p= o= F= n|dry-run s x', dryRun: has('dry-run'), effects: [reads(optionPaths('i')), does('account.change', operands('host'), { remote: true })] }, // prettier-ignore
  'ssh-agent ssh-keyscan': { options: 'l L d D t= i= p=', effects: does('file.read') }, // prettier-ignore
  openssl: {
    style: 'long',
    options: 'in= out= inkey= passin= passout= config= keyout= connect= subj= days= newkey=',
    effects: [reads(optionPaths('in', 'inkey')), writes(optionPaths('out', 'keyout'), { overwrite: true })],
  },
  pass: { effects: handsOut, commands: { 'ls list find search grep git init version': looks, 'insert generate edit mv cp': { effects: changes }, 'rm remove delete': { options: 'r|recursive f|force', effects: does('file.delete', operands('resource'), { recovery: 'none' }) } } }, // prettier-ignore
  'vault bao': {
    options: 'address= namespace= format= field= method= mount=',
    effects: changes,
    commands: {
      'status version login path-help print list': looks,
      read: { effects: handsOut },
      'kv secrets': { effects: changes, commands: { list: looks, get: { effects: handsOut }, 'delete destroy metadata disable': { effects: does('cloud.delete', operands('resource'), { remote: true }) } } }, // prettier-ignore
      'delete lease': { effects: does('cloud.delete', operands('resource'), { remote: true }) },
      'operator audit auth policy': { effects: does('cloud.change', operands('resource'), { remote: true }), commands: { list: looks } }, // prettier-ignore
      token: { effects: changes, commands: { lookup: looks, create: { effects: handsOut } } },
    },
  },
  op: {
    options: 'account= vault= format= fields= reveal',
    effects: handsOut,
    commands: {
      'whoami signin signout account': looks,
      'item vault document user group connect service-account': { effects: changes, commands: { list: looks, 'get share': { effects: handsOut }, 'delete remove': { effects: does('cloud.delete', operands('resource'), { remote: true }) } } }, // prettier-ignore
    },
  },
  'bw lpass keepassxc-cli chamber gopass envchain aws-vault saml2aws': { effects: handsOut, commands: { 'status sync login lock list ls unlock': looks } }, // prettier-ignore
  security: { style: 'plain', effects: (call) => (call.operation.words.some(({ text }) => /^(?:find-|dump-keychain|export)/.test(text)) ? handsOut(call) : call.operation.words.some(({ text }) => /^(?:delete-|add-|set-|import|create-)/.test(text)) ? changes(call) : []) }, // prettier-ignore
  'secret-tool keyring kwallet-query': { effects: handsOut, commands: { 'store set': { effects: changes }, 'clear del': { effects: changes } } }, // prettier-ignore
  'sops age rage git-crypt ansible-vault transcrypt': { options: 'd|decrypt e|encrypt o|output= i|in-place|identity=? r|recipient=', effects: when(either(has('decrypt'), ({ args }) => /^(?:decrypt|view|edit|unlock)$/.test(args.operands[0]?.text ?? '')), handsOut, reads(paths())) }, // prettier-ignore
};
