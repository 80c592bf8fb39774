import type { Digest } from '../domain/component.js';
import type { PathId } from '../domain/path.js';
import type { TaskName } from '../domain/task.js';

/** An event while a run grows its system. The live view and `--json` show all of them. */
export type RunEvent =
  | {
      /** Part of the root model's checkpoint was read, before the run starts. */
      readonly type: 'reading';
      readonly source: string;
      readonly mebibytes: number;
      readonly of: number;
    }
  | {
      /** The root model was read. */
      readonly type: 'root';
      readonly source: string;
      readonly sha256: Digest;
      /** Notices about parts of the file that were changed or left out. */
      readonly notices: readonly string[];
    }
  | {
      readonly type: 'started';
      readonly run: string;
      readonly directory: string;
      readonly resumed: boolean;
      readonly tasks: readonly TaskName[];
      readonly taskIterations: number;
      readonly children: number;
      readonly childrenDone: number;
    }
  | {
      readonly type: 'generation';
      readonly task: TaskName;
      /** Counts from 1. */
      readonly taskIteration: number;
      /** Counts from 1. */
      readonly generation: number;
      readonly generations: number;
      readonly children: readonly {
        readonly pathId: PathId;
        readonly parentId: PathId;
        /** null for a root model. */
        readonly parentTask: TaskName | null;
        readonly trainable: readonly string[];
      }[];
    }
  | {
      readonly type: 'progress';
      readonly pathId: PathId;
      readonly step: number;
      readonly steps: number;
      readonly qualities: readonly number[];
    }
  | {
      readonly type: 'child';
      readonly task: TaskName;
      readonly pathId: PathId;
      readonly qualities: readonly number[];
      readonly score: number | null;
      readonly retained: boolean;
      /** Why the training failed; null when it did not. */
      readonly failure: string | null;
      readonly trainSeconds: number;
    }
  | {
      readonly type: 'best';
      readonly task: TaskName;
      readonly pathId: PathId;
      readonly quality: number;
      readonly score: number;
    }
  | {
      readonly type: 'tested';
      readonly task: TaskName;
      readonly pathId: PathId;
      readonly correct: number;
      readonly total: number;
    }
  | { readonly type: 'finished'; readonly run: string; readonly seconds: number };
