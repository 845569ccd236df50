/** The current cluster of a kubeconfig. The file is only read: nothing it names is started. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import type { KubeContextFact } from '../../protocol/facts.ts';
import { LookFailure, type LookContext } from './look-context.ts';
import { realPathOf } from './paths.ts';
import { readSafely } from './safe-file.ts';

type Yaml = typeof import('yaml');

const require = createRequire(import.meta.url);

const MAX_KUBECONFIG_BYTES = 1_048_576;
const MAX_KUBECONFIGS = 8;
/** No kubeconfig needs aliases; a few do no harm, and a bomb needs many. */
const MAX_YAML_ALIASES = 16;

const Kubeconfig = z.object({
  'current-context': z.string().nullish(),
  contexts: z
    .array(
      z.object({
        name: z.string(),
        context: z.object({ cluster: z.string().nullish(), namespace: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});
type Kubeconfig = z.infer<typeof Kubeconfig>;

/** @param kubeconfig as in `KUBECONFIG`: files separated by colons, the first that sets something wins. */
export async function lookAtKubeContext(kubeconfig: string, { homedir }: LookContext): Promise<KubeContextFact> {
  const named = kubeconfig.split(':').filter((path) => path !== '');
  const paths = named.length === 0 ? [join(homedir, '.kube/config')] : named.map((path) => absolute(path, homedir));
  if (paths.length > MAX_KUBECONFIGS) throw new LookFailure('too many kubeconfig files');
  const configs = await Promise.all(paths.map(readKubeconfig));
  const context = configs.map((config) => config['current-context'] ?? '').find((name) => name !== '') ?? '';
  const entry = configs.flatMap(({ contexts }) => contexts ?? []).find(({ name }) => name === context);
  return {
    kind: 'kube-context',
    context,
    cluster: entry?.context?.cluster ?? '',
    namespace: entry?.context?.namespace ?? '',
  };
}

function absolute(path: string, homedir: string): string {
  if (path.startsWith('~/')) return join(homedir, path.slice(2));
  if (!path.startsWith('/')) throw new LookFailure('the path of the kubeconfig is not absolute');
  return path;
}

async function readKubeconfig(path: string): Promise<Kubeconfig> {
  const read = await readSafely(await realPathOf(path), MAX_KUBECONFIG_BYTES);
  if (read.kind === 'missing') return {};
  if (read.kind === 'too-large') throw new LookFailure('the kubeconfig is too large');
  const document = (require('yaml') as Yaml).parseDocument(read.bytes.toString('utf8'));
  if (document.errors.length > 0) throw new LookFailure('the kubeconfig is not valid YAML');
  const parsed = Kubeconfig.safeParse(document.toJS({ maxAliasCount: MAX_YAML_ALIASES }) ?? {});
  if (!parsed.success) throw new LookFailure('the kubeconfig has an unexpected shape');
  return parsed.data;
}
