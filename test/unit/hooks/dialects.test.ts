/** Every captured payload as each dialect reads it, and the exact texts that each client obeys. */
import { describe, expect, test } from 'vitest';

import type { HookAnswer } from '../../../daemon/hooks/dialect.ts';
import { DIALECTS } from '../../../daemon/hooks/dialects.ts';
import { HookClient } from '../../../protocol/wire.ts';
import { verifies } from '../../helpers/verifies.ts';
import { SAMPLES } from './samples.ts';

const WS = '/home/ann/ws';

/** What each means; one that is missing here fails. */
const MEANT: Readonly<Record<string, object>> = {
  'claude-PreToolUse-Bash': { kind: 'before', hints: { cwd: WS }, call: { id: 'toolu_1', means: { kind: 'exec', argv: ['bash', '-c', 'rm -r ./build'], stdin: 'null' } } },
  'claude-PreToolUse-Write': { kind: 'before', call: { tool: 'Write', means: { kind: 'tool' }, input: { file_path: `${WS}/new.txt`, content: 'hi' } } },
  'claude-PreToolUse-mcp': { kind: 'before', call: { means: { kind: 'mcp', server: 'fs', tool: 'write_file' } } },
  'claude-PostToolUse-Bash': { kind: 'after', call: { id: 'toolu_1' }, outcome: { status: 'succeeded', durationMs: 94 } },
  'codex-PreToolUse-Bash': { kind: 'before', hints: { model: 'gpt-5.5' }, call: { id: 'call_1', means: { kind: 'exec', argv: ['bash', '-c', 'bash'], stdin: 'pipe' } } },
  'codex-PreToolUse-apply_patch': { kind: 'before', call: { tool: 'apply_patch', means: { kind: 'tool' } } },
  'codex-PreToolUse-mcp': { kind: 'before', call: { means: { kind: 'mcp', server: 'fs', tool: 'write_file' } } },
  'codex-PostToolUse-Bash': { kind: 'after', call: { id: 'exec-49770803-4056-4aee-a0fb-a88929160f09' }, outcome: { status: 'unknown', result: '' } },
  'copilot-PascalCase-PreToolUse': { kind: 'before', event: 'PreToolUse', call: { said: 'run it', means: { kind: 'exec', argv: ['bash', '-c', 'rm -rf ./build'] } } },
  'copilot-permissionRequest': { kind: 'other', event: 'permissionRequest' },
  'copilot-preToolUse-bash': { kind: 'before', event: 'preToolUse', call: { id: undefined, means: { kind: 'exec', argv: ['bash', '-c', 'rm -r ./build'] } } },
  'copilot-preToolUse-mcp': { kind: 'before', call: { means: { kind: 'mcp', server: 'fs', tool: 'fs-write_file' } } },
  'copilot-postToolUse-bash': { kind: 'after', outcome: { status: 'succeeded', exitCode: 0 } },
  'gemini-BeforeTool-shell': { kind: 'before', call: { means: { kind: 'exec', argv: ['bash', '-c', 'rm -r ./build'] } } },
  'gemini-BeforeTool-mcp': { kind: 'before', call: { means: { kind: 'mcp', server: 'fs', tool: 'write_file' } } },
  'gemini-AfterTool-shell': { kind: 'after', outcome: { status: 'succeeded' } },
  'gemini-Notification-ask': { kind: 'other', event: 'Notification' },
  'openclaw-before_tool_call-exec': { kind: 'before', hints: { cwd: WS }, call: { id: 'call_1', means: { kind: 'exec', argv: ['bash', '-c', 'rm -r ./build'] } } },
  'openclaw-after_tool_call-exec': { kind: 'after', outcome: { status: 'cancelled', durationMs: 150081 } },
  'opencode-tool.execute.before-bash': { kind: 'before', hints: { cwd: WS }, call: { id: 'call_2', means: { kind: 'exec', argv: ['bash', '-c', 'rm -r ./build'] } } },
  'opencode-tool.execute.before-mcp': { kind: 'before', call: { means: { kind: 'mcp', server: 'fs', tool: 'fs_write_file' } } },
  'opencode-tool.execute.after-bash': { kind: 'after', outcome: { status: 'succeeded', exitCode: 0 } },
}; // prettier-ignore

describe(verifies('hooks:read'), () => {
  test.each(SAMPLES)('$name', ({ name, client, payload, event }) => {
    expect(DIALECTS[client].read(payload, undefined)).toMatchObject(MEANT[name] ?? { kind: 'a sample without a meaning' });
    // The event that it was installed for says nothing else.
    expect(DIALECTS[client].read(payload, event).kind).toBe(DIALECTS[client].read(payload, undefined).kind);
  });

  test('a shell is judged in the folder and with the variables that its client gives it, and no others', () => {
    const gemini = (input: object) => DIALECTS['gemini-cli'].read({ hook_event_name: 'BeforeTool', tool_name: 'run_shell_command', tool_input: { command: 'ls', ...input } }, undefined);
    expect(gemini({ workdir: '/tmp', dir_path: 'src' })).toMatchObject({ call: { means: { folder: 'src' } } });
    expect(gemini({ directory: '/tmp', dir_path: 'src' })).toMatchObject({ call: { means: { folder: '?' } } });
    const claude = { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'ls', workdir: '/tmp', env: { A: 'b' } } };
    expect(DIALECTS['claude-code'].read(claude, undefined)).toMatchObject({ call: { means: { argv: ['bash', '-c', 'ls'], folder: undefined } } });
    const event = { toolName: 'exec', params: { command: 'git fetch', env: { GIT_SSH_COMMAND: 'x' } } };
    expect(DIALECTS.openclaw.read({ event: 'before_tool_call', input: { event, ctx: {} } }, undefined)).toMatchObject({ call: { means: { argv: ['env', 'GIT_SSH_COMMAND=x', 'bash', '-c', 'git fetch'] } } });
  }); // prettier-ignore

  test('sessions and prompts', () => {
    const claude = { session_id: 's', cwd: WS, hook_event_name: 'SessionStart', source: 'startup', model: 'm' };
    expect(DIALECTS['claude-code'].read(claude, undefined)).toMatchObject({ kind: 'session-start', hints: { session: 's', model: 'm' } });
    expect(DIALECTS.codex.read({ hook_event_name: 'UserPromptSubmit', prompt: 'do it' }, undefined)).toMatchObject({ kind: 'prompt', text: 'do it' });
    expect(DIALECTS['gemini-cli'].read({ hook_event_name: 'BeforeAgent', prompt: 'do it' }, undefined)).toMatchObject({ kind: 'prompt', text: 'do it' });
    expect(DIALECTS['copilot-cli'].read({ sessionId: 's', prompt: 'do it' }, 'userPromptSubmitted')).toMatchObject({ kind: 'prompt' });
    expect(DIALECTS.cursor.read({ hook_event_name: 'sessionEnd', conversation_id: 'c' }, undefined)).toMatchObject({ kind: 'session-end', hints: { session: 'c' } });
  });

  test('Cursor, by its documentation', () => {
    const base = { conversation_id: 'c', workspace_roots: [WS] };
    const read = (payload: object) => DIALECTS.cursor.read({ ...base, ...payload }, undefined);
    expect(read({ hook_event_name: 'beforeShellExecution', command: 'ls', cwd: '/w' })).toMatchObject({ kind: 'before', hints: { cwd: '/w' }, call: { means: { kind: 'exec', argv: ['bash', '-c', 'ls'] } } });
    expect(read({ hook_event_name: 'beforeMCPExecution', tool_name: 'write_file', tool_input: '{"path":"a"}', command: 'npx fs' })).toMatchObject({ call: { input: { path: 'a' }, means: { kind: 'mcp', server: 'npx fs', tool: 'write_file' } } });
    expect(read({ hook_event_name: 'beforeReadFile', file_path: '/w/.env' })).toMatchObject({ kind: 'before', hints: { cwd: WS }, call: { tool: 'Read', input: { file_path: '/w/.env' } } });
    expect(read({ hook_event_name: 'preToolUse', tool_name: 'Shell', tool_input: { command: 'ls', working_directory: 'sub' }, tool_use_id: 't' })).toMatchObject({ call: { id: 't', means: { kind: 'exec', folder: 'sub' } } });
    expect(read({ hook_event_name: 'afterShellExecution', command: 'ls', output: 'x', duration: 12 })).toMatchObject({ kind: 'after', outcome: { status: 'unknown', durationMs: 12 } });
    expect(read({ hook_event_name: 'postToolUse', tool_name: 'Shell', tool_input: { command: 'ls' } })).toMatchObject({ kind: 'after', outcome: { status: 'succeeded' } });
  });

  test('failed and interrupted calls', () => {
    const claude = (more: object) => DIALECTS['claude-code'].read({ hook_event_name: 'PostToolUse', tool_name: 'Bash', tool_input: { command: 'x' }, ...more }, undefined);
    expect(claude({ hook_event_name: 'PostToolUseFailure', error: 'Exit code 1' })).toMatchObject({ outcome: { status: 'failed', result: 'Exit code 1' } });
    expect(claude({ tool_response: { stdout: '', interrupted: true } })).toMatchObject({ outcome: { status: 'cancelled' } });
    const gemini = { hook_event_name: 'AfterTool', tool_name: 'run_shell_command', tool_input: { command: 'x' }, tool_response: { llmContent: 'Output: no\nExit Code: 3\n' } };
    expect(DIALECTS['gemini-cli'].read(gemini, undefined)).toMatchObject({ outcome: { status: 'failed', exitCode: 3 } });
    const copilot = { toolName: 'bash', toolArgs: { command: 'x' }, toolResult: { resultType: 'success', textResultForLlm: 'no\n<shellId: 0 completed with exit code 2>' } };
    expect(DIALECTS['copilot-cli'].read(copilot, 'postToolUse')).toMatchObject({ outcome: { status: 'failed', exitCode: 2 } });
  });

  test('a call that names neither tool nor event is not understood', () => {
    for (const client of HookClient.options) expect(() => DIALECTS[client].read({}, undefined), client).toThrow('names');
    for (const client of HookClient.options)
      for (const event of DIALECTS[client].asks) expect(() => DIALECTS[client].read({}, event === 'beforeReadFile' ? 'preToolUse' : event), `${client} ${event}`).toThrow('names no');
  });
}); // prettier-ignore

const DENY: HookAnswer = { kind: 'deny', reason: 'no "quotes"' };
const REWRITE: HookAnswer = { kind: 'rewrite', input: { command: 'ls', timeout: 5 }, reason: 'instead' };

describe(verifies('hooks:write'), () => {
  const written = (client: HookClient, event: string) => (answer: HookAnswer) => DIALECTS[client].write(answer, event);
  const CLAUDE_DENY = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no \\"quotes\\""}}\n';
  const PLUGIN = ['{"v":1,"verdict":"allow"}\n', '{"v":1,"verdict":"deny","reason":"no \\"quotes\\""}\n', '{"v":1,"verdict":"compute","input":{"command":"ls","timeout":5},"reason":"instead"}\n'] as const;

  test.each([
    ['claude-code', 'PreToolUse', '', CLAUDE_DENY, '{"hookSpecificOutput":{"hookEventName":"PreToolUse","updatedInput":{"command":"ls","timeout":5},"additionalContext":"instead"}}\n'],
    ['codex', 'PreToolUse', '', CLAUDE_DENY, '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow","updatedInput":{"command":"ls","timeout":5}}}\n'],
    ['gemini-cli', 'BeforeTool', '', '{"decision":"deny","reason":"no \\"quotes\\""}\n', '{"hookSpecificOutput":{"hookEventName":"BeforeTool","tool_input":{"command":"ls","timeout":5}}}\n'],
    ['copilot-cli', 'preToolUse', '', '{"permissionDecision":"deny","permissionDecisionReason":"no \\"quotes\\""}\n', '{"modifiedArgs":{"command":"ls","timeout":5}}\n'],
    ['copilot-cli', 'PreToolUse', '', CLAUDE_DENY, '{"hookSpecificOutput":{"hookEventName":"PreToolUse","updatedInput":{"command":"ls","timeout":5}}}\n'],
    ['opencode', 'tool.execute.before', ...PLUGIN],
    ['openclaw', 'before_tool_call', ...PLUGIN],
    ['cursor', 'preToolUse', '{"permission":"allow"}\n', '{"permission":"deny","user_message":"no \\"quotes\\"","agent_message":"no \\"quotes\\""}\n', '{"permission":"allow","updated_input":{"command":"ls","timeout":5},"agent_message":"instead"}\n'],
  ] as const)('%s %s', (client, event, allowed, denied, rewritten) => {
    const write = written(client, event);
    expect([write({ kind: 'allow' }), write(DENY), write(REWRITE)]).toEqual([allowed, denied, rewritten]);
    expect(DIALECTS[client].asks.has(event)).toBe(true);
    expect(DIALECTS[client].rewrites(event)).toBe(true);
  });

  test('after a call nothing is decided', () => {
    for (const client of HookClient.options) expect(DIALECTS[client].write({ kind: 'nothing' }, 'anything'), client).not.toContain('deny');
    expect(DIALECTS.cursor.write({ kind: 'nothing' }, 'beforeSubmitPrompt')).toBe('{"continue":true}\n');
    expect(DIALECTS.cursor.rewrites('beforeShellExecution')).toBe(false);
  });
}); // prettier-ignore
