/** Who may import whom: the table of the architecture, as data. */

export type Area = {
  /** Files whose path matches belong to the first area that claims them. */
  readonly files: RegExp;
  /** Paths in the repository it may import besides its own files. */
  readonly mayImport: readonly RegExp[];
  /** Packages, without Node's own modules; `'any'` lifts the limit. */
  readonly packages: readonly string[] | 'any';
  readonly node: boolean;
};

const protocol = /^protocol\//;
const client = /^sdk\/typescript\//;
const engine = /^daemon\/engine\//;
const policy = /^daemon\/policy\//;
/** Every part of the daemon but its routes and its wiring. */
const parts = /^daemon\/(?!api\/|main\.ts$)/;

export const AREAS: Readonly<Record<string, Area>> = {
  protocol: { files: protocol, mayImport: [], packages: ['zod'], node: false },
  /** The only door for parsers in WebAssembly, which `daemon` opens at start and hands to the engine. */
  'engine parsers': {
    files: /^daemon\/engine\/sql\/load\.ts$/,
    mayImport: [protocol, engine],
    packages: ['libpg-query', 'sqlite3-parser', 'node-sql-parser'],
    node: false,
  },
  engine: { files: engine, mayImport: [protocol], packages: ['unbash'], node: false },
  /** What a checkout starts first; it finds out what to run. */
  entries: {
    files: /^(cli\/bin|daemon\/main)\.js$/,
    mayImport: [/^build\/setup\/program\.js$/],
    packages: 'any',
    node: true,
  },
  'daemon wiring': {
    files: /^daemon\/[^/]+\.ts$/,
    mayImport: [protocol, /^daemon\//, /^shims\/(client-conf\.ts$|connect\/)/],
    packages: 'any',
    node: true,
  },
  'daemon routes': { files: /^daemon\/api\//, mayImport: [protocol, parts], packages: 'any', node: true },
  'daemon parts': { files: /^daemon\//, mayImport: [protocol, parts], packages: 'any', node: true },
  'cli offline': {
    files: /^cli\/(offline\/|commands\/(score|explain|policy[a-z-]*|config[a-z-]*)\.ts$)/,
    mayImport: [protocol, client, /^cli\//, /^shims\//, engine, policy, /^daemon\/(facts|redact|config)\//],
    packages: 'any',
    node: true,
  },
  'cli run': {
    files: /^cli\/run\//,
    mayImport: [protocol, client, /^cli\//, /^shims\//, /^daemon\/redact\//],
    packages: 'any',
    node: true,
  },
  'cli person': {
    files: /^cli\/person\//,
    mayImport: [protocol, client, /^cli\//, /^daemon\/identity\//],
    packages: 'any',
    node: true,
  },
  cli: { files: /^cli\//, mayImport: [protocol, client, /^shims\//], packages: 'any', node: true },
  sdk: { files: /^sdk\//, mayImport: [protocol], packages: 'any', node: true },
  shims: { files: /^shims\//, mayImport: [protocol], packages: ['jsonc-parser', 'smol-toml'], node: true },
  renderer: { files: /^renderer\//, mayImport: [protocol], packages: 'any', node: false },
  hub: { files: /^hub\//, mayImport: [protocol], packages: 'any', node: true },
  electron: { files: /^electron\//, mayImport: [protocol, client], packages: 'any', node: true },
  setup: { files: /^build\/setup(\/|\.js$)/, mayImport: [], packages: [], node: true },
  tools: {
    files: /^(build|bench|test)\//,
    mayImport: [/^(protocol|daemon|cli|sdk|shims|build|bench|test)\//, /^package\.json$/],
    packages: 'any',
    node: true,
  },
};

/** `main.ts` wires; a program that only runs is not imported. */
export const NEVER_IMPORTED = /^daemon\/main\.ts$/;
