import type { TaskName } from '../domain/task.js';

/** A result that a paper publishes for a task. */
export interface PublishedResult {
  readonly task: TaskName;
  readonly paper: Paper;
  readonly model: 'ViT-L/16';
  readonly metric: 'top-1 test accuracy';
  /** In [0, 1]. */
  readonly value: number;
  /** The paper's table; null when it is not known. */
  readonly table: string | null;
}

export const PAPERS = {
  mu2net: { title: 'µ2Net', arxiv: '2205.12755' },
  'mu2net+': { title: 'µ2Net+', arxiv: '2209.07326' },
} as const;

/** A paper whose results are compared with. */
export type Paper = keyof typeof PAPERS;

/** Published accuracies in per cent (method §9). */
const PERCENT: Readonly<Record<Paper, Readonly<Record<TaskName, number>>>> = {
  mu2net: {
    kmnist: 98.68,
    dtd: 81,
    cifar10: 99.49,
    'emnist/digits': 99.82,
    cifar100: 94.95,
    mnist: 99.75,
    eurosat: 99.2,
    oxford_iiit_pet: 95.3,
    sun397: 84.8,
  },
  'mu2net+': {
    imagenet_a: 84.53,
    uc_merced: 100,
    dtd: 82.23,
    cats_vs_dogs: 99.83,
    'emnist/letters': 95.03,
    i_naturalist2018: 80.97,
    places365_small: 59.15,
    cars196: 87.18,
    stanford_online_products: 89.47,
    stl10: 99.64,
    eurosat: 99.22,
    imagenette: 100,
    imagenet_sketch: 88.6,
    imagenet_lt: 82.5,
    oxford_iiit_pet: 95.5,
    food101: 91.47,
    caltech101: 95.94,
    malaria: 97.46,
    plant_village: 99.89,
    stanford_dogs: 93.5,
  },
};

/**
 * Every result that the papers publish for a task of the catalogue.
 *
 * @example
 * const [best] = [...PUBLISHED].sort((a, b) => b.value - a.value);
 */
export const PUBLISHED: readonly PublishedResult[] = (Object.keys(PERCENT) as Paper[]).flatMap(
  (paper) =>
    Object.entries(PERCENT[paper]).map(
      ([task, percent]): PublishedResult => ({
        task,
        paper,
        model: 'ViT-L/16',
        metric: 'top-1 test accuracy',
        value: Number((percent / 100).toFixed(4)),
        table: null,
      }),
    ),
);

/** The results that the papers publish for a task. */
export function publishedOf(task: TaskName): readonly PublishedResult[] {
  return PUBLISHED.filter((result) => result.task === task);
}
