/** What policies answer, traces hold and the trash lists: others may have written it. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../../build/root.ts';
import { canonicalText } from '../../../daemon/canonical.ts';
import { NoAnswer, readAnswer } from '../../../daemon/policy/rego/answer.ts';
import { filesOfTar } from '../../../daemon/policy/rego/tar.ts';
import { actionOf } from '../../../daemon/replay/recorded.ts';
import { aboutFrom } from '../../../daemon/undo/trash.ts';
import { execAction, assessment } from '../../helpers/samples.ts';
import { mutated } from './shell-text.ts';
import { must, type ScriptTarget } from './target.ts';

const CONTROL = /[\p{Cc}\p{Cf}]/u;
const MAX_WORDS = 300;

const regoAnswers: ScriptTarget = {
  name: 'rego-answers',
  property: async () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const finding = fc.record({ id: text, points: fc.oneof(fc.integer(), fc.double(), text), reason: text, verdict: fc.constantFrom('deny', 'allow', 'escalate', undefined) }, { requiredKeys: [] }); // prettier-ignore
    const plain = fc.record({ findings: fc.array(fc.oneof(finding, fc.jsonValue()), { maxLength: 60 }), verdict: fc.oneof(text, fc.constantFrom('deny', 'allow')) }, { requiredKeys: [] }); // prettier-ignore
    return fc.property(fc.oneof(plain, fc.jsonValue()), (document) => {
      try {
        const answer = readAnswer(document, 'p');
        canonicalText(answer);
        for (const { id, reason, points } of answer.findings) {
          must(!CONTROL.test(id + reason), 'a finding could redraw a terminal');
          must(Number.isInteger(points) && points >= 0 && points <= 100, 'points that there are not');
        }
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        must(error.message.length <= MAX_WORDS && !CONTROL.test(error.message), 'a refusal is too long or not plain');
      }
    });
  },
};

const header = (name: string, size: string, type: string): Buffer => {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write(size, 124, 12);
  block.write(type, 156, 1);
  return block;
};

const archives: ScriptTarget = {
  name: 'archives',
  property: async () => {
    const size = fc.oneof(fc.constantFrom('00000000010', '77777777777', '-1', '9', '0x10', ' 10 '), fc.string({ maxLength: 11 })); // prettier-ignore
    const name = fc.oneof(fc.constantFrom('policy.wasm', '/policy.wasm', '../x', './data.json', '__proto__/data.json'), fc.string({ maxLength: 99 })); // prettier-ignore
    const entry = fc.tuple(name, size, fc.constantFrom('0', '\0', '1', '2', '5', 'L', 'x')).map((parts) => header(...parts)); // prettier-ignore
    const block = fc.oneof(
      entry,
      fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
    );
    return fc.property(fc.array(block, { maxLength: 8 }), (blocks) => {
      const bytes = Buffer.concat(blocks);
      try {
        const files = [...filesOfTar(bytes)];
        for (const [file, content] of files) {
          must(!file.startsWith('/'), 'a name that begins at the root');
          must(content.length <= bytes.length, 'more came out than was in it');
        }
      } catch (error) {
        must(error instanceof Error && error.message.startsWith('the archive'), String(error));
      }
    });
  },
};

const recordedFrame = JSON.stringify({ payload: { action: execAction(['rm', 'x']), facts: [{ need: { kind: 'text', path: '/work/x' }, value: { known: true, data: { kind: 'text', exists: true, text: 'x', digest: 'd' } } }], assessment: assessment({}) } }); // prettier-ignore

const recorded: ScriptTarget = {
  name: 'recorded-actions',
  property: async () => {
    const body = fc.oneof(
      mutated(fc.constant(recordedFrame), 4),
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    return fc.property(body, (record) => {
      const read = actionOf({ seq: 1, traceId: 't', at: 1, record });
      if (read.kind !== 'recorded') return;
      for (const { need, value } of read.facts)
        must(!value.known || value.data.kind === need.kind, 'a fact answers another question');
    });
  },
};

const contract = JSON.parse(readFileSync(join(ROOT, 'test/contract/undo.json'), 'utf8')) as unknown;
const ABOUT = JSON.stringify({ trace: 't0', at: 1, session: 's', summary: 'x', files: 1, bytes: 1, notRestorable: [], more: 0, leftToGit: 0, leftToBuild: 0, paths: ['/a'] }); // prettier-ignore

const saved: ScriptTarget = {
  name: 'saved-operations',
  property: async () => {
    const text = mutated(fc.constantFrom(ABOUT, JSON.stringify(contract)), 4);
    return fc.property(fc.tuple(fc.constantFrom('t0', 't1', '..', '../t0'), text), ([name, about]) => {
      const read = quietly(() => aboutFrom(name, about));
      must(read === undefined || (read.trace === name && read.bytes >= 0 && read.files >= 0), 'it is another one');
    });
  },
};

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    // What cannot be read is not there.
    return undefined;
  }
}

export const UNTRUSTED_TARGETS = [regoAnswers, archives, recorded, saved];
