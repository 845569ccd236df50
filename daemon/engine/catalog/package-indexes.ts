/** Where packages come from: the indexes everybody uses, and any other that a command names. */
import { isLocalHost } from './environment.ts';
import type { Word } from '../types.ts';
import type { Targets } from './entry.ts';
import { hostOf } from './network.ts';
import { optionValues } from './rules.ts';
import { named } from './targets.ts';

/** Hosts of public indexes, whose packages are as checked as those an installer takes by itself. */
const PUBLIC_INDEXES: ReadonlySet<string> = new Set([
  'pypi.org', 'files.pythonhosted.org', 'test.pypi.org', 'download.pytorch.org', 'pypi.nvidia.com', 'data.pyg.org',
  'wheels.vllm.ai', 'pypi.tuna.tsinghua.edu.cn', 'mirrors.aliyun.com',
  'registry.npmjs.org', 'registry.npmmirror.com', 'registry.yarnpkg.com', 'npm.jsr.io', 'npm.pkg.github.com',
  'index.crates.io', 'proxy.golang.org', 'goproxy.io', 'goproxy.cn', 'rubygems.org', 'repo.packagist.org', 'api.nuget.org', 'conda.anaconda.org', 'repo.anaconda.com',
]); // prettier-ignore

/** Variables that say the same as those options. */
const VARIABLES = /^(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?|(?:npm_config|NPM_CONFIG)_(?:registry|REGISTRY)|YARN_(?:NPM_)?REGISTRY(?:_SERVER)?|COREPACK_NPM_REGISTRY|GOPROXY|BUN_CONFIG_REGISTRY|POETRY_REPOSITORIES_\w+_URL)$/; // prettier-ignore

function fromVariables({ operation }: Parameters<Targets>[0]): readonly Word[] {
  const named = Object.entries(operation.env).filter(([name]) => VARIABLES.test(name));
  return named.flatMap(([, text]) => text.split(/[,|\s]+/)).map((text) => ({ text, dynamic: false, glob: false }));
}

/** Indexes on the command line that not everybody knows; files of this machine are no index of anybody. */
export const otherIndexes: Targets = (call) =>
  [
    ...optionValues(call, 'index-url', 'extra-index-url', 'find-links', 'index', 'default-index', 'registry'),
    ...fromVariables(call),
  ]
    .filter((word) => word.dynamic || isOther(word.text))
    .map((word) => named('url', word));

function isOther(text: string): boolean {
  if (!/^https?:\/\//i.test(text)) return false;
  const host = hostOf(text).toLowerCase();
  return !isLocalHost(host) && !PUBLIC_INDEXES.has(host);
}
