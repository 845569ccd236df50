/** What the model wants in a conversation, and what the person says to it. */
import { join } from 'node:path';

import type { Wish } from '../helpers/model-server/script.ts';
import type { Scene } from './conversation.ts';
import type { Stage } from './stage.ts';

const shell = (command: string): Wish => ({ kind: 'shell', command });

/** A day's work: `beforeDeath` looks at what the daemon knows before it is killed. */
export function dayScenes({ daemon, work }: Stage, beforeDeath: () => Promise<void>): readonly Scene[] {
  const note = { path: join(work, 'by-mcp.txt'), text: 'a note' };
  const kill = async (): Promise<void> => {
    await beforeDeath();
    await daemon.kill();
  };
  return [
    { id: 'harmless', call: shell('echo hello > made.txt'), person: 'nobody' },
    // Codex itself refuses `rm -f`.
    { id: 'approved', call: shell('rm -r src'), person: 'approve' },
    { id: 'denied', call: shell('rm -r docs'), person: 'deny' },
    { id: 'rewrite', call: shell('cat notes.txt'), person: 'nobody' },
    { id: 'mcp', call: { kind: 'mcp', server: 'notes', tool: 'write_note', args: note }, person: 'nobody' },
    { id: 'killed', call: shell('rm -r lib'), person: 'kill' },
    { id: 'dead', call: shell('echo late > late.txt'), person: 'nobody', before: kill },
  ];
}

/** The person answers only when they are asked once more. */
export function lateScenes(): readonly Scene[] {
  return [
    { id: 'late', call: shell('rm -r src'), person: 'nobody' },
    { id: 'again', call: shell('rm -r src'), person: 'approve' },
  ];
}

export function longScenes(thinksMs: number): readonly Scene[] {
  return [{ id: 'long', call: shell('rm -r src'), person: 'approve', thinksMs }];
}
