/** Clients of machines and services that carry a command there, or start it here in an environment of theirs. */
import type { Word } from '../../types.ts';
import { elsewhere, inside, INHERITED, type Command, type Place, type Run } from '../run.ts';
import { joinWords } from '../words.ts';
import { readOptions, type OptionSpec } from './options.ts';

type Carrier = OptionSpec & {
  /** The first operands, without which it carries nothing. */
  readonly verbs?: readonly string[];
  /** Options whose value is shell source. */
  readonly source?: readonly string[];
  /** Options after which the rest is a command. */
  readonly before?: readonly string[];
  /** The operands are a command, behind this many others. */
  readonly after?: number;
  /** Every operand is shell source of its own. */
  readonly each?: true;
  /** What it is called where the command runs; without it that is here. */
  readonly there?: string;
};

const FLY: Carrier = { verbs: ['ssh', 'console'], source: ['C', 'command'], short: 'acCt', long: ['app', 'config', 'access-token'], there: 'machine' }; // prettier-ignore

const CARRIERS: Readonly<Record<string, readonly Carrier[]>> = {
  vagrant: [{ verbs: ['ssh'], source: ['c', 'command'], there: 'machine' }],
  gcloud: [{ verbs: ['compute', 'ssh'], source: ['command'], long: ['project', 'zone', 'account', 'configuration'], there: 'machine' }], // prettier-ignore
  doctl: [{ verbs: ['compute', 'ssh'], source: ['ssh-command'], there: 'machine' }],
  fly: [FLY],
  flyctl: [FLY],
  heroku: [{ verbs: ['run'], after: 0, short: 'arse', long: ['app', 'remote', 'size', 'env', 'type'], there: 'dyno' }],
  railway: [{ verbs: ['ssh'], after: 0, short: 'pse', long: ['project', 'service', 'environment'], there: 'service' }, { verbs: ['run'], after: 0, short: 'pse', long: ['project', 'service', 'environment'] }], // prettier-ignore
  cf: [{ verbs: ['ssh'], source: ['c', 'command'], there: 'machine' }],
  eb: [{ verbs: ['ssh'], source: ['c', 'command'], there: 'machine' }],
  az: [{ verbs: ['vm', 'run-command', 'invoke'], source: ['scripts'], there: 'machine' }],
  kamal: [{ verbs: ['app', 'exec'], after: 0, there: 'machine' }, { verbs: ['server', 'exec'], after: 0, there: 'machine' }], // prettier-ignore
  minikube: [{ verbs: ['ssh'], after: 0, there: 'machine' }],
  colima: [{ verbs: ['ssh'], after: 0, there: 'machine' }],
  tsh: [{ verbs: ['ssh'], after: 1, short: 'lpiLRD', there: 'machine' }],
  et: [{ source: ['c', 'command'], there: 'machine' }],
  mosh: [{ source: ['ssh'] }, { after: 1, short: 'pP', long: ['port', 'predict', 'family', 'server', 'client'], there: 'machine' }], // prettier-ignore
  ansible: [{ source: ['a', 'args'], there: 'machines' }],
  salt: [{ after: 2, there: 'machines' }],
  pdsh: [{ after: 0, short: 'wxlftugFR', there: 'machines' }],
  clush: [{ after: 0, short: 'wxglftuo', long: ['group', 'hostfile'], there: 'machines' }],
  pssh: [{ after: 0, short: 'hHlptoexXO', there: 'machines' }],
  'parallel-ssh': [{ after: 0, short: 'hHlptoexXO', there: 'machines' }],
  dsh: [{ after: 0, short: 'mgfro', there: 'machines' }],
  'nix-shell': [{ source: ['run', 'command'] }],
  nix: [{ verbs: ['develop'], before: ['-c', '--command'] }, { verbs: ['shell'], before: ['-c', '--command'] }, { verbs: ['run'], before: ['--'] }], // prettier-ignore
  hyperfine: [{ each: true, source: ['prepare', 'setup', 'cleanup', 'conclude', 'reference', 'p', 's', 'c', 'C'], short: 'wmMrpscCPDLSu', long: ['warmup', 'min-runs', 'max-runs', 'runs', 'setup', 'reference', 'prepare', 'conclude', 'cleanup', 'parameter-scan', 'parameter-step-size', 'parameter-list', 'shell', 'style', 'sort', 'time-unit', 'export-asciidoc', 'export-csv', 'export-json', 'export-markdown', 'export-orgmode', 'output', 'input', 'command-name', 'ignore-failure'] }], // prettier-ignore
  fzf: [{ source: ['preview'] }],
};

export const CARRYING = Object.keys(CARRIERS);

export function runCarrier(run: Run, command: Command, name: string): void {
  run.emit(command);
  for (const carrier of CARRIERS[name] ?? []) {
    const at = afterVerbs(command.words, carrier);
    if (at !== undefined) carry(run, command, name, carrier, at);
  }
}

/** Where the words behind the verbs begin; options may stand between them. */
function afterVerbs(words: readonly Word[], carrier: Carrier): number | undefined {
  let at = 1;
  for (const verb of carrier.verbs ?? []) {
    const { next } = readOptions(words, at, carrier);
    if (words[next]?.text !== verb) return undefined;
    at = next + 1;
  }
  return at;
}

function carry(run: Run, command: Command, name: string, carrier: Carrier, at: number): void {
  const { words, place } = command;
  const there: Place = carrier.there === undefined ? inside(place, name) : elsewhere(place, name, carrier.there);
  for (const source of optionValues(words, at, carrier.source ?? []))
    run.sourceWord(source, there, { stdin: INHERITED });
  const marker = words.findIndex(({ text }, index) => index >= at && carrier.before?.includes(text));
  if (marker >= 0 && marker + 1 < words.length) run.command({ words: words.slice(marker + 1), redirects: [], stdin: command.stdin, place: there, shell: undefined }); // prettier-ignore
  if (carrier.each === true) for (const source of words.slice(readOptions(words, at, carrier).next)) if (!source.text.startsWith('-')) run.sourceWord(source, there, { stdin: INHERITED }); // prettier-ignore
  if (carrier.after === undefined) return;
  const rest = words.slice(readOptions(words, at, carrier).next + carrier.after).filter(({ text }, index) => index > 0 || text !== '--'); // prettier-ignore
  if (rest.length > 0) run.sourceWord(joinWords(rest), there, { stdin: command.stdin });
}

/** The values of options of that letter or name, wherever they stand. */
function optionValues(words: readonly Word[], at: number, options: readonly string[]): readonly Word[] {
  return words.flatMap((word, index): readonly Word[] => {
    if (index < at) return [];
    const next = words[index + 1];
    for (const option of options) {
      const written = option.length === 1 ? `-${option}` : `--${option}`;
      if (word.text === written) return next === undefined ? [] : [next];
      if (word.text.startsWith(`${written}=`)) return [{ ...word, text: word.text.slice(written.length + 1) }];
    }
    return [];
  });
}
