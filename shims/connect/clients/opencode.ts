/** opencode: a plugin of ours in the folder that it loads plugins from. */
import { isFields } from '../values.ts';
import { opencodePlugin } from '../plugins.ts';
import { folderOf, type Client } from './client.ts';

export const opencode: Client = {
  name: 'opencode',
  title: 'opencode',
  programs: ['opencode'],
  folder: (places) => `${folderOf(places, 'XDG_CONFIG_HOME', '.config')}/opencode`,
  wanted: (places, { hook }) => [
    { kind: 'own', path: `${opencode.folder(places)}/plugins/countersign.js`, content: opencodePlugin(hook) },
  ],
  switches: () => [],
  canary: {
    event: 'tool.execute.before',
    payload: (command, session, cwd) => ({
      event: 'tool.execute.before',
      input: { tool: 'bash', sessionID: session, callID: session },
      output: { args: { command } },
      cwd,
    }),
  },
  denies: deniesInPluginForm,
};

export function deniesInPluginForm(printed: unknown): boolean {
  return (
    isFields(printed) &&
    printed['v'] === 1 &&
    printed['verdict'] === 'deny' &&
    typeof printed['reason'] === 'string' &&
    printed['reason'] !== ''
  );
}
