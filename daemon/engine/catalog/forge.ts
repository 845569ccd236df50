/** Code-hosting services: gh, glab and their kin. */
import type { Catalog, Rule, Targets } from './entry.ts';
import { both, does, draft, has, operandText, optionText, optionValues, when } from './rules.ts';
import { secretEffects } from './rules.ts';
import { asPath, operands, optionNames, optionPaths, paths, union } from './targets.ts';
import { byVerb, family, serviceAttributes } from './verbs.ts';

const OPTIONS = 'R|repo= t|title= b|body= F|body-file= H|head= B|base= l|label= a|assignee= r|reviewer= m|milestone= L|limit= s|state= json= q|jq= T|template= X|method= f|raw-field= field= input= header= hostname= o|org= e|env= n|name= w|workflow= d|description= c|comment= y|yes g|group= p|per-page='; // prettier-ignore

/** `gh api`: reads, unless a method or a field says otherwise; GraphQL mutations are POSTs that change things. */
const calls: Rule = (call) => {
  const fields = optionValues(call, 'raw-field', 'body-file', 'field', 'input');
  const method = (optionText(call, 'method') ?? (fields.length > 0 ? 'POST' : 'GET')).toUpperCase();
  const query = operandText(call, 0) === 'graphql' && !fields.some(({ text }) => /mutation\b/.test(text));
  const target = operands('url', 0, 1)(call);
  if (method === 'GET' || method === 'HEAD' || query) return [draft('net.fetch', target, { method })];
  return [draft(method === 'DELETE' ? 'forge.delete' : 'forge.change', target, { ...serviceAttributes(call), method })];
};

/** Keys and passwords among the files that become a text or an attachment there. */
const posts = (files: Targets): Rule => (call) => {
  const secrets = secretEffects(files(call));
  return secrets.length === 0 ? [] : [draft('net.upload', secrets.flatMap(({ targets }) => targets), { remote: true }), ...secrets];
}; // prettier-ignore

const bodies = posts(optionPaths('body-file', 'notes-file', 'input'));
const changes = both(does('forge.change', operands('resource'), { remote: true }), bodies);
/** Can be closed, edited or taken away again. */
const talks = both(does('forge.change', operands('resource'), { remote: true, additive: true }), bodies);
const deletes: Rule = (call) => [draft('forge.delete', operands('resource')(call), serviceAttributes(call))];
const looks = does('net.fetch');

export const forge: Catalog = {
  'gh hub': {
    options: OPTIONS,
    effects: byVerb(family('forge')),
    commands: {
      api: { options: 'F|field= paginate', effects: calls },
      'browse status search completion config alias extension': { effects: looks },
      auth: { effects: looks, commands: { token: { effects: does('secret.read', () => [{ kind: 'resource', name: 'gh token' }]) } } }, // prettier-ignore
      // Anyone who may set it may read it back.
      variable: { effects: changes, commands: { 'list get': { effects: looks }, set: { effects: talks }, 'delete remove': { effects: deletes } } },
      secret: { effects: changes, commands: { list: { effects: looks }, set: { effects: changes }, 'delete remove': { effects: deletes } } },
      gist: {
        effects: looks,
        commands: {
          create: { options: 'p|public f|filename=', effects: (call) => {
            const files = call.args.operands.map((word) => asPath(call, word));
            return [draft('net.upload', files, { remote: true }), ...secretEffects(files)];
          } },
          delete: { effects: deletes },
          edit: { effects: changes },
        },
      },
      pr: { effects: looks, commands: {
        'create edit comment ready reopen close': { effects: talks },
        'review': { options: 'a|approve r|request-changes c|comment', effects: when(has('approve'), changes, talks) },
        'lock unlock update-branch revert': { effects: changes },
        merge: { options: 'd|delete-branch s|squash m|merge r|rebase admin auto', effects: [does('forge.change', operands('resource'), { remote: true, force: (call) => has('admin')(call) || undefined }), when(has('delete-branch'), does('vcs.delete-ref', optionNames('ref', 'head'), { remote: true }))] },
        checkout: { effects: does('vcs.commit') },
      } },
      repo: { effects: looks, commands: {
        delete: { effects: deletes },
        clone: { effects: does('net.fetch') },
        'create edit rename archive unarchive fork sync set-default deploy-key autolink': { effects: changes },
      } },
      run: { effects: looks, commands: { 'rerun cancel': { effects: changes }, delete: { effects: deletes } } },
      'issue label': { effects: byVerb(family('forge')), commands: { 'create edit comment close reopen pin unpin develop clone': { effects: talks } } },
      release: { effects: [byVerb(family('forge')), posts(union(paths(1), optionPaths('body-file', 'notes-file')))] },
      'cache codespace ssh-key gpg-key project ruleset workflow org': { effects: byVerb(family('forge')) },
    },
  }, // prettier-ignore
  'glab tea bb': {
    options: OPTIONS,
    effects: byVerb(family('forge')),
    commands: { api: { options: 'F|field= paginate', effects: calls }, 'mr issue label': { effects: byVerb(family('forge')), commands: { 'create new edit update note comment close reopen subscribe': { effects: talks } } }, 'release ci repo variable token schedule user ssh-key': { effects: byVerb(family('forge')) } }, // prettier-ignore
  },
};
