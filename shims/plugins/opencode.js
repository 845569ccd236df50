// Puts every tool call of opencode before Countersign. Written by `countersign connect opencode`; taken out by `disconnect`.
import { spawn } from 'node:child_process';

const HOOK = '@HOOK@';
const ASK_MS = 600000;
const TELL_MS = 30000;
const MAX_CHARS = 1024 * 1024;
const NEXT = 'next: tell the human to run `countersign doctor`, then try again.';

/** Resolves to what the hook printed; rejects whenever that is not a whole answer. */
function ask(event, payload, timeoutMs) {
  return new Promise((resolve, reject) => {
    const options = ['--client', 'opencode', '--event', event, '--timeout-ms', String(timeoutMs)];
    const child = spawn(HOOK, options, { stdio: ['pipe', 'pipe', 'ignore'] });
    const patience = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let printed = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.length > MAX_CHARS) child.kill('SIGKILL');
    });
    // It may end before it has read everything; how it ended is looked at.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      clearTimeout(patience);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(patience);
      if (code === 0) resolve(printed);
      else reject(new Error(`its hook ended with ${signal ?? code}`));
    });
    child.stdin.end(JSON.stringify(payload));
  });
}

function denied(why) {
  return new Error(`Countersign: denied, because ${why}. ${NEXT}`);
}

async function verdictOf(event, payload) {
  let printed;
  try {
    printed = await ask(event, payload, ASK_MS);
  } catch (error) {
    throw denied(`nobody could be asked (${error instanceof Error ? error.message : String(error)})`);
  }
  let answer;
  try {
    answer = JSON.parse(printed);
  } catch {
    throw denied('its hook printed no whole answer');
  }
  const verdict = answer?.v === 1 ? answer.verdict : undefined;
  if (verdict === 'deny')
    throw new Error(typeof answer.reason === 'string' && answer.reason !== '' ? answer.reason : 'Countersign: denied.');
  if (verdict === 'compute' && typeof answer.input === 'object' && answer.input !== null) return answer.input;
  if (verdict !== 'allow') throw denied('its hook answered something that this plugin does not understand');
  return undefined;
}

/** What is over cannot be held up, and what nobody hears of it holds up nothing. */
async function tell(event, payload) {
  try {
    await ask(event, payload, TELL_MS);
  } catch {
    // The next call that is asked about says what is wrong.
  }
}

export const Countersign = async ({ directory } = {}) => {
  const cwd = typeof directory === 'string' ? directory : process.cwd();
  return {
    'tool.execute.before': async (input, output) => {
      const instead = await verdictOf('tool.execute.before', { event: 'tool.execute.before', input, output, cwd });
      if (instead === undefined) return;
      // Only a change in place is seen by the tool.
      for (const name of Object.keys(output.args)) if (!(name in instead)) delete output.args[name];
      Object.assign(output.args, instead);
    },
    'tool.execute.after': async (input, output) => {
      await tell('tool.execute.after', { event: 'tool.execute.after', input, output, cwd });
    },
    'chat.message': async (input, output) => {
      const texts = (output?.parts ?? []).flatMap((part) => (typeof part?.text === 'string' ? [part.text] : []));
      await tell('chat.message', {
        event: 'chat.message',
        input: { sessionID: input?.sessionID },
        text: texts.join('\n'),
        cwd,
      });
    },
  };
};
