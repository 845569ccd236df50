/** Names that a model or a person takes for another one. */
import type { ToolDoubt } from '../../protocol/mcp.ts';

/** A tool of some server, as it is known. */
export type NamedTool = { readonly server: string; readonly tool: string };

/** Letters of other scripts, digits and marks, by the Latin letter that they look like. */
const LOOKS: Readonly<Record<string, string>> = {
  'аɑαａ': 'a', 'ьЬ': 'b', 'сϲⅽｃ': 'c', 'ԁⅾｄ': 'd', 'еєｅ': 'e', 'ｆ': 'f', 'ɡｇ': 'g', 'һｈ': 'h', '1іｉӏⅼ|ｌl!': 'i', 'јｊ': 'j',
  'кκｋ': 'k', 'ｍм': 'm', 'ոｎ': 'n', '0оοσｏ': 'o', 'рρｐ': 'p', 'ԛｑ': 'q', 'г': 'r', 'ѕ5ｓ$': 's', 'тτ': 't', 'υսｕ': 'u', 'ѵνⅴｖ': 'v',
  'ԝωｗ': 'w', 'хχⅹｘ': 'x', 'уүｙ': 'y', 'ᴢｚ2': 'z', '3': 'e', '4@': 'a', '7': 't',
}; // prettier-ignore

const LETTERS = new Map(Object.entries(LOOKS).flatMap(([alike, letter]) => [...alike].map((one) => [one, letter])));

/** Names with the same skeleton look the same at a glance. */
export function skeleton(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const letters = [...plain].map((one) => LETTERS.get(one) ?? one).join('');
  return letters
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Latin letters beside letters of another script. */
function mixesScripts(name: string): boolean {
  return /\p{Script=Latin}/u.test(name) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u.test(name);
}

/** Long enough, and joined like a name, so that it is no word of a sentence. */
const DISTINCT = /^(?=.{6,})[\p{L}\p{N}]+(?:[_.-][\p{L}\p{N}]+|[\p{Ll}\p{N}][\p{Lu}][\p{L}\p{N}]*)+$/u;

/** How a tool may be taken for another. `others`: the tools that are known, its own server's and all the others'. */
export function doubtsOf({ server, tool }: NamedTool, said: string, others: readonly NamedTool[]): ToolDoubt[] {
  const own = skeleton(tool);
  const alike = others.filter((other) => skeleton(other.tool) === own && !(other.server === server && other.tool === tool)); // prettier-ignore
  const foreign = others.filter((other) => other.server !== server);
  const doubts = new Set<ToolDoubt>();
  if (mixesScripts(tool) || alike.some((other) => other.tool !== tool)) doubts.add('look-alike');
  if (alike.some((other) => other.tool === tool)) doubts.add('same-name');
  if (foreign.some((other) => other.tool !== tool && DISTINCT.test(other.tool) && speaksOf(said, other.tool))) {
    doubts.add('shadowing');
  }
  return [...doubts];
}

function speaksOf(said: string, name: string): boolean {
  for (let at = said.indexOf(name); at >= 0; at = said.indexOf(name, at + 1)) {
    const [before = ' ', after = ' '] = [said[at - 1], said[at + name.length]];
    if (!/[\p{L}\p{N}_]/u.test(before) && !/[\p{L}\p{N}_]/u.test(after)) return true;
  }
  return false;
}
