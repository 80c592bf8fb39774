import type { Ledger } from '../state/record/ledger.js';
import { currentExperiment, livingPaths } from '../state/record/recall.js';
import type { EvaluationRecord } from '../state/record/records.js';
import { type ChildComponentRow, type ChildRow, childrenOf } from '../views/children.js';
import { type ChildSelection, selectChildren } from '../views/select-children.js';
import { hyperparameterColumns } from './hyperparameter-columns.js';
import { settingsOf } from './settings.js';
import { type RecordTable, tableOf } from './table.js';

/** Returns the table of children: a row each, with a column per hyperparameter. */
export function childrenTable(rows: readonly ChildRow[]): RecordTable {
  return tableOf('children', rows, {
    pathId: ['integer', (row) => row.pathId],
    parentId: ['integer', (row) => row.parentId],
    task: ['text', (row) => row.task],
    iteration: ['integer', (row) => row.iteration],
    generation: ['integer', (row) => row.generation],
    retained: ['boolean', (row) => row.retained],
    reason: ['text', (row) => row.reason],
    failure: ['text', (row) => row.failure],
    quality: ['number', (row) => row.quality],
    score: ['number', (row) => row.score],
    qualityBar: ['number', (row) => row.qualityBar],
    qualities: ['numbers', (row) => row.qualities],
    trainSeconds: ['number', (row) => row.trainSeconds],
    worker: ['text', (row) => row.worker],
    parameterCount: ['integer', (row) => parametersOf(row.components)],
    trainedParameterCount: [
      'integer',
      (row) => parametersOf(row.components.filter(({ trained }) => trained)),
    ],
    ...hyperparameterColumns(rows),
  });
}

/** Returns the table of learning curves: a row for each validation of each child. */
function validationsTable(rows: readonly ChildRow[]): RecordTable {
  const validations = rows.flatMap(({ pathId, task, qualities }) =>
    qualities.map((quality, validation) => ({ pathId, task, validation, quality })),
  );
  return tableOf('validations', validations, {
    pathId: ['integer', (row) => row.pathId],
    task: ['text', (row) => row.task],
    validation: ['integer', (row) => row.validation],
    quality: ['number', (row) => row.quality],
  });
}

/** Returns the table of what each child was made of: a row for each component of each child. */
function childComponentsTable(rows: readonly ChildRow[]): RecordTable {
  const components = rows.flatMap(({ pathId, components: own }) =>
    own.map((component) => ({ pathId, ...component })),
  );
  return tableOf('child_components', components, {
    pathId: ['integer', (row) => row.pathId],
    componentId: ['text', (row) => row.id],
    name: ['text', (row) => row.name],
    parameterCount: ['integer', (row) => row.parameterCount],
    origin: ['text', (row) => row.origin],
    from: ['text', (row) => row.from],
    trained: ['boolean', (row) => row.trained],
  });
}

/** Returns the tables of root models and retained children, and of their components. */
function modelTables(ledger: Ledger): readonly RecordTable[] {
  const living = new Set(livingPaths(ledger).map(({ id }) => id));
  const paths = ledger.paths();
  const uses = paths.flatMap(({ id, components }) =>
    components.map((componentId, position) => ({ pathId: id, position, componentId })),
  );
  return [
    tableOf('paths', paths, {
      pathId: ['integer', (row) => row.id],
      parentId: ['integer', (row) => row.parentId],
      task: ['text', (row) => row.task],
      iteration: ['integer', (row) => row.iteration],
      quality: ['number', (row) => row.quality],
      score: ['number', (row) => row.score],
      living: ['boolean', (row) => living.has(row.id)],
      ...hyperparameterColumns(paths),
    }),
    tableOf('path_components', uses, {
      pathId: ['integer', (row) => row.pathId],
      position: ['integer', (row) => row.position],
      componentId: ['text', (row) => row.componentId],
    }),
    tableOf('components', ledger.components(), {
      componentId: ['text', (row) => row.id],
      name: ['text', (row) => row.name],
      parameterCount: ['integer', (row) => row.parameterCount],
      paramsDigest: ['text', (row) => row.paramsDigest],
      traceDigest: ['text', (row) => row.traceDigest],
    }),
  ];
}

/** Returns the tables of the tasks and of the steps in which the system grew. */
function historyTables(ledger: Ledger): readonly RecordTable[] {
  const iterations = ledger.iterations();
  const generations = [...iterations.map(({ id }) => id), iterations.length].flatMap((iteration) =>
    ledger.generations(iteration),
  );
  const tasks = ledger.tasks().map((task) => ({ ...task, baseline: ledger.baseline(task) }));
  return [
    tableOf('tasks', tasks, {
      task: ['text', (row) => row.name],
      source: ['text', (row) => row.source.kind],
      isPrivate: ['boolean', (row) => row.isPrivate],
      numClasses: ['integer', (row) => row.facts.numClasses],
      trainExamples: ['integer', (row) => row.facts.examples.train],
      validationExamples: ['integer', (row) => row.facts.examples.validation],
      testExamples: ['integer', (row) => row.facts.examples.test],
      majorityAccuracy: [
        'number',
        ({ baseline }) => baseline && baseline.majority / baseline.total,
      ],
      probeAccuracy: ['number', ({ baseline }) => baseline && baseline.probe / baseline.total],
    }),
    tableOf('iterations', iterations, {
      iteration: ['integer', (row) => row.id],
      task: ['text', (row) => row.task],
      bestPathId: ['integer', (row) => row.bestPathId],
      endedAt: ['time', (row) => row.endedAt],
    }),
    tableOf('generations', generations, {
      iteration: ['integer', (row) => row.iteration],
      generation: ['integer', (row) => row.generation],
      seedPaths: ['integers', (row) => row.seedPaths],
      pruned: ['integers', (row) => row.pruned],
    }),
    tableOf('evaluations', ledger.evaluations(), {
      pathId: ['integer', (row) => row.pathId],
      split: ['text', (row) => row.split],
      correct: ['integer', (row) => row.correct],
      total: ['integer', (row) => row.total],
      accuracy: ['number', accuracyOf],
      outcomes: ['text', (row) => row.outcomes && Buffer.from(row.outcomes).toString('hex')],
    }),
  ];
}

/** Returns the tables of what the run was told, and of where it ran. */
function settingTables(ledger: Ledger): readonly RecordTable[] {
  const workers = ledger
    .sessions()
    .flatMap(({ startedAt, workers: own }, session) =>
      own.map((worker) => ({ session, startedAt, ...worker })),
    );
  return [
    tableOf('settings', settingsOf(currentExperiment(ledger).experiment), {
      key: ['text', ([key]) => key],
      value: ['text', ([, value]) => value],
    }),
    tableOf('workers', workers, {
      session: ['integer', (row) => row.session],
      startedAt: ['time', (row) => row.startedAt],
      worker: ['text', (row) => row.name],
      mu2net: ['text', (row) => row.versions.sidecar],
      python: ['text', (row) => row.versions.python],
      jax: ['text', (row) => row.versions.jax],
      platform: ['text', (row) => row.devices[0]?.platform ?? null],
      device: ['text', (row) => row.devices[0]?.kind ?? null],
      devices: ['integer', (row) => row.engine.devices],
      precision: ['text', (row) => row.engine.precision],
    }),
  ];
}

/** Returns everything that a branch's record says, as tables; those of children can be selected. */
export function recordTables(
  ledger: Ledger,
  selection: ChildSelection = {},
): readonly RecordTable[] {
  const children = selectChildren(childrenOf(ledger), selection);
  return [
    childrenTable(children),
    validationsTable(children),
    childComponentsTable(children),
    ...modelTables(ledger),
    ...historyTables(ledger),
    ...settingTables(ledger),
  ];
}

function parametersOf(components: readonly ChildComponentRow[]): number {
  return components.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
}

function accuracyOf({ correct, total }: EvaluationRecord): number | null {
  return total === 0 ? null : correct / total;
}
