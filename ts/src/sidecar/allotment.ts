import { Mu2NetError } from '../domain/errors.js';
import type { ProbedDevice } from './probe.js';

/** Which of a machine's devices and how much of its memory each worker has. */
export interface Allotment {
  /** Variables that hide other workers' devices, by worker. */
  readonly environments: readonly Readonly<Record<string, string>>[];
  /** Share of the memory with which a worker plans; undefined where it need not be shared. */
  readonly memory: string | undefined;
}

/**
 * Allots devices to workers: on GPUs each worker has its own, `devices` of them; CPU workers share
 * cores and memory.
 *
 * @param found the devices that JAX sees; null when there is one worker, which may have what it likes.
 * @param workers how many, or 'auto' for as many as the accelerators allow.
 * @param visible what CUDA_VISIBLE_DEVICES is set to, if it is.
 * @throws Mu2NetError CONFIG_INVALID when there are not enough devices.
 */
export function allot(
  found: readonly ProbedDevice[] | null,
  workers: number | 'auto',
  devices: number,
  visible?: string,
): Allotment {
  const platform = found?.[0]?.platform ?? 'cpu';
  const most = Math.floor((found?.length ?? 0) / devices);
  const count = workers !== 'auto' ? workers : platform === 'gpu' ? Math.max(1, most) : 1;
  if (count > 1 && platform === 'tpu') {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${count} workers cannot share the TPU chips of a machine; use --workers 1 --devices ${found?.length}`,
    );
  }
  if (count > 1 && platform === 'gpu' && count > most) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `${count} workers with --devices ${devices} need ${count * devices} GPUs and JAX finds ${found?.length}; use --workers auto`,
    );
  }
  const ids = visible === undefined ? null : visible.split(',');
  return {
    environments: Array.from({ length: count }, (_, worker) => {
      const own = Array.from({ length: devices }, (_, n) => worker * devices + n);
      const seen = ids === null ? own : own.flatMap((n) => ids[n] ?? []);
      return { CUDA_VISIBLE_DEVICES: seen.join(',') };
    }),
    memory: count > 1 && platform === 'cpu' ? `${Math.floor(100 / count) || 1}%` : undefined,
  };
}
