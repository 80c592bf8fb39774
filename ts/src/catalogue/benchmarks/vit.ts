import { CIFAR10, CIFAR100 } from '../class-names.js';
import { ANY_SIZE, AUTOMATIC, type Dataset, sized } from '../dataset.js';
import { type CatalogueTask, taskOf } from '../task.js';
import { IMAGENET_FILES, IMAGENET_TERMS } from './imagenet.js';

const imagenet2012: Dataset = {
  name: 'imagenet2012',
  version: '5.*.*',
  title: 'ImageNet (ILSVRC 2012)',
  sizes: { train: 1_281_167, validation: 50_000 },
  classes: 1000,
  image: ANY_SIZE,
  homepage: 'https://image-net.org/',
  licence: IMAGENET_TERMS,
  obtain: IMAGENET_FILES,
};

const imagenetV2: Dataset = {
  ...imagenet2012,
  name: 'imagenet_v2/matched-frequency',
  version: '3.*.*',
  title: 'ImageNet-v2',
  sizes: { test: 10_000 },
  homepage: 'https://github.com/modestyachts/ImageNetV2',
  licence: 'MIT',
  obtain: AUTOMATIC,
};

const cifar = {
  version: '3.*.*',
  sizes: { train: 50_000, test: 10_000 },
  image: sized(32),
  homepage: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  licence: null,
  obtain: AUTOMATIC,
} as const;

export const cifar10: Dataset = {
  ...cifar,
  name: 'cifar10',
  title: 'CIFAR-10',
  classes: 10,
  classNames: CIFAR10,
};

export const cifar100: Dataset = {
  ...cifar,
  name: 'cifar100',
  title: 'CIFAR-100',
  classes: 100,
  classNames: CIFAR100,
};

const cifar101: Dataset = {
  ...cifar10,
  name: 'cifar10_1/v4',
  version: '1.*.*',
  title: 'CIFAR-10.1',
  sizes: { test: 2_021 },
  homepage: 'https://github.com/modestyachts/CIFAR-10.1',
};

/** The ViT benchmark; ImageNet and CIFAR-10 are validated on test sets of later data sets. */
export const vit: readonly CatalogueTask[] = [
  taskOf('vit', imagenet2012, {
    others: [imagenetV2],
    splits: { train: 'train', validation: `${imagenetV2.name}:test`, test: 'validation' },
  }),
  taskOf('vit', cifar100, {
    splits: { train: 'train[:98%]', validation: 'train[98%:]', test: 'test' },
  }),
  taskOf('vit', cifar10, {
    others: [cifar101],
    splits: { train: 'train', validation: `${cifar101.name}:test`, test: 'test' },
  }),
];
