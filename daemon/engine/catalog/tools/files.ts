/** Tools that read, write, move and delete files: on this machine, or on a service that has files of its own. */
import type { Brought } from '../../types.ts';
import { draft, readEffects, secretEffects } from '../rules.ts';
import { writeEffects } from '../writes.ts';
import { attributesOf, DESTINATIONS, isElsewhere, named, on, pathsOf, SOURCES, urlsOf, type ToolCall, type ToolEffects, type ToolRule } from './call.ts'; // prettier-ignore

const THING = String.raw`(?:files?|folders?|director(?:y|ies)|documents?|notebooks?|paths?|tree|media)`;

const READS = new RegExp(String.raw`^(?:read|view|cat|open|grep|glob|ls|list|notebook read)$|\b(?:read|get|view|open|cat|load|head|tail|stat) (?:\w+ ){0,2}(?:files?|text|media|documents?|notebook|resource|contents?|info)\b|\b(?:search|find) files\b|\blist (?:\w+ )?(?:files|directory|directories|folders|allowed)\b|\bdirectory tree\b|\b(?:grep|glob)\b`); // prettier-ignore
const WRITES = new RegExp(String.raw`^(?:write|edit|multi edit|create|notebook edit|apply patch|apply diff|str replace|insert|search replace|replace|replace in file|write to file|make directory|mkdir)$|\bstr replace\b|\b(?:write|edit|create|append|save|modify|update|overwrite|patch|append to|insert into|replace in|touch|make|put|push) (?:\w+ ){0,2}${THING}\b|\b(?:search|find) (?:and )?replace\b|\bappend to\b`); // prettier-ignore
const DELETES = new RegExp(String.raw`\b(?:delete|remove|unlink|trash|rm|erase|wipe|purge|empty|rmdir) (?:\w+ ){0,2}${THING}\b|^(?:(?:fs|file|files|filesystem) )?(?:rm|rmdir|unlink|rimraf|delete|remove)$`); // prettier-ignore
const MOVES = new RegExp(String.raw`\b(?:move|rename) (?:\w+ ){0,2}${THING}\b|^(?:mv|move|rename)$`);
const COPIES = new RegExp(String.raw`\b(?:copy|duplicate) (?:\w+ ){0,2}${THING}\b|^(?:cp|copy)$`);

const hasPath = (call: ToolCall): boolean => pathsOf(call).length > 0 && !isElsewhere(call);
/** What a service holds; an editor's own tool without arguments still writes here. */
const isLocal = (call: ToolCall): boolean => !isElsewhere(call);

/** An editor tool with a `view` command only reads. */
const writesFiles: ToolEffects = (call) => {
  const targets = pathsOf(call);
  if (call.raw['command'] === 'view') return readEffects(targets);
  const replaces = /\b(?:write|overwrite|create|save|put)\b/.test(call.words) && !/\bappend\b/.test(call.words);
  return [...writeEffects(targets, replaces ? { overwrite: true } : {}), ...(targets.length === 0 ? [draft('file.write')] : [])];
}; // prettier-ignore

const deletesFiles: ToolEffects = (call) => {
  const recursive = call.args.isSet('recursive') || /director|folder|tree|rimraf|rmdir/.test(call.words);
  return [draft('file.delete', pathsOf(call), recursive ? { recursive: true } : {})];
};

const movesFiles: ToolEffects = (call) => [
  { ...draft('file.move', pathsOf(call, SOURCES)), brings: broughtBy(call) },
  ...writeEffects(pathsOf(call, DESTINATIONS), call.args.isSet('overwrite', 'force') ? { overwrite: true } : {}),
];

function broughtBy(call: ToolCall): readonly Brought[] {
  const [to] = pathsOf(call, DESTINATIONS);
  return to === undefined ? [] : pathsOf(call, SOURCES).map((from) => ({ from, to }));
}

const copiesFiles: ToolEffects = (call) => [
  ...readEffects(pathsOf(call, SOURCES)),
  ...writeEffects(pathsOf(call, DESTINATIONS), { overwrite: true, replaced: true }),
];

const both = (...tests: readonly ((call: ToolCall) => boolean)[]) => (call: ToolCall) => tests.every((test) => test(call)); // prettier-ignore

const UPLOADS = /\bupload (?:\w+ ){0,2}(?:files?|documents?|objects?|media|images?|blobs?|attachments?|folder)\b|^upload$|\bput (?:object|blob)\b/; // prettier-ignore

/** Files of this machine go to whoever the other argument names; content without a file becomes something new there. */
const uploads: ToolEffects = (call) => {
  const files = pathsOf(call, SOURCES).filter(({ name }) => !/^[a-z]+:\//i.test(name.replace(`${call.cwd}/`, '')));
  if (files.length === 0) return on(call, 'cloud.change', 'resource', { additive: true });
  return [draft('net.upload', [...files, ...urlsOf(call).map(({ text }) => ({ kind: 'url' as const, name: text }))], attributesOf(call)), ...secretEffects(files)]; // prettier-ignore
};

const DOWNLOADS = /\bdownload (?:\w+ ){0,2}(?:files?|documents?|objects?|media|images?|attachments?)\b|^download$/;

export const fileRules: readonly ToolRule[] = [
  { when: named(UPLOADS), effects: uploads },
  { when: named(DOWNLOADS), effects: (call) => [draft('net.fetch', urlsOf(call).map(({ text }) => ({ kind: 'url', name: text }))), ...writeEffects(pathsOf(call, ['path', 'filepath', 'destination', 'dest', 'output', 'savepath']), {})] }, // prettier-ignore
  { when: both(named(READS), isLocal), effects: (call) => readEffects(pathsOf(call)) },
  { when: named(READS), effects: () => [] },
  { when: both(named(DELETES), hasPath), effects: deletesFiles },
  { when: named(DELETES), effects: (call) => on(call, 'cloud.delete') },
  { when: both(named(MOVES), isLocal), effects: movesFiles },
  { when: both(named(COPIES), isLocal), effects: copiesFiles },
  { when: both(named(WRITES), isLocal), effects: writesFiles },
  { when: named(WRITES), effects: changesElsewhere },
];

/** New files of a service can be taken away again; a write to a repository's default branch is there for everyone. */
function changesElsewhere(call: ToolCall): ReturnType<ToolEffects> {
  if (/\b(?:git ?hub|git ?lab|bitbucket|gitea)\b/.test(call.domain)) {
    const [branch = ''] = call.args.texts('branch', 'ref');
    return [draft('forge.change', [{ kind: 'ref', name: branch === '' ? 'default branch' : branch }], { ...attributesOf(call), ...(/^(?:main|master|trunk|)$/.test(branch) ? {} : { additive: true }) })]; // prettier-ignore
  }
  return on(call, 'cloud.change', 'resource', /\b(?:create|append|insert|upload|save|add)\b/.test(call.words) ? { additive: true } : {}); // prettier-ignore
}
