/** The daemon's own log: one JSON object per line on standard error. */
export function log(level: 'info' | 'error', message: string): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message })}\n`);
}
