/** The native clients in front of PATH. */
import { existsSync } from 'node:fs';

import type { Context } from '../context.ts';

export async function ensureShims(context: Context): Promise<void> {
  if (!existsSync(context.paths.shims)) context.note('no shims are installed: nothing the command starts is judged');
}
