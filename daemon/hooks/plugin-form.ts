/** The answer that our own plugins read, for clients whose hooks are JavaScript in their process. */
import { line, type HookAnswer } from './dialect.ts';

/**
 * `{"v":1,"verdict":"allow"}`, `{"v":1,"verdict":"deny","reason":…}` or `{"v":1,"verdict":"compute","input":{…},"reason":…}`.
 * A plugin treats everything else, and an exit code that is not 0, as a deny.
 */
export function writePluginForm(answer: HookAnswer): string {
  switch (answer.kind) {
    case 'deny':
      return line({ v: 1, verdict: 'deny', reason: answer.reason });
    case 'rewrite':
      return line({ v: 1, verdict: 'compute', input: answer.input, reason: answer.reason });
    case 'allow':
    case 'nothing':
      return line({ v: 1, verdict: 'allow' });
  }
}
