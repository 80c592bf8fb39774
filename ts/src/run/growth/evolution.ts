import type { Experiment } from '../../domain/experiment.js';
import type { Task, TaskName } from '../../domain/task.js';
import type { ResolvedMethod, Streams } from '../../evolution/index.js';

/** The experiment of a run, with its method and random streams. */
export interface Evolution {
  readonly experiment: Experiment;
  /** The tasks of the system, by name. */
  readonly tasks: ReadonlyMap<TaskName, Task>;
  /** Index of the experiment's first task iteration, counted over the system's history. */
  readonly firstIteration: number;
  readonly method: ResolvedMethod;
  readonly streams: Streams;
}
