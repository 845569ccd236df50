/** What the tools of the clients do, as the engine sees the actions that their hooks make. */
import { describe, expect, test } from 'vitest';

import { actionOf } from '../../../daemon/hooks/action.ts';
import { DIALECTS } from '../../../daemon/hooks/dialects.ts';
import type { Fields } from '../../../daemon/hooks/fields.ts';
import type { HookClient } from '../../../protocol/wire.ts';
import { verifies } from '../../helpers/verifies.ts';
import { effectsOfAction } from './judged.ts';
import { sample } from './samples.ts';

const ASKER = { agent: 'a', session: 's' };
const PLACE = { cwd: '/home/ann/ws', env: {} };

function effects(client: HookClient, payload: Fields): string[] {
  const event = DIALECTS[client].read(payload, undefined);
  if (event.kind !== 'before') throw new Error('no call');
  return effectsOfAction(actionOf(event.call, event.hints, PLACE, ASKER));
}

const tool = (name: string, input: object): Fields => ({
  hook_event_name: 'PreToolUse',
  cwd: '/home/ann/ws',
  tool_name: name,
  tool_input: input,
});

describe(verifies('hooks:effects'), () => {
  test.each([
    ['claude-PreToolUse-Write', 'file.write /home/ann/ws/new.txt'],
    ['claude-PreToolUse-mcp', 'file.write /home/ann/ws/made-by-mcp.txt'],
    ['codex-PreToolUse-apply_patch', 'file.write /home/ann/ws/new.txt'],
    ['codex-PreToolUse-mcp', 'file.write /home/ann/ws/made-by-mcp.txt'],
    ['copilot-preToolUse-mcp', 'file.write /home/ann/ws/made-by-mcp.txt'],
    ['gemini-BeforeTool-mcp', 'file.write /home/ann/ws/made-by-mcp.txt'],
    ['opencode-tool.execute.before-mcp', 'file.write /home/ann/ws/made-by-mcp.txt'],
    ['claude-PreToolUse-Bash', 'file.delete /home/ann/ws/build'],
    ['openclaw-before_tool_call-exec', 'file.delete /home/ann/ws/build'],
    // What is typed into it later comes without a hook.
    ['codex-PreToolUse-Bash', 'code.opaque commands from standard input'],
  ])('%s: %s', (name, expected) => {
    const { client, payload } = sample(name);
    expect(effects(client, payload)).toContain(expected);
  });

  const PATCH = '*** Begin Patch\n*** Update File: src/a.ts\n*** Move to: src/b.ts\n@@\n-x\n+y\n*** Delete File: old.txt\n*** End Patch\n';
  test.each([
    ['claude-code', tool('Edit', { file_path: '/home/ann/ws/a.ts', old_string: 'x', new_string: 'y' }), ['file.write /home/ann/ws/a.ts']],
    ['claude-code', tool('MultiEdit', { file_path: '/home/ann/ws/a.ts', edits: [] }), ['file.write /home/ann/ws/a.ts']],
    ['claude-code', tool('NotebookEdit', { notebook_path: '/home/ann/ws/a.ipynb', new_source: 'x' }), ['file.write /home/ann/ws/a.ipynb']],
    ['claude-code', tool('Read', { file_path: '/home/ann/ws/.env' }), ['secret.read /home/ann/ws/.env']],
    ['claude-code', tool('Grep', { pattern: 'x', path: '/home/ann/ws' }), ['file.read /home/ann/ws']],
    ['codex', tool('apply_patch', { command: PATCH }), ['file.delete /home/ann/ws/old.txt', 'file.move /home/ann/ws/src/a.ts', 'file.write /home/ann/ws/src/b.ts']],
    ['gemini-cli', { ...tool('write_file', { file_path: 'a.txt', content: 'x' }), hook_event_name: 'BeforeTool' }, ['file.write /home/ann/ws/a.txt']],
    ['gemini-cli', { ...tool('replace', { file_path: 'a.txt', old_string: 'x', new_string: 'y' }), hook_event_name: 'BeforeTool' }, ['file.write /home/ann/ws/a.txt']],
    ['copilot-cli', { cwd: '/home/ann/ws', toolName: 'create', toolArgs: { path: '/home/ann/ws/a', file_text: 'x' } }, ['file.write /home/ann/ws/a']],
    ['copilot-cli', { cwd: '/home/ann/ws', toolName: 'edit', toolArgs: { path: '/home/ann/ws/a', old_str: 'x', new_str: 'y' } }, ['file.write /home/ann/ws/a']],
    ['opencode', { event: 'tool.execute.before', input: { tool: 'apply_patch', callID: 'c' }, output: { args: { patchText: PATCH } } }, ['file.delete /home/ann/ws/old.txt', 'file.move /home/ann/ws/src/a.ts', 'file.write /home/ann/ws/src/b.ts']],
    ['opencode', { event: 'tool.execute.before', input: { tool: 'write', callID: 'c' }, output: { args: { filePath: '/home/ann/ws/a', content: '' } } }, ['file.write /home/ann/ws/a']],
    ['openclaw', { event: 'before_tool_call', input: { event: { toolName: 'apply_patch', params: { input: PATCH } } } }, ['file.delete /home/ann/ws/old.txt', 'file.move /home/ann/ws/src/a.ts', 'file.write /home/ann/ws/src/b.ts']],
  ] as const)('%s %j', (client, payload, expected) => {
    expect(effects(client, payload)).toEqual(expect.arrayContaining([...expected]) as string[]);
  });

  test('a patch out of the workspace, or one that names nothing, is no harmless write', () => {
    const out = tool('apply_patch', { command: '*** Begin Patch\n*** Add File: /home/ann/.bashrc\n+x\n*** End Patch\n' });
    expect(effects('codex', out)).toEqual(expect.arrayContaining(['persistence.add /home/ann/.bashrc']) as string[]);
    expect(effects('codex', tool('apply_patch', { command: '*** Begin Patch\n*** End Patch\n' }))).toEqual(['file.write']);
  });
}); // prettier-ignore
