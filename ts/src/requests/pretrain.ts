import type { RequestOf } from '../../../protocol/index.js';
import { budgetOf } from '../domain/budget.js';
import { componentNames } from '../domain/component.js';
import type { Experiment } from '../domain/experiment.js';
import type { Task } from '../domain/task.js';
import { streamsOf } from '../evolution/index.js';
import { architectureRequest } from './architecture.js';
import { taskRequest } from './inspect.js';
import { augmentationRequest } from './train.js';

/** How a root model is pretrained: by AdamW, with a warm-up and then a cosine. */
export interface Recipe {
  /** Steps of training; null: as many as a child has on each task, times `taskIterations`. */
  readonly steps: number | null;
  /** At the end of the warm-up. */
  readonly learningRate: number;
  /** Share of the steps in which the learning rate rises. */
  readonly warmup: number;
  /** Decay of matrices; other parameters do not decay. */
  readonly weightDecay: number;
  /** Share of the target that all classes divide among themselves. */
  readonly labelSmoothing: number;
  /** How far images are turned and bent, and strokes thickened, in [0, 1]. */
  readonly warp: number;
  /** Share of the images that get two random colours in place of black and white. */
  readonly recolour: number;
}

/**
 * The recipe of {@link pretrainRoot} where nothing else is said.
 *
 * @example
 * const gentle = { ...RECIPE, learningRate: RECIPE.learningRate / 2 };
 */
export const RECIPE: Recipe = {
  steps: null,
  learningRate: 0.001,
  warmup: 0.05,
  weightDecay: 0.05,
  labelSmoothing: 0.1,
  warp: 0.5,
  recolour: 0,
};

/** Builds the request that pretrains a root model on tasks, which `folder` gets. */
export function pretrainRequest(
  experiment: Experiment,
  tasks: readonly Task[],
  recipe: Recipe,
  folder: string,
): RequestOf<'pretrain'> {
  const { architecture, method, training, seed } = experiment;
  // A root model has no adapters.
  const defaults = { ...method.defaults, adapter_layers: [] };
  const classes = tasks.reduce((sum, { facts }) => sum + facts.numClasses, 0);
  const steps = recipe.steps ?? stepsOf(experiment, tasks);
  return {
    kind: 'pretrain',
    folder,
    tasks: tasks.map((task) => taskRequest(task, task.facts.numClasses)),
    architecture: architectureRequest(architecture, { ...defaults, num_classes: classes }),
    components: [...componentNames(defaults)],
    augmentation: augmentationRequest(defaults, method),
    recipe: {
      steps,
      batchSize: training.batchSize,
      learningRate: recipe.learningRate,
      warmupSteps: Math.floor(recipe.warmup * steps),
      weightDecay: recipe.weightDecay,
      labelSmoothing: recipe.labelSmoothing,
      warp: recipe.warp,
      recolour: recipe.recolour,
      stepsBetweenValidations: Math.min(steps, stepsBetween(experiment, tasks)),
      maxValidationExamples: training.maxValidationExamples,
    },
    seed: streamsOf(seed).seed('pretrain'),
  };
}

/** The steps that children take on each task, added up. */
function stepsOf({ training, taskIterations }: Experiment, tasks: readonly Task[]): number {
  const steps = tasks.map(({ facts }) => {
    const { batchesBetweenValidations, validations } = budgetOf(training, facts);
    return batchesBetweenValidations * validations;
  });
  return taskIterations * steps.reduce((a, b) => a + b, 0);
}

/** The steps between two validations of a child, added up over the tasks. */
function stepsBetween({ training }: Experiment, tasks: readonly Task[]): number {
  return tasks
    .map(({ facts }) => budgetOf(training, facts).batchesBetweenValidations)
    .reduce((a, b) => a + b, 0);
}
