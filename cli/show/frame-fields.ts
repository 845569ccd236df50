/** The names and values of a frame, in words; texts of several lines as blocks. */
import { formatTime } from '../terminal/durations.ts';
import { printableCommandLines, printableLines, printableShort } from '../terminal/printable.ts';
import { sizeText } from './undo.ts';

/** Digests and signatures bind the frame; a person who wants them asks for JSON. */
const FOR_MACHINES = /[dD]igest$|^(statement|signature|nonce|publicKey|shape)$/;

/** Ours, before every line of somebody else's text, so that no line of it can pose as ours. */
const GUTTER = '      │ ';

const LABELS: Readonly<Record<string, string>> = {
  agent: 'agent',
  approval: 'question',
  approver: 'key',
  argv: 'command',
  bytes: 'size',
  code: 'code',
  cwd: 'folder',
  decision: 'answer',
  elsewhere: 'put elsewhere',
  exitCode: 'exit code',
  expiresAt: 'until',
  factor: 'kind of key',
  factorsNeeded: 'keys needed',
  files: 'files',
  grantedBy: 'answered by',
  human: 'person',
  leftToBuild: 'left out, can be built again',
  leftToGit: 'left out, git has it',
  lost: 'not saved',
  maxScore: 'up to risk',
  notRestorable: 'cannot come back',
  pattern: 'covers',
  pid: 'process',
  quorum: 'people needed',
  resumed: 'was known before',
  scope: 'how far it reaches',
  trace: 'of',
};

/** Nothing is said of what is not there. */
export function fieldLines(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (FOR_MACHINES.test(name) || value === null || value === undefined || value === '' || value === false) return [];
    const lines = valueLines(name, value);
    const [only] = lines;
    if (lines.length === 1) return [`    ${labelOf(name)}: ${only}`];
    return [`    ${labelOf(name)}:`, ...lines.map((line) => `${GUTTER}${line}`)];
  });
}

function labelOf(name: string): string {
  const spaced = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return printableShort(LABELS[name] ?? spaced);
}

function valueLines(name: string, value: unknown): string[] {
  if (name.endsWith('At') && typeof value === 'number') return [formatTime(value)];
  if (name === 'bytes' && typeof value === 'number') return [sizeText(value)];
  if (name === 'argv' && isTexts(value)) return printableCommandLines(value);
  if (typeof value === 'string') return value.includes('\n') ? textLines(value) : [printableShort(value)];
  if (value === true) return ['yes'];
  if (isTexts(value)) return [printableShort(value.join(', '))];
  if (Array.isArray(value)) return value.map(entryText);
  return [printableShort(JSON.stringify(value))];
}

/** A text with its own line breaks; whatever else it holds that is not shown is named. */
export function textLines(text: string): string[] {
  return printableLines(text.replace(/\n+$/, ''));
}

/** Lists of paths with reasons are the only ones that hold more than texts. */
function entryText(entry: unknown): string {
  const { path, reason } = Object(entry) as { readonly path?: unknown; readonly reason?: unknown };
  if (typeof path === 'string' && typeof reason === 'string') return printableShort(`${path}: ${reason}`);
  return printableShort(JSON.stringify(entry));
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
