import { z } from 'zod';

const count = z.int().min(0);

/** A task's model at the end of a run. */
const taskResult = z.strictObject({
  task: z.string(),
  /** Test images that it classifies correctly, and all of them. */
  correct: count,
  total: z.int().min(1),
  /** One bit per test image, highest bit first, in base64: 1 means correct. */
  outcomes: z.base64(),
  /** Test images that a linear classifier on the root's features gets right. */
  probe: count,
  /** Parameters of the model, and those of them that were trained for this task. */
  parameterCount: z.int().min(1),
  added: count,
  /**
   * Whether the model, evaluated again when every later task had been learned, was right and wrong
   * on the same images as in its test.
   */
  isUnchanged: z.boolean(),
});

const cellResult = z.strictObject({
  /** Configuration of configs/scripts. */
  arm: z.string(),
  seed: count,
  /** Factor of the steps of every child. */
  budget: z.number().positive(),
  /** Digest of everything that the configuration says, root and images included. */
  experiment: z.string(),
  versions: z.strictObject({ mu2net: z.string(), python: z.string(), jax: z.string() }),
  device: z.string(),
  /** Date of the measurement: 2026-11-29. */
  measured: z.iso.date(),
  trainingFlops: z.number().positive(),
  /** Distinct parameters of all models together. */
  systemParameterCount: z.int().min(1),
  /** In the order of learning. */
  tasks: z.array(taskResult).min(1),
});

/** The measurements of one task in one run. */
export type TaskResult = Readonly<z.infer<typeof taskResult>>;

/** The measurements of one run: one arm, with one seed, at one budget. */
export type CellResult = Readonly<z.infer<typeof cellResult>>;

/**
 * Reads a file of results, which has a cell on each line. All of them have the same tasks.
 * @throws Error with the number of the first line that is not such a cell.
 */
export function parseResults(text: string): readonly CellResult[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const results = lines.map((line, nth) => {
    try {
      return cellResult.parse(JSON.parse(line));
    } catch (error) {
      throw new Error(`line ${nth + 1} is not a result of the comparison`, { cause: error });
    }
  });
  const namesIn = (result: CellResult | undefined) => result?.tasks.map(({ task }) => task).join();
  const other = results.findIndex((each) => namesIn(each) !== namesIn(results[0]));
  if (other > 0) throw new Error(`line ${other + 1} has other tasks than line 1`);
  return results;
}
