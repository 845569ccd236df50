/** What the gate's thread and the trace's threads say to each other. */
import type { LogLine, NewTraceEvent, StoredFrame } from '../../protocol/trace.ts';
import type { Head } from './witness.ts';

export type WriterSetup = {
  readonly traceDb: string;
  readonly witness: string;
  readonly daemonId: string;
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
  | { readonly kind: 'erase'; readonly id: number; readonly traceId: string; readonly frame: OutgoingFrame }
  | { readonly kind: 'checkpoint' | 'close'; readonly id: number };

export type FromWriter =
  | { readonly kind: 'ready'; readonly head: Head }
  | {
      readonly kind: 'done';
      readonly ids: readonly number[];
      readonly head: Head;
      readonly lines: readonly LogLine[];
      readonly erased?: number;
      /** On disk, but not witnessed outside the database. */
      readonly problem?: string | undefined;
    }
  /** Not written: the disk's fault, or that of the frames alone. */
  | { readonly kind: 'failed' | 'refused'; readonly ids: readonly number[]; readonly problem: string };

export type ReadQuery =
  | { readonly kind: 'frames'; readonly traceId: string }
  | { readonly kind: 'pending' }
  | {
      readonly kind: 'log';
      readonly limit: number;
      readonly session: string | undefined;
      readonly since: number | undefined;
    };

export type ToReader = { readonly id: number; readonly query: ReadQuery };
export type FromReader =
  | { readonly id: number; readonly rows: readonly (StoredFrame | LogLine)[] }
  | { readonly id: number; readonly problem: string };
