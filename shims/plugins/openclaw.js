// Puts every tool call of OpenClaw before Countersign. Written by `countersign connect openclaw`; taken out by `disconnect`.
import { spawn } from 'node:child_process';

const HOOK = '@HOOK@';
const ASK_MS = 600000;
/** OpenClaw stops waiting at `ASK_MS`; the answer comes before. */
const MARGIN_MS = 5000;
const TELL_MS = 30000;
const MAX_CHARS = 1024 * 1024;
const NEXT = 'next: tell the human to run `countersign doctor`, then try again.';
/** What is known of a call besides its parameters; the rest is machinery. */
const CONTEXT = ['toolName', 'agentId', 'sessionKey', 'sessionId', 'runId', 'toolCallId', 'model', 'workspaceDir'];

/** Resolves to what the hook printed; rejects whenever that is not a whole answer. */
function ask(event, payload, timeoutMs, signal) {
  return new Promise((resolve, reject) => {
    const options = ['--client', 'openclaw', '--event', event, '--timeout-ms', String(timeoutMs)];
    const child = spawn(HOOK, options, { stdio: ['pipe', 'pipe', 'ignore'] });
    const stop = () => child.kill('SIGKILL');
    const patience = setTimeout(stop, timeoutMs);
    signal?.addEventListener?.('abort', stop, { once: true });
    const settled = () => {
      clearTimeout(patience);
      signal?.removeEventListener?.('abort', stop);
    };
    let printed = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed.length > MAX_CHARS) stop();
    });
    // It may end before it has read everything; how it ended is looked at.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      settled();
      reject(error);
    });
    child.once('close', (code, ended) => {
      settled();
      if (code === 0) resolve(printed);
      else reject(new Error(`its hook ended with ${ended ?? code}`));
    });
    child.stdin.end(JSON.stringify(payload));
  });
}

function blocked(why) {
  return { block: true, blockReason: `Countersign: denied, because ${why}. ${NEXT}` };
}

function payloadOf(name, event, context) {
  const ctx = Object.fromEntries(
    CONTEXT.filter((key) => context?.[key] !== undefined).map((key) => [key, context[key]]),
  );
  const cwd = event?.params?.workdir ?? event?.params?.cwd ?? context?.workspaceDir ?? process.cwd();
  return { event: name, input: { event, ctx }, cwd };
}

async function before(event, context) {
  let printed;
  try {
    const payload = payloadOf('before_tool_call', event, context);
    printed = await ask('before_tool_call', payload, ASK_MS - MARGIN_MS, context?.abortSignal);
  } catch (error) {
    return blocked(`nobody could be asked (${error instanceof Error ? error.message : String(error)})`);
  }
  let answer;
  try {
    answer = JSON.parse(printed);
  } catch {
    return blocked('its hook printed no whole answer');
  }
  const verdict = answer?.v === 1 ? answer.verdict : undefined;
  if (verdict === 'allow') return undefined;
  if (verdict === 'compute' && typeof answer.input === 'object' && answer.input !== null)
    return { params: answer.input };
  if (verdict !== 'deny') return blocked('its hook answered something that this plugin does not understand');
  return {
    block: true,
    blockReason: typeof answer.reason === 'string' && answer.reason !== '' ? answer.reason : 'Countersign: denied.',
  };
}

/** What is over cannot be held up, and what nobody hears of it holds up nothing. */
async function tell(name, event, context) {
  try {
    await ask(name, payloadOf(name, event, context), TELL_MS);
  } catch {
    // The next call that is asked about says what is wrong.
  }
}

export default {
  id: 'countersign',
  name: 'Countersign',
  description: 'Asks before every tool call',
  register(api) {
    api.on('before_tool_call', before, { priority: 1000, timeoutMs: ASK_MS });
    for (const name of ['after_tool_call', 'session_start', 'session_end'])
      api.on(name, (event, context) => tell(name, event, context));
  },
};
