import type { WorkerInfo } from '../pool/pool.js';
import { withPython } from './bridge.js';
import { findPython, type Interpreter } from './python.js';

/** A package that the sidecar needs. */
export interface ProbedPackage {
  readonly name: string;
  /** null when it cannot be used. */
  readonly version: string | null;
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
}

/** A device that JAX computes on. */
export interface ProbedDevice {
  readonly platform: string;
  readonly kind: string;
}

/** The interpreter, its packages and its devices. */
export interface Probe {
  readonly executable: string;
  readonly python: string;
  readonly packages: readonly ProbedPackage[];
  readonly devices: readonly ProbedDevice[];
  /** How a sidecar computes here by default; null when it cannot. */
  readonly engine: WorkerInfo['engine'] | null;
}

/**
 * Asks the interpreter for its version, packages and devices; takes some seconds.
 * @throws Mu2NetError PYTHON_MISSING, SIDECAR_FAILED
 */
export function probe(): Promise<Probe> {
  const interpreter = findPython();
  return withPython(interpreter, async (call) => ({
    ...((await call('probe')) as Omit<Probe, 'executable'>),
    executable: interpreter.executable,
  }));
}

/**
 * Asks JAX for its devices; takes a second or two.
 * @throws Mu2NetError SIDECAR_FAILED, CANCELLED
 */
export async function probeDevices(
  interpreter: Interpreter,
  signal?: AbortSignal,
): Promise<readonly ProbedDevice[]> {
  const devices = await withPython(interpreter, (call) => call('devices'), signal);
  return devices as readonly ProbedDevice[];
}
