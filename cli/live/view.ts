/** The live view on a terminal: draws without flicker, reads single keys, signs votes. */
import { setTimeout as sleep } from 'node:timers/promises';

import { CountersignError, ERRORS } from '../../protocol/errors.ts';
import type { Live } from '../../sdk/typescript/live.ts';
import type { Voter } from '../../sdk/typescript/votes.ts';
import type { Context } from '../context.ts';
import { openedVoter, requireKeyFile, unlockTerminal } from '../control/signer.ts';
import { sendVote, voteOutcome } from '../control/vote.ts';
import { EXIT } from '../exit-codes.ts';
import { draw } from './screen.ts';
import { EMPTY_MODEL, onKey, onMessage, onTick, say, type Effect, type Model, type Step } from './model.ts';
import { printable } from '../terminal/printable.ts';
import { isCanary } from '../show/canaries.ts';

const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l';
const LEAVE_SCREEN = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_TO_END_OF_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Expiry counts down in seconds. */
const REDRAW_MS = 1_000;
const RECONNECT_MS = 500;

/** Until the person leaves; enforcement goes on without it. */
export async function showLiveView(base: Context): Promise<number> {
  const { stdin, stdout, style } = base;
  const context: Context = { ...base, note: (text) => update(say(model, 'result', text, Date.now())) };
  const left = Promise.withResolvers<void>();
  let model = say(EMPTY_MODEL, 'connection', 'connecting', Date.now());
  let wholeShown = true;
  let live: Live | undefined;
  let leaving = false;

  const redraw = (): void => {
    const picture = draw(model, { columns: stdout.columns, rows: stdout.rows }, style, Date.now());
    ({ wholeShown } = picture);
    stdout.write(HOME + picture.rows.map((row) => row + CLEAR_TO_END_OF_LINE).join('\r\n') + CLEAR_BELOW);
  };
  const update = (next: Model): void => {
    model = next;
    if (!leaving) redraw();
  };
  const carryOut = (effect: Effect): void => {
    if (effect.kind === 'quit') left.resolve();
    if (effect.kind === 'vote') void castFromView(context, effect, () => model, update);
  };
  const onData = (text: string): void => {
    for (const key of keysOf(text)) {
      const step = onKey(model, key, Date.now());
      // At the question, and again at the vote: in between the window may have become smaller.
      if (!wholeShown && approves(step)) {
        const unasked: Model = { ...model, asking: { kind: 'nothing' } };
        update(say(unasked, 'hint', 'It does not fit: enlarge the window, or use `countersign approve`.', Date.now()));
        continue;
      }
      update(step.model);
      carryOut(step.effect);
    }
  };
  const follow = async (): Promise<void> => {
    while (!leaving) {
      const closed = Promise.withResolvers<void>();
      let failure: unknown;
      try {
        live = await context.control.live({
          onMessage: (message) => update(onMessage(model, message, Date.now())),
          onClose: () => closed.resolve(),
        });
        const log = await context.control.call('log', { query: { limit: 50 } });
        update({ ...model, log: log.filter((line) => !isCanary(line)) });
        await closed.promise;
      } catch (error) {
        failure = error;
      }
      const text = failure === undefined ? 'the daemon stopped; `countersign up` starts it' : words(failure);
      if (!leaving) update(say({ ...EMPTY_MODEL, log: model.log }, 'connection', text, Date.now()));
      await sleep(RECONNECT_MS, undefined, { ref: false });
    }
  };
  const onSignal = (): void => left.resolve();

  stdout.write(ENTER_SCREEN);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.on('data', onData);
  stdin.resume();
  stdout.on('resize', redraw);
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, onSignal);
  const ticker = setInterval(() => update(onTick(model, Date.now())), REDRAW_MS);
  redraw();
  void follow();
  await left.promise;

  leaving = true;
  clearInterval(ticker);
  live?.close();
  stdin.off('data', onData);
  stdin.setRawMode(false);
  stdin.pause();
  stdout.off('resize', redraw);
  stdout.write(LEAVE_SCREEN);
  return EXIT.ok;
}

function approves({ effect, model }: Step): boolean {
  if (effect.kind === 'vote') return effect.decision === 'approve';
  return model.asking.kind === 'confirm' && model.asking.decision === 'approve';
}

const ESCAPE = '\u001b';
const KEY = new RegExp(`${ESCAPE}\\[[A-Z]|[\\s\\S]`, 'gu');

/** A paste or a fast typist delivers several keys at once; an escape sequence is one key. */
function keysOf(text: string): string[] {
  return text.match(KEY) ?? [];
}

type VoteEffect = Extract<Effect, { kind: 'vote' }>;

async function castFromView(
  context: Context,
  effect: VoteEffect,
  current: () => Model,
  update: (model: Model) => void,
): Promise<void> {
  const { approval, decision, passphrase } = effect;
  const report = (text: string): void =>
    update(say({ ...current(), asking: { kind: 'nothing' } }, 'result', text, Date.now()));
  try {
    const voter = await voterFor(context, passphrase);
    if (voter === undefined) {
      update({ ...current(), asking: { kind: 'passphrase', approvalId: approval.id, decision, typed: '' } });
      return;
    }
    const result = await sendVote(context, approval, { decision, scope: 'once', reason: '' }, voter);
    report(`${voteOutcome(result)} (${printable(approval.assessment.summary)})`);
  } catch (error) {
    report(words(error));
  }
}

/** Undefined when the passphrase has to be asked for. */
async function voterFor(context: Context, passphrase: string | undefined): Promise<Voter | undefined> {
  const open = await openedVoter(context, {});
  if (open !== undefined) return open;
  const needsPassphrase = requireKeyFile(context, undefined).factor === 'passphrase';
  if (needsPassphrase && passphrase === undefined) return undefined;
  return (await unlockTerminal(context, { passphrase })).voter;
}

function words(error: unknown): string {
  if (error instanceof CountersignError) return printable(`${error.message}; ${ERRORS[error.code].hint}`);
  return printable(error instanceof Error ? error.message : String(error));
}
