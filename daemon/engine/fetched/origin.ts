/** Who something on the network belongs to, and whether the workspace has to do with them already. */
import type { Lookup } from '../types.ts';

/** Hosts where everybody has a place of their own: there the owner counts, elsewhere the host. */
const SHARED = new Set(['github.com', 'gitlab.com', 'bitbucket.org', 'codeberg.org', 'gitee.com', 'git.sr.ht', 'huggingface.co', 'dev.azure.com', 'gist.github.com', 'notabug.org', 'sourceforge.net', 'pastebin.com', 'repo.or.cz']); // prettier-ignore

/** The same places under another name. */
const ALSO: Readonly<Record<string, string>> = {
  __proto__: null as never,
  'raw.githubusercontent.com': 'github.com',
  'codeload.github.com': 'github.com',
  'ssh.github.com': 'github.com',
  'www.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
};

/** `https://host/owner/…`, `user@host:owner/…`, `host:path`. */
const ADDRESS = /^(?:[a-z][a-z\d+.-]*:\/\/)(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]+)(?::\d+)?\/+([^/?#]*)|^(?:[\w.-]+@)?([\w.-]+):(?!\/\/|\\)\/?([^/?#]*)/i; // prettier-ignore
const LOCAL = /^(?:localhost|127\.[\d.]+|\[::1\]|0\.0\.0\.0|[a-z]|)$/i;

/** `github.com/ada`, or the host alone; nothing for what is on this machine. */
export function ownerOf(address: string): string | undefined {
  if (/^file:/i.test(address)) return undefined;
  const [, spelled, first, short, path] = ADDRESS.exec(address) ?? [];
  const host = (spelled ?? short ?? '').toLowerCase();
  if (LOCAL.test(host)) return undefined;
  const known = ALSO[host] ?? host;
  const owner = (first ?? path ?? '').replace(/^~/, '').toLowerCase();
  return SHARED.has(known) && owner !== '' ? `${known}/${owner}` : known;
}

/** Owners of the remotes of the repository one works in; none where nobody can look. */
export function ownersHere(cwd: string, lookup: Lookup): ReadonlySet<string> {
  if (!cwd.startsWith('/')) return new Set();
  const repo = lookup.ask<'repo'>({ kind: 'repo', cwd });
  if (repo.kind !== 'known') return new Set();
  return new Set(repo.data.remotes.flatMap(({ url }) => ownerOf(url) ?? []));
}
