/** Names of the processes whose ids a command picks out of a listing: `kill $(pgrep sshd)`, `ps | grep sshd | … | xargs kill`. */
import type { Target } from '../../../protocol/effect.ts';
import type { ParsedOperation } from '../types.ts';
import type { Call, Targets } from './entry.ts';

/** Programs whose operand is the name of a process, or what is looked for in a listing of them. */
const PICKS = /\b(?:pgrep|pidof|[ef]?grep|rg)\s+((?:-[-\w]+\s+)*)["']?\/?\[?([\w.-]+)\]?([\w.-]*)/g;
/** `awk '/sshd/ {print $2}'` */
const MATCHES = /\bg?awk\s+["']\s*\/\[?([\w.-]+)\]?([\w.-]*)\//g;
/** Longer sources are no line that picks processes. */
const MAX_SOURCE = 1_024;
/** Stages of a pipeline, from its end. */
const MAX_STAGES = 6;

export const pickedProcesses: Targets = ({ args, operation }: Call): Target[] => {
  const written = args.operands.filter(({ dynamic }) => dynamic).map(({ text }) => text);
  const names = [...written, pipelineOf(operation.items?.of)].flatMap(namesIn).filter((name) => name !== 'grep');
  return [...new Set(names)].map((name) => ({ kind: 'process', name }));
};

function namesIn(source: string): string[] {
  if (source.length > MAX_SOURCE) return [];
  // Options are single words; what `-v` leaves out is not what is picked.
  const picked = [...source.matchAll(PICKS)].filter((match) => !/-\w*v/.test(match[1] ?? '')).map((match) => `${match[2]}${match[3]}`); // prettier-ignore
  return [...picked, ...[...source.matchAll(MATCHES)].map((match) => `${match[1]}${match[2]}`)];
}

/** The commands that feed an operation, as one line. */
function pipelineOf(last: ParsedOperation | undefined): string {
  const lines: string[] = [];
  for (let at = last; at !== undefined && lines.length < MAX_STAGES; at = at.stdin.kind === 'pipe' ? at.stdin.from : undefined) {
    lines.unshift(at.program === 'awk' || at.program === 'gawk' ? `awk '${at.argv.at(-1) ?? ''}'` : at.argv.join(' '));
  }
  return lines.join(' | ');
} // prettier-ignore
