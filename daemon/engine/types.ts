/** The shapes that flow through the engine: understand → effects → measure → judge. */
import type { EffectAttributes, EffectKind, Location, Operation, Target } from '../../protocol/effect.ts';
import type { FactData, FactNeed, TreeSelection } from '../../protocol/facts.ts';
import type { SqlDialect, StdinKind } from '../../protocol/action.ts';

/** A shell word after static expansion. `dynamic`: some of it is only known at run time, and then `text` is as written. */
export type Word = {
  readonly text: string;
  readonly dynamic: boolean;
  /** Holds an unquoted, unexpanded glob. */
  readonly glob: boolean;
  /** Dynamic only because secrets were taken out of it: the rest is exactly what it says. */
  readonly redacted?: true;
  /** Dynamic only because `mktemp` chose it: the name of a file or folder that was made for this and is empty. */
  readonly scratch?: true;
};

export type Redirect = {
  readonly op: '>' | '>>' | '<' | '<>' | '>|' | '&>' | '&>>';
  readonly fd: number;
  readonly target: Word;
};

/** Where the standard input of an operation comes from. */
export type StdinSource =
  | { readonly kind: 'inherited'; readonly stdin: StdinKind }
  /** The output of the operation before it in the pipeline. */
  | { readonly kind: 'pipe'; readonly from: ParsedOperation | undefined }
  | { readonly kind: 'file'; readonly path: Word }
  /** A heredoc or herestring. */
  | { readonly kind: 'text'; readonly text: Word };

/** One operation with everything the catalog needs to say what it does. */
export type ParsedOperation = Operation & {
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  readonly stdin: StdinSource;
  /** Variables known to be set for it, the action's selected environment included. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs as another user (`sudo`, `su`). */
  readonly privileged: boolean;
  /** Runs on another machine or in a container: `host`, `container:NAME`, `pod:NAME`. Its paths are not ours. */
  readonly remote: string | undefined;
  /** What its `{}` stands for, when it was peeled out of a search. */
  readonly items?: Items;
  /** Effects of the wrappers it was peeled out of and of how it is spelled (privilege.gain, code.opaque, …). */
  readonly ownEffects: readonly EffectDraft[];
};

/** The paths that a search hands to a command. */
export type Items = {
  readonly of: ParsedOperation;
  /** The word of the search that hands them over; absent when they are what it prints. */
  readonly at?: number;
  /** A name with blanks or quotes in it is taken for several. */
  readonly split: boolean;
};

/** An effect before it is numbered and measured. */
export type EffectDraft = {
  readonly kind: EffectKind;
  readonly targets: readonly Target[];
  readonly attributes: EffectAttributes;
  /** Of what lies at its targets, only this is meant. */
  readonly only?: TreeSelection;
  /** Of a move: what is where afterwards. */
  readonly brings?: readonly Brought[];
};

/** Content that was there before and is somewhere else, or also somewhere else, afterwards. */
export type Brought = {
  readonly from: Target;
  readonly to: Target;
  /** `to` is a folder: it lands in there under its own name. */
  readonly into?: boolean;
  /** A mount shows it at a second place instead of moving it. */
  readonly mounted?: true;
};

type FactOf<K extends FactNeed['kind']> = Extract<FactData, { kind: K }>;

/** `missing`: not asked yet; the need has been noted and the engine will be called again with the answer. */
export type Answer<D> =
  | { readonly kind: 'known'; readonly data: D }
  /** `failed`: nobody looked, or not in time; else there was nothing to be seen. */
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly failed?: boolean;
      /** Something from a place like this may be there by then. */
      readonly from?: Location;
    }
  | { readonly kind: 'missing' };

/** The engine's only window on the world. Asking for what is not there notes the need and answers `missing`. */
export type Lookup = {
  ask<K extends FactNeed['kind']>(need: Extract<FactNeed, { kind: K }>): Answer<FactOf<K>>;
  /** The world as it was before the action, where this one is later. */
  readonly start?: Lookup;
};

/** One SQL statement, classified by a real parser. */
export type SqlStatement = {
  readonly kind:
    | 'read'
    | 'insert'
    | 'update'
    | 'delete'
    | 'drop'
    | 'truncate'
    | 'schema'
    | 'admin'
    | 'program'
    | 'transaction'
    | 'other';
  readonly objects: readonly string[];
  readonly hasFilter: boolean;
  /** The filter names the rows by the value of a key. */
  readonly byKey?: boolean;
  /** For `schema`: makes something new and touches nothing that is there. */
  readonly additive?: boolean;
  /** For `drop`: what is dropped. */
  readonly objectKind?: 'table' | 'database' | 'schema' | 'index' | 'other';
};

/** Parsers that need loading (WASM), handed to the engine ready. `null`: not parseable, so opaque. */
export type Parsers = {
  sql(dialect: SqlDialect, source: string): readonly SqlStatement[] | null;
};
