/** Our plugins for clients whose hooks are JavaScript: one file each, needing nothing but Node and the installed hook. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const OPENCODE = fileURLToPath(new URL('../plugins/opencode.js', import.meta.url));
const OPENCLAW = fileURLToPath(new URL('../plugins/openclaw.js', import.meta.url));

export function opencodePlugin(hook: string): string {
  return filled(OPENCODE, hook);
}

export function openclawPlugin(hook: string): string {
  return filled(OPENCLAW, hook);
}

/** INVARIANT: the path is one literal, whatever it holds. */
function filled(file: string, hook: string): string {
  return readFileSync(file, 'utf8').replace("'@HOOK@'", () => JSON.stringify(hook));
}

export function openclawManifest(): string {
  const configSchema = { type: 'object', additionalProperties: false, properties: {} };
  return text({ id: 'countersign', name: 'Countersign', description: 'Asks before every tool call', configSchema });
}

export function openclawPackage(): string {
  return text({ name: 'countersign-openclaw', private: true, type: 'module', openclaw: { extensions: ['./index.js'] } }); // prettier-ignore
}

function text(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
