/** What the gate's thread and the trace's threads say to each other. */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { LogLine, NewTraceEvent, StoredFrame, TraceData, TraceEventKind } from '../../protocol/trace.ts';
import type { Choice } from './erasure.ts';
import type { Head } from './witness.ts';

export type WriterSetup = {
  readonly traceDb: string;
  readonly witness: string;
  /** Where terminal recordings lie, for erasing. */
  readonly recordings?: string | undefined;
  readonly daemonId: string;
  /** The trace whose last frame is told when the database is opened. */
  readonly wordOf?: string | undefined;
  /** PKCS #8, PEM. */
  readonly signingKey: string;
};

/** A frame on its way to the writer. What can be erased of it is JSON text already: it is only stored. */
export type OutgoingFrame = Omit<NewTraceEvent, 'payload'> & { readonly record: string | undefined };

/** What one caller appends together. */
export type Append = {
  readonly id: number;
  readonly frames: readonly OutgoingFrame[];
  readonly durable: boolean;
};

export type ToWriter =
  | { readonly kind: 'append'; readonly appends: readonly Append[] }
  /** One batch of what is to be erased, after this frame. */
  | {
      readonly kind: 'erase';
      readonly id: number;
      readonly choice: Choice;
      readonly after: number;
      readonly frame: OutgoingFrame;
    }
  /** Somebody ran into damage. */
  | { readonly kind: 'recover'; readonly id: number; readonly reason: string }
  | { readonly kind: 'restore'; readonly id: number; readonly folder: string; readonly keepPresent: boolean }
  | { readonly kind: 'checkpoint' | 'scrub' | 'close'; readonly id: number };

/** What one batch erased, and from where the next goes on. */
export type Erased = {
  readonly payloads: number;
  readonly last: number;
  readonly more: boolean;
  /** What the database takes, without the pages that are free. */
  readonly usedBytes: number;
};

/** The last frame of one trace, and whether frames were lost after it. */
export type LastWord = {
  readonly word: { readonly at: number; readonly data: TraceData } | undefined;
  readonly lostSince: boolean;
};

export type FromWriter =
  | {
      readonly kind: 'ready';
      readonly head: Head;
      readonly notice: string | undefined;
      /** Whether a trace still waits for a human. */
      readonly waits: boolean;
      readonly toReview: number;
      readonly lastWord: LastWord;
    }
  /** Another database lies in the place of the one before: readers have to open it anew. */
  | { readonly kind: 'replaced'; readonly head: Head; readonly notice: string | undefined; readonly toReview: number }
  | {
      readonly kind: 'done';
      readonly ids: readonly number[];
      readonly head: Head;
      readonly lines: readonly LogLine[];
      /** How many traces wait to be looked at afterwards. */
      readonly toReview: number;
      readonly erased?: Erased;
      /** On disk, but not witnessed outside the database. */
      readonly problem?: string | undefined;
    }
  /** Not written: the disk's fault, or that of the frames alone. */
  | {
      readonly kind: 'failed' | 'refused';
      readonly ids: readonly number[];
      readonly problem: string;
      /** When it is not simply that nothing can be written. */
      readonly code?: ErrorCode;
    };

export type ReadQuery =
  | { readonly kind: 'frames'; readonly traceId: string }
  | { readonly kind: 'pending' }
  /** The judgements of what waits to be looked at afterwards, oldest first. */
  | { readonly kind: 'reviews'; readonly limit: number }
  /** Newest first. Without a session every frame is looked at. */
  | {
      readonly kind: 'of-kind';
      readonly event: TraceEventKind;
      readonly session: string | undefined;
      readonly limit: number;
    }
  | {
      readonly kind: 'log';
      readonly limit: number;
      readonly session: string | undefined;
      readonly since: number | undefined;
    };

export type ToReader = { readonly id: number; readonly query: ReadQuery };
export type FromReader =
  | { readonly id: number; readonly rows: readonly (StoredFrame | LogLine)[] }
  | { readonly id: number; readonly problem: string; readonly damaged: boolean };
