import { HALVED_VALIDATION, tenthOf } from '../../data/default-splits.js';
import { ANY_SIZE, AUTOMATIC, type Dataset, manual } from '../dataset.js';
import { type CatalogueTask, type TaskOptions, taskOf } from '../task.js';

type About = Omit<Dataset, 'image' | 'licence' | 'obtain'> &
  Partial<Pick<Dataset, 'image' | 'licence' | 'obtain'>>;

/** A task on a data set; by default its images have many sizes and TFDS downloads it. */
export const extraTask = (about: About, options?: TaskOptions): CatalogueTask =>
  taskOf('extra', { image: ANY_SIZE, licence: null, obtain: AUTOMATIC, ...about }, options);

/** Two collections of images to tell apart; the sizes are those of train A, train B, test A, test B. */
export function cycleGan(
  name: string,
  [trainA, trainB, testA, testB]: readonly [number, number, number, number],
  about: Partial<About> = {},
): CatalogueTask {
  return extraTask(
    {
      name: `cycle_gan/${name}`,
      version: '3.*.*',
      title: `CycleGAN ${name}`,
      sizes: { trainA, trainB, testA, testB },
      classes: 2,
      homepage: 'https://junyanz.github.io/CycleGAN/',
      ...about,
    },
    {
      splits: {
        train: 'trainA[10%:]+trainB[10%:]',
        validation: 'trainA[:10%]+trainB[:10%]',
        test: 'testA+testB',
      },
    },
  );
}

export const domainnet = (domain: string, train: number, test: number) =>
  extraTask({
    name: `domainnet/${domain}`,
    version: '1.*.*',
    title: `DomainNet ${domain}`,
    sizes: { train, test },
    classes: 345,
    homepage: 'http://ai.bu.edu/DomainNet/',
  });

/** Objects pasted on backgrounds, with one factor varied. */
export const siscore = (factor: string, test: number) =>
  extraTask(
    {
      name: `siscore/${factor}`,
      version: '1.*.*',
      title: `SI-Score: ${factor}`,
      sizes: { test },
      classes: 1000,
      homepage: 'https://github.com/google-research/si-score',
    },
    { splits: tenthOf('test') },
  );

/** Mini-ImageNet with its clean labels, at the size of a noisier variant. */
export const cleanMiniImagenet = (colour: string, train: number) =>
  extraTask(
    {
      name: `controlled_noisy_web_labels/mini_imagenet_${colour}`,
      version: '1.*.*',
      title: `Mini-ImageNet, ${colour}, no noise`,
      sizes: { train_00: train, validation: 5_000 },
      classes: 100,
      homepage: 'https://google.github.io/controlled-noisy-web-labels/index.html',
      obtain: manual(
        "follow https://www.tensorflow.org/datasets/catalog/controlled_noisy_web_labels: the splits and annotations, every image that they name, and ImageNet's two archives belong in the manual folder",
      ),
    },
    {
      splits: { train: 'train_00', validation: 'validation[:50%]', test: 'validation[50%:]' },
    },
  );

/** A robustness test set of ImageNet's classes, cut into three. */
export const imagenetVariant = (about: Omit<About, 'classes'>) =>
  extraTask({ classes: 1000, ...about }, { splits: tenthOf('test') });

export const naturalist = (about: Omit<About, 'licence'>) =>
  extraTask(
    { licence: 'non-commercial research and education', ...about },
    { splits: HALVED_VALIDATION },
  );
