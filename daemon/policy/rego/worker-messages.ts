/** What the gate's thread and the one that evaluates Rego say to each other. */
import type { RegoInput } from './input.ts';

export type RegoWorkerSetup = { readonly bundle: Uint8Array; readonly path: string };

export type ToRegoWorker = { readonly id: number; readonly input: RegoInput; readonly at: number };

export type FromRegoWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'answer'; readonly id: number; readonly document: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: string };
