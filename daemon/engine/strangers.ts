/** Places that nothing here names: where data goes after content from the network was read may have been named by that. */
import type { Action } from '../../protocol/action.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { SessionFact } from '../../protocol/facts.ts';
import { isLocalHost } from './catalog/environment.ts';
import { hostOf } from './catalog/network.ts';
import type { Lookup } from './types.ts';

/** Files in which a project names the services it speaks to. None of them is meant to hold a secret. */
const MANIFESTS = ['package.json', 'pyproject.toml', 'Cargo.toml', 'go.mod', 'composer.json', 'compose.yaml', 'docker-compose.yml']; // prettier-ignore
const SENDS: ReadonlySet<string> = new Set(['net.upload', 'net.send']);

/**
 * INVARIANT: only ever marks what makes a score rise. That a project names a host proves little, for anybody may have
 * written it there; it only keeps everyday requests from being asked about.
 */
export function withStrangers(
  effect: Effect,
  action: Action,
  session: SessionFact | undefined,
  lookup: Lookup,
): Effect {
  const fetched = session?.fetched ?? [];
  if (fetched.length === 0 || !SENDS.has(effect.kind)) return effect;
  const hosts = effect.targets.flatMap(({ kind, name, dynamic }) =>
    kind === 'path' || dynamic === true ? [] : [hostOf(name).toLowerCase()],
  );
  const abroad = hosts.filter((host) => host.includes('.') && !isLocalHost(host) && !fetched.includes(host));
  if (abroad.length === 0) return effect;
  const isNamed = namedHere(action.cwd, lookup);
  const stranger = abroad.some((host) => !isNamed(host));
  return stranger ? { ...effect, attributes: { ...effect.attributes, stranger } } : effect;
}

function namedHere(cwd: string, lookup: Lookup): (host: string) => boolean {
  const repo = lookup.ask<'repo'>({ kind: 'repo', cwd });
  const [root, remotes] = repo.kind === 'known' ? [repo.data.root, repo.data.remotes] : ['', []];
  const texts = MANIFESTS.flatMap((name) => {
    const text = lookup.ask<'text'>({ kind: 'text', path: `${root === '' ? cwd : root}/${name}` });
    return text.kind === 'known' ? [text.data.text.toLowerCase()] : [];
  });
  const named = [...remotes.map(({ url }) => url.toLowerCase()), ...texts];
  return (host) => named.some((text) => mentions(text, host));
}

/** A name within a longer one is another host. */
function mentions(text: string, host: string): boolean {
  for (let at = text.indexOf(host); at >= 0; at = text.indexOf(host, at + 1)) {
    const [before, after] = [text.charAt(at - 1), text.slice(at + host.length, at + host.length + 2)];
    if (!/[\w.-]/.test(before) && !/^(?:[\w-]|\.\w)/.test(after)) return true;
  }
  return false;
}
