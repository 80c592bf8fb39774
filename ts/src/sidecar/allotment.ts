import { Mu2NetError } from '../domain/errors.js';
import type { ProbedDevice } from './probe.js';

/** The devices and the share of memory that each worker has. */
export interface Allotment {
  /** For each worker, the environment variables that hide the devices of the others. */
  readonly environments: readonly Readonly<Record<string, string>>[];
  /** Share of the memory that a worker plans with; undefined where workers need not share it. */
  readonly memory: string | undefined;
}

/** The devices to allot, and the workers that get them. */
export interface AllotmentInput {
  /** The devices that JAX sees; null when there is one worker, which may use all. */
  readonly devices: readonly ProbedDevice[] | null;
  /** How many workers, or 'auto' for as many as the accelerators allow. */
  readonly workers: number | 'auto';
  readonly devicesPerWorker: number;
  /** The value of CUDA_VISIBLE_DEVICES, if it is set. */
  readonly visible?: string | undefined;
}

/**
 * Allots devices to workers: each worker has GPUs of its own; CPU workers share cores and memory.
 * @throws Mu2NetError CONFIG_INVALID when there are not enough devices.
 */
export function allotDevices({
  devices,
  workers,
  devicesPerWorker: each,
  visible,
}: AllotmentInput): Allotment {
  const platform = devices?.[0]?.platform ?? 'cpu';
  const most = Math.floor((devices?.length ?? 0) / each);
  const count = workers !== 'auto' ? workers : platform === 'gpu' ? Math.max(1, most) : 1;
  if (count > 1 && platform === 'tpu') {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${count} workers cannot share the TPU chips of a machine; use --workers 1 --devices ${devices?.length}`,
    );
  }
  if (count > 1 && platform === 'gpu' && count > most) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${count} workers with --devices ${each} need ${count * each} GPUs and JAX sees ${devices?.length}; use --workers auto`,
    );
  }
  const ids = visible === undefined ? null : visible.split(',');
  return {
    environments: Array.from({ length: count }, (_, worker) => {
      const own = Array.from({ length: each }, (_, n) => worker * each + n);
      const seen = ids === null ? own : own.flatMap((n) => ids[n] ?? []);
      return { CUDA_VISIBLE_DEVICES: seen.join(',') };
    }),
    memory: count > 1 && platform === 'cpu' ? `${Math.floor(100 / count) || 1}%` : undefined,
  };
}
