/** Programs that run other code in ways a table cannot say, by name. */
import { runInterpreter } from '../interpreters/interpreter.ts';
import { runCmd } from '../interpreters/cmd.ts';
import { runCmdlet, runPowershell } from '../interpreters/powershell.ts';
import { CMDLET_NAMES } from '../interpreters/powershell/cmdlets.ts';
import { INTERPRETERS } from '../interpreters/table.ts';
import type { Command, Run } from '../run.ts';
import { runAt } from './at.ts';
import { runBusybox, runCmake } from './busybox.ts';
import { CARRYING, runCarrier } from './carriers.ts';
import { runContainer, runKubectl } from './containers.ts';
import { runEd, runEmacs, runExpect, runGdb, runPager, runVim } from './editors.ts';
import { runFd, runFind } from './find.ts';
import { runGit } from './git.ts';
import { OPTION_PROGRAMS, runWithCodeOptions } from './code-options.ts';
import { runMake } from './make.ts';
import { runConcurrently, runPackageRunner } from './package-runners.ts';
import { ASKING, runAsking } from './sent-output.ts';
import { runPackageScript } from './package-scripts.ts';
import { runShell } from './shells.ts';
import { runSsh } from './ssh.ts';
import { runSu } from './su.ts';
import { runTask } from './task.ts';
import { runScreen, runTmux } from './terminals.ts';
import { runParallel, runXargs } from './xargs.ts';

export type Handler = (run: Run, command: Command, name: string) => void;

const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'ksh', 'mksh', 'ash', 'rbash', 'yash', 'fish'];

function named(names: Iterable<string>, handler: Handler): [string, Handler][] {
  return [...names].map((name) => [name, handler]);
}

export const HANDLERS: Readonly<Record<string, Handler>> = Object.assign(
  Object.create(null) as Record<string, Handler>,
  Object.fromEntries([
    ...named(SHELLS, runShell),
    ...named(Object.keys(OPTION_PROGRAMS), runWithCodeOptions),
    ...named(Object.keys(INTERPRETERS), runInterpreter),
    ...named(['docker', 'podman', 'nerdctl', 'docker-compose', 'podman-compose'], runContainer),
    ...named(['kubectl', 'oc', 'k3s'], runKubectl),
    ...named(CARRYING, runCarrier),
    ...named(ASKING, runAsking),
    ...named(['busybox', 'toybox', 'lvm'], runBusybox),
    ['cmake', runCmake],
    ...named(['find', 'gfind', 'bfs'], runFind),
    ...named(['fd', 'fdfind'], runFd),
    ...named(['su', 'runuser'], runSu),
    ...named(['make', 'gmake', 'just'], runMake),
    ...named(['task', 'go-task'], runTask),
    ...named(['npm', 'pnpm', 'yarn', 'bun'], runPackageScript),
    ...named(['npx', 'bunx', 'pnpx', 'uvx', 'pipx'], runPackageRunner),
    ...named(['tmux', 'byobu', 'byobu-tmux'], runTmux),
    ...named(['less', 'more'], runPager),
    ...named(['vi', 'vim', 'nvim', 'gvim', 'view', 'ex'], runVim),
    ...named(['ed', 'red'], runEd),
    ...named(['emacs', 'emacsclient'], runEmacs),
    ...named(['gdb', 'lldb'], runGdb),
    ...named(['pwsh', 'powershell', 'powershell.exe', 'pwsh.exe'], runPowershell),
    ...named(CMDLET_NAMES, runCmdlet),
    ...named(['cmd', 'cmd.exe', 'COMMAND.COM'], runCmd),
    ['expect', runExpect],
    ['screen', runScreen],
    ['concurrently', runConcurrently],
    ['at', runAt],
    ['batch', runAt],
    ['git', runGit],
    ['ssh', runSsh],
    ['autossh', runSsh],
    ['xargs', runXargs],
    ['gxargs', runXargs],
    ['parallel', runParallel],
  ]),
);
