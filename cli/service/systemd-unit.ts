/** The text of the systemd unit. */
import type { ServiceSpec } from './service-spec.ts';

/** From here on systemd can wait longer after each failure. */
const STEPS_SINCE = 254;

/** What could change the program that is started; everything else falls to `env -i`. */
const LOADER_VARIABLES = ['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'NODE_OPTIONS', 'NODE_PATH', 'BASH_ENV', 'ENV'];

/**
 * `exec` and not `notify`: whoever starts the service asks the daemon itself whether it answers. No sandbox that needs a
 * user namespace: in one the daemon could no longer tell whose process a peer is, and many systems forbid them.
 */
export function systemdUnit(spec: ServiceSpec, systemdVersion: number): string {
  const { node, daemon, pathsFile, homedir, user, path, log } = spec;
  const environment = [`HOME=${homedir}`, `USER=${user}`, `LOGNAME=${user}`, 'LANG=C.UTF-8', `PATH=${path}`];
  const command = ['/usr/bin/env', '-i', ...environment, node, daemon, '--paths', pathsFile].map(quoted);
  return [
    '# Written by `countersign service install`, removed by `countersign service uninstall`.',
    '[Unit]',
    'Description=Countersign: decides before agents act',
    // Guarded commands are denied while it is down, so it is never given up.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    'Type=exec',
    `ExecStart=${command.join(' ')}`,
    `UnsetEnvironment=${LOADER_VARIABLES.join(' ')}`,
    'WorkingDirectory=/',
    'StandardInput=null',
    `StandardOutput=append:${specifiersEscaped(log)}`,
    `StandardError=append:${specifiersEscaped(log)}`,
    ...restart(systemdVersion),
    // Another daemon holds the home: that one answers.
    'RestartPreventExitStatus=3',
    'SuccessExitStatus=3',
    'KillMode=mixed',
    'TimeoutStopSec=15',
    'UMask=0077',
    'LimitNOFILE=65536',
    'OOMScoreAdjust=-100',
    'NoNewPrivileges=yes',
    'RestrictRealtime=yes',
    'RestrictSUIDSGID=yes',
    'LockPersonality=yes',
    'SystemCallArchitectures=native',
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ].join('\n');
}

function restart(systemdVersion: number): string[] {
  if (systemdVersion < STEPS_SINCE) return ['Restart=on-failure', 'RestartSec=2'];
  return ['Restart=on-failure', 'RestartSec=1', 'RestartSteps=6', 'RestartMaxDelaySec=60'];
}

/** A word of `ExecStart`: in quotes, with what systemd would replace written twice. */
function quoted(word: string): string {
  return `"${specifiersEscaped(word).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('$', '$$$$')}"`;
}

function specifiersEscaped(text: string): string {
  if (/[\n\r\0]/.test(text)) throw new Error(`\`${text}\` holds a line break`);
  return text.replaceAll('%', '%%');
}
