/** Where `git push` puts the current branch when no remote and no branch is named, as the settings tell. */
import type { RepoFact } from '../../../protocol/facts.ts';
import { lastValue, type GitConfig } from './git-config.ts';

const SAME_NAME = new Set(['simple', 'current']);
const UPSTREAM = new Set(['upstream', 'tracking']);

/** Nothing where git would refuse, push several branches, or where a remote has rules of its own. */
export function impliedPush(config: GitConfig, branch: string): Pick<RepoFact, 'pushesTo'> {
  if (branch === '') return {};
  const tracked = lastValue(config, `branch.${branch}.remote`);
  const remote = lastValue(config, `branch.${branch}.pushremote`) ?? lastValue(config, 'remote.pushdefault') ?? tracked ?? 'origin'; // prettier-ignore
  if (lastValue(config, `remote.${remote}.url`) === undefined) return {};
  if (['push', 'mirror'].some((key) => lastValue(config, `remote.${remote}.${key}`) !== undefined)) return {};
  const merged = tracked === remote ? lastValue(config, `branch.${branch}.merge`)?.replace(/^refs\/heads\//u, '') : undefined; // prettier-ignore
  const way = lastValue(config, 'push.default') ?? 'simple';
  if (UPSTREAM.has(way)) return merged === undefined ? {} : { pushesTo: { remote, branch: merged } };
  const refused = way === 'simple' && tracked === remote && merged !== branch;
  return SAME_NAME.has(way) && !refused ? { pushesTo: { remote, branch } } : {};
}
