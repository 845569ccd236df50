/** OpenClaw: a plugin in our own folder, which its settings are pointed at. */
import { openclawManifest, openclawPackage, openclawPlugin } from '../plugins.ts';
import { ASK_MS, item, property } from '../wanted.ts';
import { folderOf, type Client } from './client.ts';
import { deniesInPluginForm } from './opencode.ts';

export const openclaw: Client = {
  name: 'openclaw',
  title: 'OpenClaw',
  programs: ['openclaw'],
  folder: (places) => folderOf(places, 'OPENCLAW_STATE_DIR', '.openclaw'),
  wanted: (places, { hook, shims, plugins }) => {
    const folder = `${plugins}/openclaw`;
    const named = places.env['OPENCLAW_CONFIG_PATH'];
    const path = named?.startsWith('/') === true ? named : `${openclaw.folder(places)}/openclaw.json`;
    return [
      { kind: 'own', path: `${folder}/openclaw.plugin.json`, content: openclawManifest() },
      { kind: 'own', path: `${folder}/package.json`, content: openclawPackage() },
      { kind: 'own', path: `${folder}/index.js`, content: openclawPlugin(hook) },
      {
        kind: 'json',
        strict: false,
        path,
        entries: [
          item(['plugins', 'load', 'paths'], folder),
          // The longest that it takes; without it a person has 15 seconds.
          property(['plugins', 'entries', 'countersign'], { enabled: true, hooks: { timeoutMs: ASK_MS } }),
          item(['tools', 'exec', 'pathPrepend'], shims),
        ],
        joins: [item(['plugins', 'allow'], 'countersign')],
      },
    ];
  },
  switches: (places) => [{ path: `${openclaw.folder(places)}/openclaw.json`, at: ['plugins', 'enabled'], off: false }],
  canary: {
    event: 'before_tool_call',
    payload: (command, session, cwd) => ({
      event: 'before_tool_call',
      input: {
        event: { toolName: 'exec', params: { command }, toolCallId: session },
        ctx: { sessionId: session, toolName: 'exec' },
      },
      cwd,
    }),
  },
  denies: deniesInPluginForm,
};
