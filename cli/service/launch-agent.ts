/** The text of the LaunchAgent. */
import type { ServiceSpec } from './service-spec.ts';

/** launchd's own least time between two starts; it knows no growing one. */
const THROTTLE_S = 10;

type Plist = string | number | boolean | readonly Plist[] | { readonly [key: string]: Plist };

export function launchAgentLabel({ id }: ServiceSpec): string {
  return `org.${id}.daemon`;
}

/** A daemon that was told to stop, or that found another one, exits with success, and launchd leaves it alone. */
export function launchAgentPlist(spec: ServiceSpec): string {
  const { node, daemon, pathsFile, homedir, user, path, log } = spec;
  const value = plist({
    Label: launchAgentLabel(spec),
    ProgramArguments: ['/usr/bin/env', '-i', `HOME=${homedir}`, `USER=${user}`, `LOGNAME=${user}`, 'LANG=C.UTF-8', `PATH=${path}`, node, daemon, '--paths', pathsFile],
    EnvironmentVariables: { PATH: path },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ProcessType: 'Interactive',
    ThrottleInterval: THROTTLE_S,
    ExitTimeOut: 15,
    Umask: 0o077,
    SoftResourceLimits: { NumberOfFiles: 65_536 },
    WorkingDirectory: '/',
    StandardOutPath: log,
    StandardErrorPath: log,
  }); // prettier-ignore
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<!-- Written by `countersign service install`, removed by `countersign service uninstall`. -->',
    '<plist version="1.0">',
    value,
    '</plist>',
    '',
  ].join('\n');
}

function plist(value: Plist): string {
  if (typeof value === 'string') return `<string>${escaped(value)}</string>`;
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `<${value}/>`;
  if (isList(value)) return `<array>\n${value.map(plist).join('\n')}\n</array>`;
  const entries = Object.entries(value).map(([key, inner]) => `<key>${escaped(key)}</key>\n${plist(inner)}`);
  return `<dict>\n${entries.join('\n')}\n</dict>`;
}

function isList(value: Plist): value is readonly Plist[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  if (/[\n\r\0]/.test(text)) throw new Error(`\`${text}\` holds a line break`);
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
