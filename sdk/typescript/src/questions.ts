/** Questions that a call left open, so that the same call later takes up the same one. */

export type Questions = {
  /** The request to go on with; it is handed out once. */
  takeUp(key: string): string | undefined;
  leave(key: string, requestId: string): void;
};

/** An agent that leaves more open than this has lost track; the oldest are asked anew. */
const MAX_OPEN = 1_024;

export function createQuestions(): Questions {
  const open = new Map<string, string>();
  return {
    takeUp(key) {
      const requestId = open.get(key);
      open.delete(key);
      return requestId;
    },
    leave(key, requestId) {
      open.set(key, requestId);
      const [oldest] = open.keys();
      if (open.size > MAX_OPEN && oldest !== undefined) open.delete(oldest);
    },
  };
}
