/** Sessions that a program opens for itself on `agent.sock`, and what it tells of them for replay. */
import { z } from 'zod';

/** `POST /agent/sessions`: the process at the other end becomes the root of a governed session. */
export const OpenSessionRequest = z
  .strictObject({
    agent: z.string().min(1).max(128).describe('display name'),
    argv: z.array(z.string().max(4_096)).min(1).max(256).optional().describe('how it was started, to be shown'),
    cwd: z.string().min(1).max(4_096).optional().describe('absolute working directory'),
  })
  .meta({ id: 'OpenSessionRequest' });
export type OpenSessionRequest = z.infer<typeof OpenSessionRequest>;

/** The session the process belongs to from now on, and so do all that it starts. */
export const OpenSessionResponse = z
  .strictObject({
    session: z.string(),
    agent: z.string().describe('of the session: the one around it when `nested`'),
    nested: z.boolean().describe('the process is inside a session already and stays in that one'),
  })
  .meta({ id: 'OpenSessionResponse' });
export type OpenSessionResponse = z.infer<typeof OpenSessionResponse>;

/** `POST /agent/sessions/{id}/end`. The process stays governed; opening again goes on with the same session. */
export const EndSessionRequest = z
  .strictObject({ exitCode: z.int().min(0).max(255).nullable().default(null) })
  .meta({ id: 'EndSessionRequest' });

/** Longest text of one frame. */
export const MAX_FRAME_CHARS = 65_536;
/** Frames of one call. */
export const MAX_FRAMES = 256;

const about = {
  at: z.int().nonnegative().optional().describe('ms since the epoch, as the program tells'),
  model: z.string().min(1).max(256).optional(),
  trace: z.string().min(1).max(128).optional().describe('trace of the action it led to'),
};
const text = z.string().min(1).max(MAX_FRAME_CHARS);
const count = z.int().nonnegative().max(1_000_000_000);

/** Something that a program tells of its session. Its word: recorded and shown, never judged by. */
export const SessionFrame = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('prompt'), text, ...about }),
    z.strictObject({ type: z.literal('reasoning'), text, ...about }),
    z.strictObject({ type: z.literal('output'), text, ...about }),
    z.strictObject({
      type: z.literal('usage'),
      inputTokens: count.optional(),
      outputTokens: count.optional(),
      cachedTokens: count.optional(),
      costUsd: z.number().nonnegative().max(1_000_000).optional(),
      durationMs: z.number().nonnegative().max(1_000_000_000).optional(),
      ...about,
    }),
  ])
  .meta({ id: 'SessionFrame' });
export type SessionFrame = z.infer<typeof SessionFrame>;

/** `POST /agent/sessions/{id}/frames`: all of them are recorded, in their order, or none. */
export const FramesRequest = z
  .strictObject({ frames: z.array(SessionFrame).min(1).max(MAX_FRAMES) })
  .meta({ id: 'FramesRequest' });

/** How many were recorded. */
export const FramesResponse = z.strictObject({ recorded: z.int().positive() }).meta({ id: 'FramesResponse' });
