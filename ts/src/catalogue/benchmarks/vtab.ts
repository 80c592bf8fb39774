import type { TaskName } from '../../domain/task.js';
import { ANY_SIZE, AUTOMATIC, broken, type Dataset, manual, sized } from '../dataset.js';
import { type CatalogueTask, type TaskOptions, taskOf } from '../task.js';
import { cifar10, cifar100 } from './vit.js';
import { HALVED_TEST, heldOut, inThree, OWN_SPLITS, type VtabSplits } from './vtab-splits.js';

/** A task with all examples, and with 1000. */
interface VtabPair {
  readonly full: CatalogueTask;
  readonly thousand: CatalogueTask;
}

function pair(dataset: Dataset, splits: VtabSplits, options: TaskOptions = {}): VtabPair {
  const { name, title } = { ...dataset, ...options };
  return {
    full: taskOf('vtab-full', dataset, { ...options, splits: splits.full }),
    thousand: taskOf('vtab-1k', dataset, {
      ...options,
      name: `${name}/1k`,
      title: `${title}, 1000 examples`,
      splits: splits.thousand,
    }),
  };
}

/** A task whose label VTAB derives from other features of an example. */
const derived = (
  dataset: Dataset,
  splits: VtabSplits,
  task: TaskName,
  title: string,
  classes: number,
) => pair(dataset, splits, { name: task, title, classes, label: { kind: 'vtab', task } });

const natural: readonly VtabPair[] = [
  pair(
    {
      name: 'caltech101',
      version: '3.*.*',
      title: 'Objects and clutter (Caltech-101)',
      sizes: { train: 3_060, test: 6_084 },
      classes: 102,
      image: ANY_SIZE,
      homepage: 'https://doi.org/10.22002/D1.20086',
      licence: null,
      obtain: AUTOMATIC,
    },
    heldOut(90, 3_060),
  ),
  pair(cifar100, heldOut(90, 50_000)),
  pair(cifar10, heldOut(90, 50_000)),
  pair(
    {
      name: 'dtd',
      version: '3.*.*',
      title: 'Describable textures, first fold (DTD)',
      sizes: { train: 1_880, validation: 1_880, test: 1_880 },
      classes: 47,
      image: ANY_SIZE,
      homepage: 'https://www.robots.ox.ac.uk/~vgg/data/dtd/index.html',
      licence: 'for research purposes',
      obtain: AUTOMATIC,
    },
    OWN_SPLITS,
  ),
  pair(
    {
      name: 'oxford_flowers102',
      version: '2.*.*',
      title: 'Flowers of Britain (Oxford Flowers 102)',
      sizes: { train: 1_020, validation: 1_020, test: 6_149 },
      classes: 102,
      image: ANY_SIZE,
      homepage: 'https://www.robots.ox.ac.uk/~vgg/data/flowers/102/',
      licence: null,
      obtain: AUTOMATIC,
    },
    OWN_SPLITS,
  ),
  pair(
    {
      name: 'oxford_iiit_pet',
      version: '3.*.*',
      title: 'Breeds of cats and dogs (Oxford-IIIT Pet)',
      sizes: { train: 3_680, test: 3_669 },
      classes: 37,
      image: ANY_SIZE,
      homepage: 'http://www.robots.ox.ac.uk/~vgg/data/pets/',
      licence: null,
      obtain: broken(
        'tensorflow-datasets prepares version 4.0.0 only since 4.9.9, which repairs corrupt images',
        'prepare it with tensorflow-datasets 4.9.6, which has version 3.2.0',
      ),
    },
    heldOut(80, 3_680),
  ),
  pair(
    {
      name: 'sun397/tfds',
      version: '4.*.*',
      title: 'Scenes (SUN397)',
      sizes: { train: 76_128, validation: 10_875, test: 21_750 },
      classes: 397,
      image: ANY_SIZE,
      homepage: 'https://vision.princeton.edu/projects/2010/SUN/',
      licence: null,
      obtain: broken(
        'its authors no longer serve SUN397.tar.gz (HTTP 404)',
        "put a copy of that archive into TFDS's download folder, where TFDS uses it if its checksum is correct",
      ),
    },
    OWN_SPLITS,
    { name: 'sun397' },
  ),
  pair(
    {
      name: 'svhn_cropped',
      version: '3.*.*',
      title: 'Street view house numbers (SVHN)',
      sizes: { train: 73_257, test: 26_032 },
      classes: 10,
      image: sized(32),
      homepage: 'http://ufldl.stanford.edu/housenumbers/',
      licence: null,
      obtain: AUTOMATIC,
    },
    heldOut(90, 73_257),
  ),
];

const specialised: readonly VtabPair[] = [
  pair(
    {
      name: 'patch_camelyon',
      version: '2.*.*',
      title: 'Metastases in lymph nodes (PatchCamelyon)',
      sizes: { train: 262_144, validation: 32_768, test: 32_768 },
      classes: 2,
      image: sized(96),
      homepage: 'https://patchcamelyon.grand-challenge.org/',
      licence: 'CC0',
      obtain: AUTOMATIC,
    },
    OWN_SPLITS,
  ),
  pair(
    {
      name: 'eurosat/rgb',
      version: '2.*.*',
      title: 'Land use from Sentinel-2 (EuroSAT)',
      sizes: { train: 27_000 },
      classes: 10,
      image: sized(64),
      homepage: 'https://github.com/phelber/eurosat',
      licence: 'MIT',
      obtain: AUTOMATIC,
    },
    inThree(60, 20, 27_000),
    { name: 'eurosat' },
  ),
  pair(
    {
      name: 'resisc45',
      version: '3.*.*',
      title: 'Remote sensing scenes (RESISC45)',
      sizes: { train: 31_500 },
      classes: 45,
      image: sized(256),
      homepage: 'http://www.escience.cn/people/JunweiHan/NWPU-RESISC45.html',
      licence: null,
      obtain: manual(
        'download the rar file from https://1drv.ms/u/s!AmgKYzARBl5ca3HNaHIlzp_IXjs and extract it into the manual folder',
      ),
    },
    inThree(60, 20, 31_500),
  ),
  pair(
    {
      name: 'diabetic_retinopathy_detection/btgraham-300',
      version: '3.*.*',
      title: 'Diabetic retinopathy (Kaggle 2015)',
      sizes: { train: 35_126, validation: 10_906, test: 42_670 },
      classes: 5,
      image: ANY_SIZE,
      homepage: 'https://www.kaggle.com/c/diabetic-retinopathy-detection/data',
      licence: null,
      obtain: manual(
        'download it from https://www.kaggle.com/c/diabetic-retinopathy-detection/data and, in the manual folder, unpack test.zip into test/ and sample.zip into sample/, with sampleSubmissions.csv and trainLabels.csv beside them',
      ),
    },
    OWN_SPLITS,
  ),
];

const clevr: Dataset = {
  name: 'clevr',
  version: '3.*.*',
  title: 'Rendered solids (CLEVR)',
  sizes: { train: 70_000, validation: 15_000 },
  classes: 0,
  image: ANY_SIZE,
  homepage: 'https://cs.stanford.edu/people/jcjohns/clevr/',
  licence: 'CC BY 4.0',
  obtain: AUTOMATIC,
};

const dsprites: Dataset = {
  name: 'dsprites',
  version: '2.*.*',
  title: 'Sprites (dSprites)',
  sizes: { train: 737_280 },
  classes: 0,
  image: sized(64, { channels: 1 }),
  homepage: 'https://github.com/deepmind/dsprites-dataset',
  licence: null,
  obtain: AUTOMATIC,
};

const kitti: Dataset = {
  name: 'kitti',
  version: '3.2.0',
  title: 'Traffic (KITTI)',
  sizes: { train: 6_347, validation: 423, test: 711 },
  classes: 0,
  image: ANY_SIZE,
  homepage: 'http://www.cvlibs.net/datasets/kitti/',
  licence: 'CC BY-NC-SA 3.0',
  obtain: AUTOMATIC,
};

const smallnorb: Dataset = {
  name: 'smallnorb',
  version: '2.*.*',
  title: 'Toys (small NORB)',
  sizes: { train: 24_300, test: 24_300 },
  classes: 0,
  image: sized(96, { channels: 1 }),
  homepage: 'https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/',
  licence: null,
  obtain: AUTOMATIC,
};

const clevrSplits = heldOut(90, 70_000, 'validation');
const spriteSplits = inThree(80, 10, 737_280);

const toys = (label: string, title: string, classes: number) =>
  pair(smallnorb, HALVED_TEST, { name: `smallnorb/${label}`, title, label, classes });

const structured: readonly VtabPair[] = [
  derived(clevr, clevrSplits, 'clevr/count_cylinders', 'CLEVR: number of cylinders', 11),
  derived(clevr, clevrSplits, 'clevr/count_all', 'CLEVR: number of objects', 8),
  derived(
    clevr,
    clevrSplits,
    'clevr/closest_object_distance',
    'CLEVR: distance of the nearest object',
    6,
  ),
  pair(
    {
      name: 'dmlab',
      version: '2.0.1',
      title: 'Distances in a maze (DMLab)',
      sizes: { train: 65_550, validation: 22_628, test: 22_735 },
      classes: 6,
      image: sized(360, { width: 480 }),
      homepage: 'https://github.com/google-research/task_adaptation',
      licence: null,
      obtain: AUTOMATIC,
    },
    OWN_SPLITS,
  ),
  // The papers' code uses every position and orientation, where VTAB forms groups of 16.
  derived(dsprites, spriteSplits, 'dsprites/label_x_position', 'dSprites: position', 32),
  derived(dsprites, spriteSplits, 'dsprites/label_orientation', 'dSprites: orientation', 40),
  derived(
    kitti,
    OWN_SPLITS,
    'kitti/closest_object_distance',
    'KITTI: distance of the nearest object',
    5,
  ),
  derived(kitti, OWN_SPLITS, 'kitti/count_vehicles', 'KITTI: number of vehicles', 4),
  derived(
    kitti,
    OWN_SPLITS,
    'kitti/closest_vehicle_distance',
    'KITTI: distance of the nearest vehicle',
    4,
  ),
  toys('label_category', 'small NORB: category', 5),
  toys('label_lighting', 'small NORB: lighting', 6),
  toys('label_azimuth', 'small NORB: azimuth', 18),
  toys('label_elevation', 'small NORB: elevation', 9),
];

const pairs = [...natural, ...specialised, ...structured];

/** VTAB with all examples; its CIFAR tasks are in the ViT benchmark. */
export const vtabFull: readonly CatalogueTask[] = pairs
  .map(({ full }) => full)
  .filter(({ name }) => name !== cifar10.name && name !== cifar100.name);

/** VTAB-1k: the same tasks and the two on CIFAR, with 1000 examples each. */
export const vtab1k: readonly CatalogueTask[] = pairs.map(({ thousand }) => thousand);
