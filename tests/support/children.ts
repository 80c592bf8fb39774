import type { Method } from '../../ts/src/domain/experiment.js';
import {
  dataHyperparametersOf,
  type Hyperparameters,
} from '../../ts/src/domain/hyperparameters.js';
import { pathOf, type System } from '../../ts/src/domain/system.js';
import { mutate } from '../../ts/src/evolution/child.js';
import { locksDuring, streamsOf } from '../../ts/src/evolution/index.js';
import { DEFAULTS, methodOf, type PathSpec, ROOT, systemOf } from './systems.js';

/** Of which path a child is asked for, and how. */
export interface ChildSpec {
  readonly parent: number;
  readonly task?: string;
  readonly data?: Partial<Hyperparameters>;
  readonly method?: Partial<Method>;
  readonly nth?: number;
}

/** Id of the next path. */
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
  };
  return mutate(pathOf(system, parent), NEXT, setting, streamsOf(31), ['child', nth]);
}

/** Where each component of a child comes from: `kind`, and the component it is or copies. */
export function originsOf(child: ReturnType<typeof childOf>): Record<string, string> {
  return Object.fromEntries(
    child.components.map(({ name, origin }) => [
      name,
      'of' in origin ? `${origin.kind} ${origin.of.id}` : origin.kind,
    ]),
  );
}

/** A root whose children mutate with probability `mu`. */
export const systemWithRoot = (mu: number, ...paths: readonly PathSpec[]) =>
  systemOf([{ ...ROOT, hyperparameters: { _mu_: mu } }, ...paths]);
