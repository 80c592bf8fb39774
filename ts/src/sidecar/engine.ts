/** Options of a sidecar's engine. The engine chooses absent ones by its devices. */
export interface EngineOptions {
  /** Local devices that share each batch; 1 by default. */
  readonly devices?: number | undefined;
  /** Number formats: float32 on CPUs, bfloat16 on accelerators. */
  readonly precision?: 'auto' | 'float32' | 'bfloat16' | undefined;
  /** Implementation of attention: cuDNN's kernel where it works. */
  readonly attention?: 'auto' | 'xla' | 'cudnn' | undefined;
  /** Values that a step computes again instead of keeping them: none, all but products, or all. */
  readonly remat?: 'auto' | 'none' | 'dots' | 'full' | undefined;
  /** Memory of a device to plan caches with, such as '50%' or '16GB'; all of it by default. */
  readonly memory?: string | undefined;
}

const NAMES = ['devices', 'precision', 'attention', 'remat', 'memory'] as const;

/** Returns the command-line flags of a sidecar for these options. */
export function flagsOf(options: EngineOptions): readonly string[] {
  return NAMES.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, String(value)];
  });
}
