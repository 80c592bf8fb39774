import { Mu2NetError } from '../domain/errors.js';

/** An accelerator, as its maker describes it. */
export interface Chip {
  /** Name on the command line, such as `v5e`. */
  readonly name: string;
  readonly platform: 'tpu' | 'gpu' | 'cpu';
  /** Its memory; a runtime keeps some of it. null: that of this machine. */
  readonly memoryBytes: number | null;
  /** Peak rate of dense bfloat16 products; null: not known. */
  readonly flopsPerSecond: number | null;
  /** Bandwidth of its memory; null: not known. */
  readonly bytesPerSecond: number | null;
  /** The maker's page with these figures. */
  readonly source: string | null;
  /** A slice that libtpu knows, for plans of one chip; null: libtpu does not compile for it. */
  readonly smallestSlice: string | null;
}

const GB = 1e9;
const GIB = 2 ** 30;
const TERA = 1e12;

/** A chip, with its memory, TFLOP/s, GB/s, and source. */
const tpu = (
  name: string,
  memoryBytes: number,
  [tflops, gigabytes]: readonly [number, number],
  smallestSlice: string,
): Chip => ({
  name,
  platform: 'tpu',
  memoryBytes,
  flopsPerSecond: tflops * TERA,
  bytesPerSecond: gigabytes * GB,
  source: `https://cloud.google.com/tpu/docs/${name}`,
  smallestSlice,
});

const gpu = (
  name: string,
  gigabytes: number,
  [tflops, bandwidth]: readonly [number, number],
): Chip => ({
  name,
  platform: 'gpu',
  memoryBytes: gigabytes * GB,
  flopsPerSecond: tflops * TERA,
  bytesPerSecond: bandwidth * GB,
  source: `https://www.nvidia.com/en-us/data-center/${name}/`,
  smallestSlice: null,
});

/** Chips that a plan knows. NVIDIA's are the SXM cards, without sparsity. */
export const CHIPS: readonly Chip[] = [
  tpu('v4', 32 * GIB, [275, 1200], '2x2x1'),
  tpu('v5e', 16 * GB, [197, 819], '2x2'),
  tpu('v5p', 95 * GB, [459, 2765], '2x2x1'),
  tpu('v6e', 32 * GB, [918, 1640], '2x2'),
  gpu('a100', 80, [312, 2039]),
  gpu('h100', 80, [989, 3350]),
  gpu('h200', 141, [989, 4800]),
  {
    name: 'cpu',
    platform: 'cpu',
    memoryBytes: null,
    flopsPerSecond: null,
    bytesPerSecond: null,
    source: null,
    smallestSlice: null,
  },
];

/** The chips that share each batch. */
export interface Device {
  readonly chip: Chip;
  readonly chips: number;
  /** The slice that libtpu compiles for, such as `v5e:2x2`; null: XLA's compiler for CPUs. */
  readonly topology: string | null;
}

/**
 * Reads a device: a chip, then for several TPU chips the shape of their slice, and for several
 * GPUs their number: `v5e`, `v5e:2x2`, `v5p:2x2x1`, `h100`, `h100:8`.
 *
 * @throws Mu2NetError CONFIG_INVALID
 */
export function parseDevice(text: string): Device {
  const [, name, shape] = /^(\w+)(?::(\d+(?:x\d+)*))?$/.exec(text) ?? [];
  const chip = CHIPS.find((each) => each.name === name);
  if (chip === undefined) {
    const known = CHIPS.map((each) => each.name).join(', ');
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `'${text}' is not a device that a plan knows; it knows ${known}, and slices such as v5e:2x2 or h100:8`,
    );
  }
  const { smallestSlice } = chip;
  const sides = shape?.split('x').map(Number) ?? [1];
  const chips = sides.reduce((a, b) => a * b, 1);
  const dimensions = smallestSlice?.split('x').length ?? 1;
  if (chips === 0 || (shape !== undefined && sides.length !== dimensions)) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      smallestSlice === null
        ? `'${text}' does not say how many devices there are; write ${name}:8`
        : `'${text}' is not the shape of a slice; write it like ${name}:${smallestSlice}`,
    );
  }
  const slice = chips === 1 ? smallestSlice : (shape ?? null);
  return { chip, chips, topology: smallestSlice === null ? null : `${name}:${slice}` };
}
