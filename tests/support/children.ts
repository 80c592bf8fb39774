import type { Method } from '../../ts/src/domain/experiment.js';
import {
  dataHyperparametersOf,
  type Hyperparameters,
} from '../../ts/src/domain/hyperparameters.js';
import { pathOf, type System } from '../../ts/src/domain/system.js';
import { componentIndex, mutate } from '../../ts/src/evolution/child.js';
import { locksDuring, streamsOf } from '../../ts/src/evolution/index.js';
import { DEFAULTS, methodOf, type PathSpec, ROOT, systemOf } from './systems.js';

/** Choices for a sampled child. */
export interface ChildSpec {
  readonly parent: number;
  readonly task?: string;
  readonly data?: Partial<Hyperparameters>;
  readonly method?: Partial<Method>;
  readonly nth?: number;
}

/** Id of the sampled child. */
export const NEXT = 99;

/** Samples the nth child of a path. */
export function childOf(system: System, { parent, task = 'a', data, method, nth = 0 }: ChildSpec) {
  const setting = {
    system,
    method: methodOf(method),
    task,
    numClasses: 5,
    data: dataHyperparametersOf({ ...DEFAULTS, ...data }),
    locks: locksDuring(system, task),
    componentsByName: componentIndex(system),
  };
  return mutate(pathOf(system, parent), NEXT, setting, {
    streams: streamsOf(31),
    name: ['child', nth],
  });
}

/** Returns the origin of each component: its `kind`, and the component that it shares or copies. */
export function originsOf(child: ReturnType<typeof childOf>): Record<string, string> {
  return Object.fromEntries(
    child.components.map(({ name, origin }) => [
      name,
      'of' in origin ? `${origin.kind} ${origin.of.id}` : origin.kind,
    ]),
  );
}

/** Returns a system whose root has the mutation probability `mu`. */
export const systemWithRoot = (mu: number, ...paths: readonly PathSpec[]) =>
  systemOf([{ ...ROOT, hyperparameters: { _mu_: mu } }, ...paths]);
