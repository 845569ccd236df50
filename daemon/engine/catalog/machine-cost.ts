/** What machines cost by the hour, estimated from the names clouds sell them under. */

/** US dollars per hour of one accelerator, from list prices; the first that matches counts. */
const ACCELERATORS: readonly (readonly [RegExp, number])[] = [
  [/\b(?:g?b[23]00|gb\d+)\b/i, 9],
  [/\bh200\b/i, 7],
  [/\bh100\b/i, 6],
  [/\bmi300x?\b/i, 6],
  [/\ba100\b/i, 3.5],
  [/\btpu|\bv[2-6][ep]?-\d+\b/i, 3],
  [/\bv100\b/i, 2.5],
  [/\b(?:l40s?|a40|a6000|rtx)\b/i, 1.5],
  [/\b(?:a10g?|l4|p100|gaudi\d?|trainium\d?|inferentia\d?)\b/i, 1],
  [/\b(?:t4|p4|k80|gpus?)\b/i, 0.6],
];

/** Whole machines with accelerators, by the family their name starts with. */
const FAMILIES: readonly (readonly [RegExp, number])[] = [
  [/^p6e?[-.]/i, 110],
  [/^p5\w*\./i, 60],
  [/^p4\w*\./i, 33],
  [/^(?:p3|trn\d|dl1|dl2q)\w*\.(?:16|24|32|48)xlarge/i, 24],
  [/^(?:p[23]|trn\d|inf\d)\w*\./i, 4],
  [/^(?:g[4-7]\w*)\.(?:metal|12|16|24|48)/i, 10],
  [/^g[3-7]\w*\./i, 2],
  [/^u(?:7\w*)?-\d+tb/i, 60],
  [/^a4-/i, 110],
  [/^a3-(?:highgpu|megagpu|ultragpu|edgegpu)-8g/i, 88],
  [/^a3-/i, 11],
  [/^a2-(?:highgpu|ultragpu|megagpu)-(?:8|16)g/i, 35],
  [/^(?:a2|g2)-/i, 4],
  [/^standard_nd/i, 60],
  [/^standard_n[cv]/i, 6],
];

const PER_CPU = 0.05;
const METAL_CPUS = 96;
/** Sizes that say nothing about processors in figures. */
const NAMED_CPUS: Readonly<Record<string, number>> = { nano: 2, micro: 2, small: 2, medium: 2, large: 2, xlarge: 4 };

/** Processors in `m5.24xlarge`, `n2-standard-64`, `Standard_D96s_v5`, `s-8vcpu-16gb`, `c-32`. */
function processors(type: string): number | undefined {
  const times = /\.(\d+)xlarge$/i.exec(type)?.[1];
  if (times !== undefined) return Number(times) * 4;
  if (/\.metal/i.test(type)) return METAL_CPUS;
  const named = /\.(nano|micro|small|medium|large|xlarge)$/i.exec(type)?.[1];
  if (named !== undefined) return NAMED_CPUS[named.toLowerCase()];
  const counted = /^[a-z]\d\w*-(?:standard|highmem|highcpu|megamem|ultramem|custom)-(\d+)/i.exec(type) ?? /^standard_[a-z]+(\d+)/i.exec(type) ?? /(\d+)vcpu/i.exec(type) ?? /^(?:c|g|gd|m|so|cpx|ccx|cx)-?(\d+)$/i.exec(type); // prettier-ignore
  return counted === null ? undefined : Number(counted[1]);
}

export type Machines = {
  /** Name of a machine type or size. */
  readonly type?: string | undefined;
  /** Name of an accelerator, when it is chosen apart from the machine. */
  readonly accelerator?: string | undefined;
  /** Accelerators of each machine. */
  readonly accelerators?: number | undefined;
  readonly count?: number | undefined;
};

/** US dollars per hour, rounded up; `undefined` when nothing names what is started. */
export function hourlyCost({ type = '', accelerator = '', accelerators = 1, count = 1 }: Machines): number | undefined {
  const gpu = ACCELERATORS.find(([pattern]) => pattern.test(accelerator || type))?.[1];
  const whole = FAMILIES.find(([pattern]) => pattern.test(type))?.[1];
  const cpus = processors(type);
  const each = whole ?? sum(gpu === undefined ? undefined : gpu * accelerators, cpus === undefined ? undefined : cpus * PER_CPU); // prettier-ignore
  return each === undefined ? undefined : Math.min(Math.ceil(each * Math.max(count, 1)), Number.MAX_SAFE_INTEGER);
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : a + (b ?? 0);
}
