/** Where everything lies, from the environment a person set. Native clients never use this: their home is fixed at install. */

/** Absolute paths of one installation. */
export type Paths = {
  readonly home: string;
  readonly traceDb: string;
  /** Checkpoints and the high-water mark, outside the database. */
  readonly witness: string;
  readonly keys: string;
  readonly policies: string;
  readonly shims: string;
  /** The native clients and the files that tell them where the daemon is. */
  readonly libexec: string;
  readonly recordings: string;
  readonly run: string;
  readonly agentSocket: string;
  readonly controlSocket: string;
  readonly lock: string;
  readonly log: string;
  readonly config: string;
};

export type PathsInput = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly homedir: string;
};

/**
 * `COUNTERSIGN_HOME` puts everything under one folder. Otherwise XDG folders on Linux and Application Support on
 * macOS; an XDG variable that is not absolute is ignored, as its specification asks.
 */
export function resolvePaths({ env, platform, homedir }: PathsInput): Paths {
  const single = absolute(env['COUNTERSIGN_HOME']);
  if (single !== undefined) return layout(single, `${single}/policies`, `${single}/run`, `${single}/config.yaml`);
  if (platform === 'darwin') {
    const base = `${homedir}/Library/Application Support/Countersign`;
    return layout(base, `${base}/policies`, `${base}/run`, `${base}/config.yaml`);
  }
  const data = `${absolute(env['XDG_DATA_HOME']) ?? `${homedir}/.local/share`}/countersign`;
  const config = `${absolute(env['XDG_CONFIG_HOME']) ?? `${homedir}/.config`}/countersign`;
  const runtime = absolute(env['XDG_RUNTIME_DIR']);
  return layout(
    data,
    `${config}/policies`,
    runtime === undefined ? `${data}/run` : `${runtime}/countersign`,
    `${config}/config.yaml`,
  );
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true && path.length > 1 ? path.replace(/\/+$/, '') : undefined;
}

function layout(home: string, policies: string, run: string, config: string): Paths {
  return {
    home,
    policies,
    run,
    config,
    traceDb: `${home}/trace.db`,
    witness: `${home}/witness`,
    keys: `${home}/keys`,
    shims: `${home}/shims`,
    libexec: `${home}/libexec`,
    recordings: `${home}/recordings`,
    agentSocket: `${run}/agent.sock`,
    controlSocket: `${run}/control.sock`,
    lock: `${run}/daemon.lock`,
    log: `${home}/daemon.log`,
  };
}

/** Reads paths that were written down at an installation; throws unless each of them is there and absolute. */
export function parsePaths(text: string): Paths {
  const given = JSON.parse(text) as Readonly<Record<string, unknown>>; // every value is checked below
  const names = Object.keys(layout('', '', '', '')) as (keyof Paths)[];
  const entries = names.map((name) => {
    const path = given[name];
    if (typeof path !== 'string' || !path.startsWith('/')) throw new TypeError(`\`${name}\` is not an absolute path`);
    return [name, path] as const;
  });
  return Object.fromEntries(entries) as Paths;
}
