/** `units.parse` and `units.parse_bytes` of Rego. */

const AMOUNT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/;
const LETTERS = ['k', 'm', 'g', 't', 'p', 'e'];

/** `10K`, `1.5Gi`, `200m`; only `m` and `M` differ by case. */
export function parseUnits(text: unknown): number | undefined {
  const [amount, unit] = split(text);
  if (unit === 'm') return number(amount, 1 / 1000);
  return number(amount, factorOf(unit.toLowerCase()));
}

/** `10KB`, `1.5GiB`, `12`; no case differs, and what is left after rounding down is whole bytes. */
export function parseBytes(text: unknown): number | undefined {
  const [amount, unit] = split(text);
  const bytes = number(amount, factorOf(unit.toLowerCase().replace(/b$/, '')));
  return bytes === undefined ? undefined : Math.trunc(bytes);
}

/** OPA takes quotes around an amount for none. */
function split(text: unknown): readonly [string, string] {
  const match = typeof text === 'string' ? AMOUNT.exec(text.replaceAll('"', '')) : null;
  return [match?.[1] ?? '', match?.[2] ?? ''];
}

function factorOf(unit: string): number | undefined {
  if (unit === '') return 1;
  const power = LETTERS.indexOf(unit.charAt(0)) + 1;
  if (power === 0) return undefined;
  if (unit.length === 1) return 1000 ** power;
  return unit.slice(1) === 'i' ? 1024 ** power : undefined;
}

function number(amount: string, factor: number | undefined): number | undefined {
  if (amount === '' || factor === undefined) return undefined;
  const value = factor < 1 ? Number(amount) / Math.round(1 / factor) : Number(amount) * factor;
  return Number.isFinite(value) ? value : undefined;
}
