import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { action, lines } from './follow.ts';

describe(verifies('understand:tools-that-run'), () => {
  test.each([
    [{ tool: 'run_command', args: { command: 'rm a; rm b' } }, ['rm a', 'rm b']],
    [{ tool: 'runShellCommand', args: { command: 'rm a' } }, ['rm a']],
    [{ tool: 'start-process', args: { cmd: ['rm', 'a b'] } }, ['rm a b']],
    [{ tool: 'execute_command', args: { command: 'rm', args: ['-r', "it's"] } }, ["rm -r it's"]],
    [{ tool: 'mcp__box__run_in_terminal', args: { command: 'rm a' } }, ['rm a']],
  ])('%j is read as a shell command', (fields, expected) => {
    expect(lines(action({ kind: 'tool', ...fields }))).toEqual(expected);
    expect(lines(action({ kind: 'mcp', server: 'box', ...fields }))).toEqual(expected);
  });

  test.each([
    ['write_bash', { sessionId: '1', input: 'rm -r src{enter}' }],
    ['write_stdin', { session_id: 1, chars: 'rm -r src\n' }],
    ['process', { action: 'write', sessionId: '1', data: 'rm -r src\n' }],
    ['send_keys', { text: 'rm -r src' }],
    ['send_to_terminal', { text: 'rm -r src' }],
  ])('what %s types is read as what a shell makes of it', (tool, args) => {
    expect(lines(action({ kind: 'tool', tool, args }))).toEqual(['rm -r src']);
  });

  test.each([
    ['execute_python', { code: "import shutil; shutil.rmtree('src')" }],
    ['run_code', { language: 'python', code: "import shutil; shutil.rmtree('src')" }],
    ['codeInterpreter', { code: "import os; os.system('rm -r src')" }],
    ['run_code', { language: 'javascript', code: "require('fs').rmSync('src', { recursive: true })" }],
    ['eval_ruby', { code: "system('rm -r src')" }],
  ])('%s %j is read as source of its language', (tool, args) => {
    const read = lines(action({ kind: 'mcp', server: 'lab', tool, args }));
    expect(read.some((text) => text === 'rm -r src' || text.includes('!file.delete'))).toBe(true);
  });

  test.each([
    ['list_processes', { command: 'x' }],
    ['get_command_history', { command: 'rm a' }],
    ['browser_run_code', { code: 'document.title' }],
    ['describe_shell', { command: 'x' }],
    ['process', { action: 'list' }],
    ['send_message', { text: 'rm a' }],
  ])('%s is no shell', (tool, args) => {
    expect(lines(action({ kind: 'tool', tool, args }))).toEqual([`tool:${tool}`]);
  });
});
