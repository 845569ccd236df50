/** Colour where it carries meaning, and only on a terminal. */
export type Style = {
  readonly enabled: boolean;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly amber: (text: string) => string;
  /** The colour of a risk score. */
  readonly score: (score: number) => string;
};

export function createStyle(enabled: boolean): Style {
  const paint = (open: number, close: number) => (text: string) =>
    enabled ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  const red = paint(31, 39);
  const green = paint(32, 39);
  const amber = paint(33, 39);
  const score = (value: number): string => {
    const text = String(value);
    if (value > 60) return red(text);
    return value > 30 ? amber(text) : green(text);
  };
  return { enabled, bold: paint(1, 22), dim: paint(2, 22), red, green, amber, score };
}
