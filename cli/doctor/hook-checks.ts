/** Connected clients: is the hook there, trusted and switched on, and is a denial printed as the client reads it. */
import type { Connection } from '../../protocol/connected.ts';
import { HookClient } from '../../protocol/wire.ts';
import { clientNamed } from '../../shims/connect/clients.ts';
import { codex } from '../../shims/connect/clients/codex.ts';
import { readConnected } from '../../shims/connect/record.ts';
import { faultsOf } from '../../shims/connect/state.ts';
import { hookCanary } from '../connect/canary.ts';
import { listHooks } from '../connect/codex-trust.ts';
import { lookFor, versionOf } from '../connect/found.ts';
import { printable } from '../terminal/printable.ts';
import { fail, ok, skipped, warn, type Check, type Finding } from './check.ts';
import type { Scene } from './scene.ts';

export const HOOK_CHECKS: readonly Check[] = HookClient.options.flatMap((name): Check[] => [
  { id: `hook.${name}`, group: 'Clients', look: (scene) => standing(name, scene) },
  {
    id: `hook.${name}.denies`,
    group: 'Clients',
    needs: [`hook.${name}`, 'daemon.control', 'daemon.owner'],
    look: (scene) => denies(name, scene),
  },
]);

async function standing(name: HookClient, scene: Scene): Promise<Finding> {
  const { context } = scene;
  const client = clientNamed(name);
  const found = lookFor(client, context);
  const connection = readConnected(context.paths).clients[name];
  const remedy = `countersign connect ${name}`;
  if (connection === undefined) return skipped(found === undefined ? 'not on this machine' : `not connected; \`${remedy}\` connects it`); // prettier-ignore
  const [fault] = faultsOf(connection);
  if (fault !== undefined) return fail(`${client.title} may act without asking: ${printable(fault.words)}`, remedy);
  const version = found === undefined ? null : await versionOf(found, context.env);
  const untrusted = client === codex ? await untrustedIn(connection, found?.program, scene) : undefined;
  if (untrusted !== undefined) return fail(`Codex does not run our hooks: ${printable(untrusted)}`, remedy);
  if (client === codex && found?.program === undefined)
    return warn('Codex runs only hooks that it trusts, and `codex` is not on your PATH to be asked', remedy); // prettier-ignore
  const seen = version === null ? 'version not known' : version;
  if (version !== null && connection.version !== null && version !== connection.version)
    return warn(`${client.title} is ${seen} now and was ${connection.version} when it was connected`, remedy);
  return ok(`${client.title} ${seen}: the hook is there, unchanged and switched on`);
}

/** Codex is asked itself: what stands in its settings is not all that it goes by. */
async function untrustedIn(connection: Connection, program: string | undefined, { context }: Scene): Promise<string | undefined> {
  if (program === undefined) return undefined;
  const hooks = (await listHooks(program, context.env)).filter(({ command }) => command.includes(connection.hook));
  if (hooks.length === 0) return 'it lists none of them';
  const other = hooks.find(({ trustStatus }) => trustStatus !== 'trusted' && trustStatus !== 'managed');
  return other === undefined ? undefined : `\`${other.key}\` is ${other.trustStatus}`;
} // prettier-ignore

async function denies(name: HookClient, { context, status }: Scene): Promise<Finding> {
  const connection = readConnected(context.paths).clients[name];
  if (connection === undefined) return skipped('not connected');
  const end = await hookCanary(name, connection, context);
  if (end.kind === 'denied') return ok(`what ${clientNamed(name).title} starts denies in its form (${end.ms} ms)`);
  const { mode } = await status();
  return fail(`a call that is always denied came through in ${mode} mode: ${printable(end.words)}`, `countersign connect ${name}`); // prettier-ignore
}
