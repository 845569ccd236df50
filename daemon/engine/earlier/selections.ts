/** What a step of an action selects for the ones after it: a cluster, a project, a subscription, a stack. */
import type { Environment } from '../../../protocol/effect.ts';
import { environmentOf, graverEnvironment } from '../catalog/environment.ts';
import type { ParsedOperation, Word } from '../types.ts';

export type Family = 'kubernetes' | 'google' | 'azure' | 'firebase' | 'pulumi' | 'digitalocean' | 'docker' | 'supabase' | 'railway'; // prettier-ignore

export type Selection = {
  readonly family: Family;
  readonly names: readonly Word[];
  /** Narrows what is selected, as a namespace does, instead of selecting something else. */
  readonly within?: true;
};

/** A selection as a later operation sees it. */
export type Selected = Selection & {
  /** The later operation only runs when this one worked. */
  readonly certain: boolean;
};

type Selector = {
  readonly family: Family;
  /** The words before the name, as one text; options may stand between them. */
  readonly words: RegExp;
  /** Options that hold the name; else it is the operand after the words. */
  readonly options?: readonly string[];
  readonly within?: true;
  /** The name of what a tool makes and selects by itself. */
  readonly named?: string;
};

const KUBECTL: readonly Selector[] = [
  { family: 'kubernetes', words: /^config (?:use-context|use|set current-context)$/ },
  { family: 'kubernetes', words: /^config set-context$/, options: ['--namespace', '--cluster', '-n'], within: true },
  { family: 'kubernetes', words: /^project$/, within: true },
  { family: 'kubernetes', words: /^login$/ },
];

const SELECTORS: Readonly<Record<string, readonly Selector[]>> = {
  __proto__: null as never,
  kubectl: KUBECTL,
  k: KUBECTL,
  oc: KUBECTL,
  kubecolor: KUBECTL,
  kubectx: [{ family: 'kubernetes', words: /^$/ }],
  kubens: [{ family: 'kubernetes', words: /^$/, within: true }],
  minikube: [{ family: 'kubernetes', words: /^(?:start|profile)$/, named: 'minikube' }],
  kind: [{ family: 'kubernetes', words: /^create cluster$/, named: 'kind' }],
  k3d: [{ family: 'kubernetes', words: /^cluster create$/, named: 'k3d' }],
  aws: [{ family: 'kubernetes', words: /^eks update-kubeconfig$/, options: ['--name', '--alias', '--profile'] }],
  gcloud: [
    { family: 'kubernetes', words: /^container clusters get-credentials$/ },
    { family: 'google', words: /^config set (?:core\/)?project$/ },
    { family: 'google', words: /^config configurations activate$/ },
  ],
  az: [
    { family: 'kubernetes', words: /^aks get-credentials$/, options: ['--name', '-n', '--resource-group', '-g'] },
    { family: 'azure', words: /^account set$/, options: ['--subscription', '-s', '--name', '-n'] },
  ],
  doctl: [
    { family: 'kubernetes', words: /^kubernetes cluster kubeconfig save$/ },
    { family: 'digitalocean', words: /^auth switch$/, options: ['--context'] },
  ],
  firebase: [{ family: 'firebase', words: /^use$/ }],
  pulumi: [{ family: 'pulumi', words: /^stack (?:select|init)$/ }],
  docker: [{ family: 'docker', words: /^context use$/ }],
  supabase: [{ family: 'supabase', words: /^link$/, options: ['--project-ref'] }],
  railway: [{ family: 'railway', words: /^(?:environment|link)$/ }],
};

/** The family whose selections a client obeys. */
const CLIENTS: Readonly<Record<string, Family>> = {
  __proto__: null as never,
  gcloud: 'google',
  gsutil: 'google',
  bq: 'google',
  az: 'azure',
  firebase: 'firebase',
  pulumi: 'pulumi',
  doctl: 'digitalocean',
  docker: 'docker',
  supabase: 'supabase',
  railway: 'railway',
};

export function familyOf(program: string): Family | undefined {
  return CLIENTS[program];
}

export function selectionBy({ program, words, remote }: ParsedOperation): Selection | undefined {
  if (remote !== undefined) return undefined;
  for (const selector of SELECTORS[program] ?? []) {
    const names = namesIn(words.slice(1), selector);
    if (names !== undefined && names.length > 0) return { family: selector.family, names, ...(selector.within ? { within: true } : {}) }; // prettier-ignore
  }
  return undefined;
}

/** Global options, whose values are no words of a subcommand. */
const VALUED = new Set(['--kubeconfig', '--context', '--cluster', '--user', '--namespace', '--project', '--zone', '--region', '--profile', '--account', '--output']); // prettier-ignore

function namesIn(
  words: readonly Word[],
  { words: before, options = [], named }: Selector,
): readonly Word[] | undefined {
  const operands = words.filter(({ text }, at) => !text.startsWith('-') && !VALUED.has(words[at - 1]?.text ?? ''));
  const length = [0, 1, 2, 3, 4].find((count) => before.test(textOf(operands.slice(0, count))));
  if (length === undefined) return undefined;
  if (named !== undefined) return [{ text: named, dynamic: false, glob: false }];
  if (options.length > 0) return valuesOf(words, options);
  const name = operands[length];
  return name === undefined ? dashOf(words) : [name];
}

/** `kubectx -`: the one before, whatever that was. */
function dashOf(words: readonly Word[]): readonly Word[] {
  return words.flatMap((word) => (word.text === '-' ? [{ ...word, dynamic: true }] : []));
}

function textOf(words: readonly Word[]): string {
  return words.map(({ text }) => text).join(' ');
}

function valuesOf(words: readonly Word[], options: readonly string[]): readonly Word[] {
  return words.flatMap((word, at) => {
    const equals = word.text.indexOf('=');
    if (equals > 0 && options.includes(word.text.slice(0, equals))) return [{ ...word, text: word.text.slice(equals + 1) }]; // prettier-ignore
    const value = words[at + 1];
    return options.includes(word.text) && value !== undefined ? [value] : [];
  });
}

/**
 * The environment after these selections.
 *
 * INVARIANT: only one that certainly happened makes it less grave; of any other the graver of both counts.
 */
export function environmentAfter(
  current: Environment | undefined,
  selected: readonly Selected[],
): Environment | undefined {
  return selected.reduce<Environment | undefined>((before, { names, within, certain }) => {
    const named = names.some(({ dynamic }) => dynamic) ? 'unknown' : environmentOf(names.map(({ text }) => text));
    if (within === true) return named === undefined ? before : graverEnvironment(before, named);
    if (certain) return named;
    if (named !== undefined)
      return before === undefined && isForTrying(named) ? before : graverEnvironment(before, named);
    return isForTrying(before) ? undefined : before;
  }, current);
}

function isForTrying(environment: Environment | undefined): boolean {
  return environment === 'local' || environment === 'development';
}
