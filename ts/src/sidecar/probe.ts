import { withPython } from './bridge.js';
import { findPython } from './python.js';

/** A package that the sidecar needs. */
export interface ProbedPackage {
  readonly name: string;
  /** null when it cannot be used. */
  readonly version: string | null;
  /** Why it cannot be used; null when it can. */
  readonly problem: string | null;
}

/** What the interpreter has. */
export interface Probe {
  readonly executable: string;
  readonly python: string;
  readonly packages: readonly ProbedPackage[];
  readonly devices: readonly { readonly platform: string; readonly kind: string }[];
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
