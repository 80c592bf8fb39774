import { runTool } from '../sidecar/tool.js';
import type { planRequest } from './request.js';
import type { PlannedProgram } from './roofline.js';

/** The dispatches of one step, or of one batch of a validation; per device. */
export interface Dispatches {
  /** How often each program runs, by its key. */
  readonly programs: Readonly<Record<string, number>>;
  readonly argumentBytes: number;
  /** Most memory in use at once; null: a program does not compile. */
  readonly peakBytes: number | null;
}

/** The compiler's account of the paths of one shape; per device. */
export interface CompiledShape {
  readonly programs: Readonly<Record<string, PlannedProgram>>;
  /** Reasons why programs do not compile. */
  readonly failures: readonly string[];
  /** Keys of the programs that a step runs for a component, by its kind and role. */
  readonly components: readonly {
    readonly kind: string;
    readonly role: 'forward' | 'dx' | 'dw' | 'dxdw';
    readonly programs: readonly string[];
  }[];
  readonly step: Dispatches;
  readonly validation: Dispatches;
  readonly remats: readonly {
    readonly remat: 'none' | 'dots' | 'full';
    readonly flops: number;
    readonly bytesAccessed: number;
    readonly argumentBytes: number;
    readonly peakBytes: number | null;
  }[];
  /** Parameters and momentum of a child that trains everything. */
  readonly trainedBytes: number;
  /** Parameters of a frozen path. */
  readonly frozenBytes: number;
}

/** How the engine computes on the device that is planned for. */
export interface PlannedOptions {
  readonly precision: string;
  readonly attention: string;
  readonly remat: string;
  readonly cohortBytes: number;
  readonly componentCacheBytes: number;
  readonly prefixCacheBytes: number;
  readonly dataCacheBytes: number;
}

export interface CompiledPlan {
  /** Name and version of the compiler. */
  readonly compiler: string;
  readonly options: PlannedOptions;
  /** In the order of the request. */
  readonly shapes: readonly CompiledShape[];
}

/** A program that is about to be compiled; `done` are compiled already. */
export interface PlanProgress {
  readonly done: number;
  readonly program: string;
}

/**
 * Lets Python compile what a request names.
 *
 * @throws Mu2NetError PYTHON_MISSING when the device's compiler is not installed; CONFIG_INVALID
 *   when the device does not exist or does not divide the batch; CANCELLED
 */
export async function compileByPython(
  request: ReturnType<typeof planRequest>,
  onProgress: (progress: PlanProgress) => void,
  signal: AbortSignal | undefined,
): Promise<CompiledPlan> {
  const answer = await runTool<PlanProgress & { readonly stage: 'compile' }>(
    ['plan'],
    'plan this experiment',
    {
      input: `${JSON.stringify(request)}\n`,
      onProgress: ({ done, program }) => onProgress({ done, program }),
      signal,
    },
  );
  return answer as CompiledPlan;
}
