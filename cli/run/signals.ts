/** Passes signals on to the guarded command, which is in a kernel session of its own and would not get them. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;

export type Forwarding = {
  /** From now on, and what came before. */
  to(send: (signal: NodeJS.Signals) => void): void;
  stop(): void;
};

/** Begins before the command is started: a signal in between must not end us and leave the command behind. */
export function forwardSignals(): Forwarding {
  const early: NodeJS.Signals[] = [];
  let deliver = (signal: NodeJS.Signals): void => void early.push(signal);
  const onSignal = (signal: NodeJS.Signals): void => deliver(signal);
  for (const signal of FORWARDED) process.on(signal, onSignal);
  return {
    to(send) {
      deliver = send;
      for (const signal of early) send(signal);
    },
    stop() {
      for (const signal of FORWARDED) process.off(signal, onSignal);
    },
  };
}

/** To the whole group, as a terminal would; a group that is gone needs no signal. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** True once it ended and was waited for. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
    throw error;
  }
}
