/** `docker exec`, `docker run`, `kubectl exec`: the command runs in a container, and asking for it is an operation too. */
import type { Word } from '../../types.ts';
import { elsewhere, type Command, type Run } from '../run.ts';
import { readOptions, type OptionSpec } from './options.ts';

const GLOBAL: OptionSpec = { short: 'cHl', long: ['config', 'context', 'host', 'log-level', 'tlscacert', 'tlscert', 'tlskey', 'connection', 'url', 'identity', 'root', 'runroot', 'namespace', 'address'] }; // prettier-ignore
const COMPOSE: OptionSpec = { short: 'fp', long: ['file', 'project-name', 'profile', 'env-file', 'project-directory', 'parallel', 'ansi', 'progress'] }; // prettier-ignore
const EXEC: OptionSpec = { short: 'euw', long: ['env', 'env-file', 'user', 'workdir', 'detach-keys', 'index'] };
const RUN: OptionSpec = {
  short: 'aceghlmpuvw',
  long: ['add-host', 'annotation', 'attach', 'blkio-weight', 'cap-add', 'cap-drop', 'cgroup-parent', 'cgroupns', 'cidfile', 'cpu-period', 'cpu-quota', 'cpu-shares', 'cpus', 'cpuset-cpus', 'cpuset-mems', 'device', 'device-cgroup-rule', 'dns', 'dns-option', 'dns-search', 'domainname', 'entrypoint', 'env', 'env-file', 'expose', 'gpus', 'group-add', 'health-cmd', 'health-interval', 'health-retries', 'health-timeout', 'hostname', 'ip', 'ip6', 'ipc', 'isolation', 'label', 'label-file', 'link', 'log-driver', 'log-opt', 'mac-address', 'memory', 'memory-reservation', 'memory-swap', 'memory-swappiness', 'mount', 'name', 'network', 'net', 'network-alias', 'oom-score-adj', 'pid', 'pids-limit', 'platform', 'publish', 'pull', 'restart', 'runtime', 'security-opt', 'shm-size', 'stop-signal', 'stop-timeout', 'storage-opt', 'sysctl', 'tmpfs', 'ulimit', 'user', 'userns', 'uts', 'volume', 'volume-driver', 'volumes-from', 'workdir'],
}; // prettier-ignore

export function runContainer(run: Run, command: Command, name: string): void {
  run.emit(command);
  const { words } = command;
  let { next } = readOptions(words, 1, name.endsWith('-compose') ? COMPOSE : GLOBAL);
  if (words[next]?.text === 'compose') next = readOptions(words, next + 1, COMPOSE).next;
  if (words[next]?.text === 'container') next++;
  const verb = words[next]?.text;
  if (verb !== 'exec' && verb !== 'run') return;
  const options = readOptions(words, next + 1, verb === 'exec' ? EXEC : RUN);
  const container = words[options.next];
  const entry = verb === 'run' ? options.given.get('entrypoint') : undefined;
  const rest = [...(entry && entry.text !== '' ? [entry] : []), ...words.slice(options.next + 1)];
  if (container !== undefined) runThere(run, command, name, `container:${container.text}`, rest);
}

function runThere(run: Run, command: Command, name: string, remote: string, words: readonly Word[]): void {
  if (words.length === 0) return;
  const place = elsewhere(command.place, name, remote);
  run.command({ words, redirects: [], stdin: command.stdin, place, shell: undefined });
}

const KUBECTL: OptionSpec = { short: 'nscf', long: ['namespace', 'context', 'cluster', 'kubeconfig', 'user', 'server', 'token', 'as', 'as-group', 'request-timeout', 'container', 'filename', 'pod-running-timeout'] }; // prettier-ignore

export function runKubectl(run: Run, command: Command, name: string): void {
  run.emit(command);
  const { words } = command;
  const start = name === 'k3s' && words[1]?.text === 'kubectl' ? 2 : 1;
  const verb = readOptions(words, start, KUBECTL).next;
  const isRun = words[verb]?.text === 'run' || words[verb]?.text === 'debug';
  if (words[verb]?.text !== 'exec' && words[verb]?.text !== 'rsh' && !isRun) return;
  const pod = words[readOptions(words, verb + 1, KUBECTL).next];
  const marker = words.findIndex((word, index) => index > verb && word.text === '--');
  const rest = marker > 0 ? words.slice(marker + 1) : [];
  if (pod !== undefined) runThere(run, command, name, `pod:${pod.text}`, rest);
}
