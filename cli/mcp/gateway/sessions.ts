/** Exchanges of one client with one server, found again when an answer or a cancellation comes another way. */
import type { Exchange } from '../exchange.ts';
import type { Guard } from '../guard.ts';
import type { Fields, Message } from '../message.ts';

export type Sessions = {
  readonly guard: Guard;
  add(session: string, exchange: Exchange): void;
  /** Its answers came, or never will. */
  remove(session: string, exchange: Exchange): void;
  /** The exchange that waits for this, of the same session. */
  waiting(session: string, message: Message): Exchange | undefined;
  /** True when the server is to be told. */
  cancelled(session: string, params: Fields): boolean;
  end(session: string): void;
};

export function createSessions(guard: Guard): Sessions {
  const open = new Map<string, Set<Exchange>>();
  const of = (session: string): Set<Exchange> => open.get(session) ?? new Set();
  return {
    guard,
    add(session, exchange) {
      open.set(session, of(session).add(exchange));
    },
    remove(session, exchange) {
      const exchanges = of(session);
      exchanges.delete(exchange);
      if (exchanges.size === 0) open.delete(session);
    },
    // INVARIANT: without a session nothing is known of whose answer it is: only the exchange it came in takes it.
    waiting: (session, message) => (session === '' ? undefined : [...of(session)].find((one) => one.awaits(message))),
    cancelled: (session, params) => session === '' || [...of(session)].every((one) => one.cancelled(params)),
    end(session) {
      for (const exchange of of(session)) exchange.end();
      open.delete(session);
    },
  };
}
