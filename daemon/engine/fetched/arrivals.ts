/** Where an operation puts what it fetches, and from whom. */
import { absolutePath } from '../catalog/paths.ts';
import type { EffectDraft, ParsedOperation, Word } from '../types.ts';
import { ownerOf } from './origin.ts';

export type Arrival = {
  /** A file or a folder; with `/*` at its end something below that folder under a name nobody knows yet. */
  readonly path: string;
  readonly from: string;
  /** One may go there and run what it holds. */
  readonly folder?: true;
};

const NONE: readonly Arrival[] = [];

/** What a command that is no download by its effects brings: repositories and packages by name. */
type Fetcher = (words: readonly string[], cwd: string) => readonly Arrival[];

/** Options of these whose value is the next word. */
const VALUES = /^(?:-[bocjuCd]|--(?:branch|origin|config|depth|jobs|upload-pack|template|reference|revision|dest|name|force|path|no-tags))$/; // prettier-ignore

function plainWords(words: readonly string[], from: number): readonly string[] {
  return words.slice(from).filter((text, index, all) => !text.startsWith('-') && !(VALUES.test(all[index - 1] ?? '') && all[index - 1] !== '--force')); // prettier-ignore
}

/** Whose an address is; of one that only running makes nobody knows. */
function someone(address: string): string | undefined {
  return /[$`]/.test(address) ? 'an address made up while it runs' : ownerOf(address);
}

/** `clone ADDRESS [FOLDER]`: without a folder it is called like the repository. */
function cloned(
  words: readonly string[],
  cwd: string,
  address = words[0] ?? '',
  from = someone(address),
): readonly Arrival[] {
  // prettier-ignore
  if (from === undefined) return NONE;
  const name = address.replace(/[/\\]+$/, '').replace(/\.git$/, '').split(/[/:]/).at(-1) ?? ''; // prettier-ignore
  return [{ path: absolutePath(cwd, words[1] ?? (/[$`]/.test(name) ? '*' : name)), from, folder: true }];
}

/** `OWNER/NAME` on the code-hosting service the client speaks to. */
function hosted(host: string, words: readonly string[], cwd: string): readonly Arrival[] {
  const [address = ''] = words;
  if (ownerOf(address) !== undefined) return cloned(words, cwd);
  const owner = /^(?:\w+:)?([\w.-]+)\/[\w.-]+/.exec(address)?.[1];
  return owner === undefined ? NONE : cloned(words, cwd, address.replace(/#.*$/, ''), `${host}/${owner.toLowerCase()}`);
}

const git: Fetcher = (words, cwd) => {
  const at = words.findIndex((text, index) => index > 0 && /^(?:clone|submodule|pull|fetch)$/.test(text));
  const folder = words.slice(1, Math.max(at, 1)).reduce((here, text, index, all) => (all[index - 1] === '-C' ? absolutePath(here, text) : here), cwd); // prettier-ignore
  const rest = plainWords(words, at + 1);
  if (at > 0 && words[at] === 'clone') return cloned(rest, folder);
  if (at > 0 && words[at] === 'submodule') return rest[0] === 'add' ? cloned(rest.slice(1), folder) : NONE;
  // An address in the place of a remote: what is checked out afterwards is somebody's.
  const from = at > 0 && /:/.test(rest[0] ?? '') ? ownerOf(rest[0] ?? '') : undefined;
  return from === undefined ? NONE : [{ path: folder, from }];
};

const hub = (host: string): Fetcher => (words, cwd) => (words[1] === 'repo' && words[2] === 'clone' ? hosted(host, plainWords(words, 3), cwd) : words[1] === 'clone' ? hosted(host, plainWords(words, 2), cwd) : NONE); // prettier-ignore
const checkout: Fetcher = (words, cwd) => (/^(?:checkout|co|export|clone|branch|get)$/.test(words[1] ?? '') ? cloned(plainWords(words, 2), cwd) : NONE); // prettier-ignore
const template: Fetcher = (words, cwd) => hosted('github.com', plainWords(words, 1), cwd);
/** A package by name, unpacked or not: what is in it was not installed as one, and is run by hand. */
const packed = (verb: string, where: string): Fetcher => (words, cwd) => {
  const rest = plainWords(words, 2);
  const named = rest.filter((text) => /^[@\w]/.test(text) && !text.startsWith('./'));
  const to = words.map((text, index) => (words[index - 1] === '-d' || words[index - 1] === '--dest' ? text : undefined)).find((text) => text !== undefined); // prettier-ignore
  return words[1] === verb && named.length > 0 ? [{ path: `${absolutePath(cwd, to ?? '.')}/*`, from: where, folder: true }] : NONE;
}; // prettier-ignore

const FETCHERS: Readonly<Record<string, Fetcher>> = {
  __proto__: null as never,
  git,
  gh: hub('github.com'),
  hub: hub('github.com'),
  glab: hub('gitlab.com'),
  svn: checkout,
  hg: checkout,
  bzr: checkout,
  jj: (words, cwd) => (words[1] === 'git' ? checkout(words.slice(1), cwd) : NONE),
  degit: template,
  tiged: template,
  giget: template,
  pip: packed('download', 'a package index'),
  pip3: packed('download', 'a package index'),
  npm: packed('pack', 'a package index'),
};

/** What an operation brings here, whoever it belongs to. */
export function arrivalsOf(operation: ParsedOperation, drafts: readonly EffectDraft[]): readonly Arrival[] {
  if (operation.remote !== undefined) return NONE;
  const fetcher = FETCHERS[operation.program];
  if (fetcher !== undefined) return fetcher(operation.words.map(({ text }) => text), operation.cwd); // prettier-ignore
  const from = downloadedFrom(operation, drafts);
  return from === undefined ? NONE : written(operation, drafts, from.url).map((path) => ({ path, from: from.owner }));
}

type Download = { readonly owner: string; readonly url: string };

/** The address an operation, or one that it is fed by, downloads from. */
function downloadedFrom({ stdin }: ParsedOperation, drafts: readonly EffectDraft[]): Download | undefined {
  for (const { kind, targets } of drafts) {
    if (kind !== 'net.fetch') continue;
    for (const { name } of targets) {
      const url = /^[a-z][a-z\d+.-]*:/i.test(name) ? name : `https://${name}/`;
      const owner = ownerOf(url);
      if (owner !== undefined) return { owner, url };
    }
  }
  return stdin.kind === 'pipe' ? fedBy(stdin.from) : undefined;
}

/** Clients whose output in a pipe is what they download. */
const CLIENTS = new Set(['curl', 'wget', 'wget2', 'http', 'https', 'xh', 'aria2c', 'fetch']);
const MAX_PIPE = 4;

function fedBy(from: ParsedOperation | undefined, depth = 0): Download | undefined {
  if (from === undefined || depth > MAX_PIPE) return undefined;
  const isClient = CLIENTS.has(from.program);
  const url = isClient ? from.words.find(({ text }, index) => index > 0 && isAddress(text))?.text : undefined;
  if (url !== undefined) return { owner: ownerOf(url) ?? ownerOf(`https://${url}`) ?? url, url };
  return from.stdin.kind === 'pipe' ? fedBy(from.stdin.from, depth + 1) : undefined;
}

function isAddress(text: string): boolean {
  return !text.startsWith('-') && (ownerOf(text) !== undefined || /^[\w-]+(?:\.[\w-]+)+\/\S/.test(text));
}

/** What it writes; into a folder a download goes under its own name, and an archive under many. */
function written({ cwd, words }: ParsedOperation, drafts: readonly EffectDraft[], url: string): readonly string[] {
  const name = url.replace(/[?#].*$/, '').split('/').at(-1) ?? ''; // prettier-ignore
  const folders = new Set([cwd, ...intoFolders(words, cwd)]);
  return drafts
    .filter(({ kind, attributes }) => kind === 'file.write' && attributes.remote !== true)
    .flatMap(({ targets, attributes }) => targets.flatMap((target) => {
      if (target.kind !== 'path' || target.dynamic === true) return [];
      if (!folders.has(target.name)) return [target.name];
      return [attributes.bulk === true || name === '' ? `${target.name}/*` : `${target.name}/${name}`];
    }));
} // prettier-ignore

function intoFolders(words: readonly Word[], cwd: string): readonly string[] {
  return words.flatMap(({ text }, index) => (/^(?:-[CPd]|--directory(?:-prefix)?|--output-dir)$/.test(words[index - 1]?.text ?? '') ? [absolutePath(cwd, text)] : [])); // prettier-ignore
}
