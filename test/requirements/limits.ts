/** Behaviours promised for clients that ask too much. */
export const limits = {
  'limits:connections': 'neither a process nor a session takes all connections',
  'limits:bytes': 'what clients have half sent is bounded over all connections, and no session takes all of it',
  'limits:fair': 'sessions take turns: a flood from one makes only that one wait',
  'limits:bounded': 'what waits to be judged is bounded, and the excess is refused with a code',
  'limits:told': 'a flood is told in the trace at once and then summed up',
  'limits:flood': 'ten thousand requests of one run leave another run, and people, answered',
  'limits:half-sent': 'connections that hold half-sent lines cannot take the memory of the daemon',
  'limits:prompts': 'a run cannot bury a person in prompts: beyond its share it is denied, and told why',
  'limits:slow': 'a client that sends its request slowly is let go, on both sockets',
  'limits:pipeline': 'a client that sends many requests ahead of their answers is let go',
} as const;
