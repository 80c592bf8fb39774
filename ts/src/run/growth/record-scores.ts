import { componentsOf, type System } from '../../domain/system.js';
import {
  accountedParameters,
  locksDuring,
  type ResolvedMethod,
  scoreOf,
} from '../../evolution/index.js';
import type { Ledger } from '../../state/record/ledger.js';
import { currentExperiment, recallModels } from '../../state/record/recall.js';
import { scoresOf } from '../../views/scores.js';

/**
 * Records the scores of the tasks' models after the last task iteration, because only the module of
 * the method can say them and reading a record runs no module.
 *
 * @param system The system of only these models and the roots.
 */
export function recordScores(system: System, method: ResolvedMethod, ledger: Ledger): void {
  if (method.module === null) return;
  const scores = [...system.paths.values()].flatMap((path) => {
    if (path.task === null) return [];
    const locks = locksDuring(system, path.task);
    const components = componentsOf(path, system);
    return [
      {
        pathId: path.id,
        score: scoreOf(path, system, locks, method),
        accountedParameterCount: accountedParameters(components, path.task, locks, method),
      },
    ];
  });
  ledger.recordScores(ledger.iterations().length - 1, scores);
}

/** Says whether the record lacks the scores of models that only a module can say. */
export function lacksScores(ledger: Ledger): boolean {
  if (currentExperiment(ledger).experiment.method.module === null) return false;
  const system = recallModels(ledger);
  const scoreIn = scoresOf(ledger, system);
  return [...system.paths.values()].some(
    (path) => path.task !== null && scoreIn(path).score === null,
  );
}
