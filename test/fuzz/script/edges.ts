/** What surrounds the engine: redaction, policies, the wire, and what git and old frames tell. */
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../../build/root.ts';
import { frameLines } from '../../../cli/show/frame.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import { obeyedSettings, parseConfig } from '../../../daemon/facts/git/git-config.ts';
import { parseStatus } from '../../../daemon/facts/git/status.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import { StoredFrame } from '../../../protocol/trace.ts';
import { WireReply, WireRequest } from '../../../protocol/wire.ts';
import { NAMED, placed, redactor, SHAPED } from '../../unit/redact/secrets.ts';
import { mutated, shellText } from './shell-text.ts';
import { must, type ScriptTarget } from './target.ts';

/** A placeholder: the longest kind and its commitment. */
const PLACEHOLDER_CHARS = 70;

const redaction: ScriptTarget = {
  name: 'redaction',
  property: async () => {
    const shaped = fc.constantFrom(...Object.values(SHAPED));
    const text = fc.tuple(shellText, shaped, shellText);
    return fc.property(text, ([before, secret, after]) => {
      // Digits beside a card's make another number.
      const given = `${before}; ${secret} ;${after}`;
      const once = redactor.redactText(given);
      must(redactor.redactText(once) === once, 'redacting again changed the text');
      must(!once.includes(secret), 'a planted secret came through');
      must(once.length <= given.length * PLACEHOLDER_CHARS, 'the text grew out of bounds');
    });
  },
};

const arguments_: ScriptTarget = {
  name: 'redacted-actions',
  property: async () => {
    const value = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{12,30}[0-9]$/);
    const word = fc.oneof(shellText, fc.tuple(fc.constantFrom(...NAMED), value).map(([[template], secret]) => placed(template, secret))); // prettier-ignore
    return fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (argv) => {
      const action = { kind: 'exec', argv, stdin: 'null', cwd: '/work', env: {}, agent: 'a', session: 's' } as const;
      const { action: once } = redactor.redactAction(action);
      const { action: twice } = redactor.redactAction(once);
      must(JSON.stringify(once) === JSON.stringify(twice), 'redacting again changed the action');
      must(once.kind === 'exec' && once.argv.length === argv.length, 'words were lost or won');
    });
  },
};

const POLICY_FOLDER = join(ROOT, 'policies/default');
const policyTexts = readdirSync(POLICY_FOLDER)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
  .map((name) => readFileSync(join(POLICY_FOLDER, name), 'utf8').slice(0, 2_000));

const YAML = ['version: 1\nrules:\n  - { id: a.b, on: file.delete, points: 50, reason: "x ${target}", when: "effect.recursive == true && size(targets) > 3" }\n', 'a: &a [*a, *a]\n', '? !!js/function x\n', 'version: 1\n<<: {}\nbands: { low: 9 }\n']; // prettier-ignore

const policies: ScriptTarget = {
  name: 'policies',
  property: async () => {
    const layer = fc.constantFrom('built-in', 'org', 'user', 'workspace');
    const text = mutated(fc.constantFrom(...policyTexts, ...YAML), 6);
    return fc.property(fc.tuple(layer, text), ([name, given]) => {
      const source = [{ layer: name, file: 'f.yaml', text: given }] as const;
      const [one, two] = [loadPolicies(source), loadPolicies(source)];
      must(one.policy.digest === two.policy.digest, 'the same text has two digests');
      must(JSON.stringify(one.problems) === JSON.stringify(two.problems), 'the same text has different problems');
      for (const { line, col } of one.problems) must(line >= 1 && col >= 1, 'a problem at no place');
    });
  },
};

type Examples = Readonly<Record<'requests' | 'replies', readonly { message: unknown }[]>>;
const wireExamples = JSON.parse(readFileSync(join(ROOT, 'test/contract/wire.json'), 'utf8')) as Examples;
const messages = [...wireExamples.requests, ...wireExamples.replies].map(({ message }) => JSON.stringify(message));

const wire: ScriptTarget = {
  name: 'wire',
  property: async () => {
    const odd = fc.dictionary(fc.constantFrom('v', 'type', 'id', 'argv', 'env', '__proto__', 'cwd', 'message'), fc.jsonValue()).map((value) => JSON.stringify(value)); // prettier-ignore
    return fc.property(mutated(fc.oneof(fc.constantFrom(...messages), odd), 3), (line) => {
      const message = parsed(line);
      for (const schema of [WireRequest, WireReply]) {
        const read = schema.safeParse(message);
        if (!read.success) continue;
        const again = schema.safeParse(JSON.parse(JSON.stringify(read.data)));
        must(again.success && JSON.stringify(again.data) === JSON.stringify(read.data), 'what was read means something else when written again'); // prettier-ignore
      }
    });
  },
};

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // The daemon refuses what is no JSON before any schema.
    return undefined;
  }
}

/** Keys of git that name a program or a file with more settings. */
const RUNS =
  /command|program|helper|path$|pager|editor|fsmonitor|hooks|filter\.|textconv|driver|include|alias|proxy|attributesfile|uploadpack|receivepack|insteadof/i;

const gitOutput: ScriptTarget = {
  name: 'git-output',
  property: async () => {
    const listing = mutated(fc.constantFrom('core.fsmonitor\n/x\0core.filemode\ntrue\0alias.st\n!rm\0', 'remote.a\nb.url\nx\0include.path\n/y\0branch.x.merge\nrefs/heads/x\0core.excludesfile\n~/i\0'), 6); // prettier-ignore
    return fc.property(listing, (text) => {
      const settings = obeyedSettings(parseConfig(text), '/work', '/home/a');
      for (const [key] of settings) must(!RUNS.test(key) || /^(?:branch|remote)\./u.test(key), `the setting \`${key}\` was obeyed`); // prettier-ignore
      parseStatus(text);
    });
  },
};

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const frames: ScriptTarget = {
  name: 'frames',
  property: async () => {
    const text = fc.oneof(shellText, fc.string({ unit: 'binary', maxLength: 40 }));
    const data = fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), { maxKeys: 4 });
    const frame = fc.record({ agent: text, user: text, data, payload: fc.dictionary(text, fc.jsonValue(), { maxKeys: 4 }), kind: fc.constantFrom('action.decided', 'action.outcome', 'session.started', 'session.ended', 'approval.voted'), actorType: fc.constantFrom('agent', 'human', 'system') }); // prettier-ignore
    return fc.property(frame, ({ payload, ...event }) => {
      const stored = StoredFrame.safeParse({ event: { v: 1, seq: 1, at: 1, traceId: 't', session: 's', ...event }, hash: '0'.repeat(64), payload, erased: false }); // prettier-ignore
      if (!stored.success) throw new Error(`not a frame: ${stored.error.message}`);
      for (const line of frameLines(stored.data, createStyle(false))) must(!HIDDEN.test(line), `a line shows something else: ${JSON.stringify(line)}`); // prettier-ignore
    });
  },
};

export const EDGE_TARGETS = [redaction, arguments_, policies, wire, gitOutput, frames];
