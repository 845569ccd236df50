/** Redirections of a command: the files it opens and where its input comes from. */
import type { Redirection } from 'unbash';

import type { Redirect, StdinSource } from '../../types.ts';
import { expandText, expandWord, type Expander } from './expand.ts';

export type Redirections = { readonly redirects: readonly Redirect[]; readonly stdin: StdinSource | undefined };

export function resolveRedirects(expander: Expander, redirections: readonly Redirection[]): Redirections {
  const redirects: Redirect[] = [];
  let stdin: StdinSource | undefined;
  for (const redirection of redirections) {
    if (redirection.type === 'HereDoc') {
      stdin = { kind: 'text', text: expandText(expander, redirection.body.text, redirection.body.parts) };
    } else if (redirection.type === 'HereString') {
      const text = redirection.target && expandWord(expander, redirection.target);
      if (text) stdin = { kind: 'text', text };
    } else {
      // What was opened before under another number.
      if (redirection.operator === '<&' && isInput(redirection)) stdin = { kind: 'inherited', stdin: 'unknown' };
      const redirect = resolveRedirect(expander, redirection);
      if (redirect === undefined) continue;
      if (redirect.op === '<' && redirect.fd === 0) stdin = { kind: 'file', path: redirect.target };
      redirects.push(redirect);
    }
  }
  return { redirects, stdin };
}

type FileRedirection = Extract<Redirection, { type: 'Redirect' }>;

/** Whether standard input becomes a copy of another descriptor. */
function isInput({ descriptor, target }: FileRedirection): boolean {
  const into = descriptor?.type === 'FileDescriptor' ? descriptor.value : 0;
  return into === 0 && target !== undefined && !/^[0-]/.test(target.value);
}

/** `undefined` for what opens no file: `2>&1`, `>&-`, `> >(…)`. */
function resolveRedirect(expander: Expander, redirection: FileRedirection): Redirect | undefined {
  if (redirection.target === undefined) return undefined;
  const target = expandWord(expander, redirection.target);
  if (redirection.operator !== '<' && isProcess(redirection)) return undefined;
  const op = fileOperator(redirection.operator, target.text);
  if (op === undefined) return undefined;
  const { descriptor } = redirection;
  const standard = op === '<' || op === '<>' ? 0 : 1;
  return { op, fd: descriptor?.type === 'FileDescriptor' ? descriptor.value : standard, target };
}

function isProcess(redirection: FileRedirection): boolean {
  const parts = redirection.target?.parts;
  return parts?.length === 1 && parts[0]?.type === 'ProcessSubstitution';
}

/** `>& file` is `&> file`; `>&2` and `<&3` copy descriptors. */
function fileOperator(operator: FileRedirection['operator'], target: string): Redirect['op'] | undefined {
  if (operator === '<&') return undefined;
  if (operator !== '>&') return operator;
  return /^(?:\d+-?|-)$/.test(target) ? undefined : '&>';
}
