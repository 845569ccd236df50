/** One tool call as its rules see it: its name in words, its arguments by key, and what both say of its effects. */
import type { EffectAttributes, EffectKind, Target } from '../../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../../types.ts';
import { toolName } from '../../understand/tool-name.ts';
import type { CatalogContext } from '../entry.ts';
import { environmentOf } from '../environment.ts';
import { pathTarget } from '../paths.ts';
import { draft } from '../rules.ts';
import { verbKind, type VerbKind } from '../verbs.ts';
import { toolArguments, type ToolArguments } from './arguments.ts';

export type ToolCall = {
  /** As it is called. */
  readonly name: string;
  /** `send email` for `mcp__mail__sendEmail`. */
  readonly words: string;
  readonly server: string | undefined;
  /** Server and tool in words: `mail send email`. */
  readonly domain: string;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly args: ToolArguments;
  readonly cwd: string;
  /** The tool takes a rehearsal, and this is one. */
  readonly rehearsed: boolean;
};

export type ToolEffects = (call: ToolCall, context: CatalogContext) => readonly EffectDraft[];
export type ToolRule = { readonly when: (call: ToolCall) => boolean; readonly effects: ToolEffects };

export type NamedCall = {
  readonly tool: string;
  readonly server?: string | undefined;
  readonly args: Readonly<Record<string, unknown>>;
  readonly parameters?: readonly string[] | undefined;
  readonly cwd: string;
};

/** `SENDS_A_MESSAGE` commands as much as `SEND_MESSAGE`. */
const TELLS = /\b(?:sends|deletes|creates|updates|removes|adds|posts|transfers|merges|closes|invites|uploads|cancels|moves|executes|runs)\b(?= (?:an?|the|to|new|all) )/g; // prettier-ignore

export function toolCall({ tool, server, args: raw, parameters, cwd }: NamedCall): ToolCall {
  const { words: spelled, server: from } = toolName(tool, server);
  const name = { words: spelled.replace(TELLS, (verb) => verb.slice(0, -1)), server: from };
  const domain = name.server === undefined ? name.words : `${toolName(name.server).words} ${name.words}`;
  const args = toolArguments(raw);
  return {
    name: tool,
    words: name.words,
    server: name.server,
    domain,
    raw,
    args,
    cwd,
    rehearsed: rehearses(args, parameters),
  };
}

const REHEARSALS = ['dryrun', 'simulate', 'preview', 'previewonly', 'validateonly', 'whatif', 'checkonly', 'noop'];

/** A server ignores an argument that it does not know, so asking to rehearse counts only where its schema says so. */
function rehearses(args: ToolArguments, parameters: readonly string[] = []): boolean {
  const taken = new Set(parameters.map((name) => name.replace(/[^A-Za-z\d]+/g, '').toLowerCase()));
  return REHEARSALS.some((name) => taken.has(name) && args.isSet(name));
}

const PATHS = ['filepath', 'path', 'paths', 'file', 'files', 'filename', 'notebookpath', 'uri', 'source', 'src', 'from', 'oldpath', 'destination', 'dest', 'newpath', 'to', 'targetfile', 'targetpath', 'absolutepath', 'relativepath', 'directory', 'dir', 'folder']; // prettier-ignore
export const SOURCES = ['source', 'src', 'sourcepath', 'from', 'oldpath', 'filepath', 'path', 'paths', 'file', 'uri'];
export const DESTINATIONS = ['destination', 'dest', 'destinationpath', 'to', 'newpath', 'targetpath', 'target'];

export function pathsOf(call: ToolCall, keys: readonly string[] = PATHS): readonly Target[] {
  return call.args
    .texts(...keys)
    .map((text) => pathTarget(call.cwd, { text: text.replace(/^file:\/\//, ''), dynamic: false, glob: false }));
}

/** Files of a service: its paths lie elsewhere. */
export function isElsewhere({ domain, args }: ToolCall): boolean {
  return /\b(?:git ?hub|git ?lab|bitbucket|gitea|g ?drive|drive|dropbox|one ?drive|share ?point|box|s3|gcs|blob|bucket|notion|confluence|s?ftp|ssh|wiki|cloud)\b/.test(domain) || args.texts('fileid', 'documentid', 'objectkey', 'bucket', 'driveid', 'host').length > 0; // prettier-ignore
}

export function urlsOf(call: ToolCall): readonly Word[] {
  return call.args.texts('url', 'urls', 'uri', 'endpoint', 'href', 'webpage', 'link', 'address').map((text) => ({ text, dynamic: false, glob: false })); // prettier-ignore
}

const PEOPLE = ['to', 'recipient', 'recipients', 'cc', 'bcc', 'participants', 'attendees', 'invitees', 'toaddresses', 'toemail', 'emailaddress', 'channel', 'channelid', 'channels', 'chatid', 'threadid', 'phone', 'phonenumber', 'number', 'useremail', 'email', 'emails', 'user', 'users', 'userid', 'assignee', 'audience', 'listid']; // prettier-ignore
const ACCOUNTS = ['account', 'accountid', 'accounts', 'customer', 'customerid', 'user', 'users', 'userid', 'userids', 'username', 'useremail', 'email', 'recipient', 'payee', 'iban', 'destination', 'destinationaccount', 'to', 'toaddress', 'role', 'group', 'member', 'id']; // prettier-ignore
const THINGS = ['name', 'names', 'resource', 'resourceid', 'repo', 'repository', 'project', 'projectid', 'bucket', 'bucketname', 'instanceid', 'instanceids', 'instance', 'cluster', 'clustername', 'database', 'databasename', 'table', 'tablename', 'collection', 'namespace', 'stack', 'stackname', 'service', 'app', 'appname', 'id', 'ids', 'fileid', 'documentid', 'key', 'title', 'owner', 'environment', 'workspace']; // prettier-ignore
const KEYS: Readonly<Record<'person' | 'account' | 'resource', readonly string[]>> = {
  person: PEOPLE,
  account: ACCOUNTS,
  resource: [...THINGS, ...ACCOUNTS],
};

/** What the arguments name, or else the tool itself. */
export function targetsOf(call: ToolCall, kind: 'person' | 'account' | 'resource'): readonly Target[] {
  const named = [...new Set(call.args.texts(...KEYS[kind]).flatMap((text) => (kind === 'person' ? text.split(/\s*[,;]\s*/) : [text])))].filter((text) => text !== '' && text.length <= 256); // prettier-ignore
  return named.length > 0 ? named.map((name): Target => ({ kind, name })) : [{ kind: 'resource', name: call.name }];
}

/** A list longer than this is a bulk operation. */
const BULK_LENGTH = 20;

export function attributesOf(call: ToolCall): EffectAttributes {
  const { args, words } = call;
  const bulk = /\b(?:bulk|all|batch|mass|everyone|everything|broadcast)\b/.test(words) || args.isSet('all') || args.wildcard || args.longestList > BULK_LENGTH; // prettier-ignore
  const environment = environmentOf([
    call.domain,
    ...args.texts(...THINGS, 'env', 'host', 'stage', 'target', 'branch'),
  ]);
  return {
    remote: true,
    ...(bulk ? { bulk: true } : {}),
    ...(args.isSet('force') ? { force: true } : {}),
    ...(args.isSet('recursive', 'cascade') ? { recursive: true } : {}),
    ...(environment === undefined ? {} : { environment }),
  };
}

export function on(
  call: ToolCall,
  kind: EffectKind,
  target: 'person' | 'account' | 'resource' = 'resource',
  more: EffectAttributes = {},
): readonly EffectDraft[] {
  return [draft(kind, targetsOf(call, target), { ...attributesOf(call), ...more })];
}

export const named = (pattern: RegExp) => (call: ToolCall): boolean => pattern.test(call.words); // prettier-ignore

/** The gravest verb of the name: `get_and_delete` deletes. */
export function gravest({ words }: ToolCall): VerbKind | undefined {
  const kinds = new Set(words.split(' ').map(verbKind));
  return (['delete', 'change', 'read'] as const).find((kind) => kinds.has(kind));
}

/** The first verb only looks, and nothing after it says otherwise: `get_and_delete` and `find_or_create` do more. */
export function onlyLooks({ words }: ToolCall): boolean {
  const kinds = words.split(' ').map(verbKind);
  const first = kinds.find((kind) => kind !== undefined);
  return (first === 'read' || /^(?:fetch|query)\b/.test(words)) && !kinds.includes('delete') && !/\b(?:and|or|then|replace)\b/.test(words); // prettier-ignore
}
