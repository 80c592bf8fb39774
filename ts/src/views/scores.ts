import { isDeepStrictEqual } from 'node:util';
import type { Method } from '../domain/experiment.js';
import type { Path } from '../domain/path.js';
import { componentsOf, type System } from '../domain/system.js';
import { accountedParameters, locksDuring, resolveMethod, scoreOf } from '../evolution/index.js';
import type { Ledger } from '../state/record/ledger.js';
import { currentExperiment } from '../state/record/recall.js';
import type { ScoreRecord } from '../state/record/records.js';

/** The score of a task's model in the current system. */
export interface ModelScore {
  /**
   * null under a method of a module, until a run with this method has recorded it: reading a record
   * runs no module.
   */
  readonly score: number | null;
  /** Parameters, with shared ones divided among their users; null like the score. */
  readonly accountedParameterCount: number | null;
}

/**
 * Returns a function that tells the score of a task's model. The scores of a method of this package
 * are calculated; those of a module's method are read from the record.
 */
export function scoresOf(ledger: Ledger, system: System): (path: Path) => ModelScore {
  const { method } = currentExperiment(ledger).experiment;
  if (method.module !== null) {
    const recorded = recordedScores(ledger, method);
    return ({ id }) => recorded.get(id) ?? { score: null, accountedParameterCount: null };
  }
  const resolved = resolveMethod(method);
  return (path) => {
    const locks = locksDuring(system, path.task);
    const components = componentsOf(path, system);
    return {
      score: scoreOf(path, system, locks, resolved),
      accountedParameterCount: accountedParameters(components, path.task ?? '', locks, resolved),
    };
  };
}

/** Reads the scores after the last task iteration that an experiment with this method recorded. */
function recordedScores(ledger: Ledger, method: Method): ReadonlyMap<number, ScoreRecord> {
  const last = ledger.iterations().length - 1;
  const same = ledger
    .experiments()
    .filter(({ experiment }) => isDeepStrictEqual(rulesOf(experiment.method), rulesOf(method)));
  const found = same.map(({ id }) => ledger.scores(id, last));
  return found.findLast(({ size }) => size > 0) ?? new Map();
}

/** The parts of a method that a score depends on. */
const rulesOf = ({ name, module, policies, score }: Method) => ({ name, module, policies, score });
