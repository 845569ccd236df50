/** Another guard for agents to stand beside: the npm package cc-safety-net, run as the hook that it is. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PACKAGE = 'cc-safety-net';
/** A registry that is not there is noticed by then. */
const INSTALL_MS = 60_000;

export type OtherGuard = {
  readonly name: string;
  /** Judges `command` as a hook of an agent does before it runs. */
  judge(command: string): void;
  remove(): void;
};

/** Fetched into a folder of its own, outside the repository; a text says why there is none. */
export function fetchOtherGuard(): OtherGuard | string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-other-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const words = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--silent', PACKAGE];
  const installed = spawnSync('npm', words, { cwd: folder, stdio: 'ignore', timeout: INSTALL_MS });
  const script = installed.status === 0 ? scriptOf(folder) : undefined;
  if (script === undefined) {
    remove();
    return `${PACKAGE} could not be fetched from the npm registry`;
  }
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  return {
    name: `${PACKAGE} ${script.version}`,
    judge(command) {
      const input = JSON.stringify({
        session_id: 'bench',
        cwd: folder,
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_input: { command },
      });
      const { status } = spawnSync(process.execPath, [script.path, 'hook', '--claude-code'], {
        cwd: folder,
        env,
        input,
      });
      if (status !== 0) throw new Error(`${PACKAGE} ended with ${status}`);
    },
    remove,
  };
}

function scriptOf(folder: string): { readonly path: string; readonly version: string } | undefined {
  const home = join(folder, 'node_modules', PACKAGE);
  // Its own manifest; what is missing in it makes the guard unusable, and that is told.
  const { bin, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    readonly bin?: Readonly<Record<string, string>>;
    readonly version?: string;
  };
  const path = bin?.[PACKAGE];
  return path === undefined || version === undefined ? undefined : { path: join(home, path), version };
}
