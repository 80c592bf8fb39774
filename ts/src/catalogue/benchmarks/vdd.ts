import { HALVED_VALIDATION } from '../../data/default-splits.js';
import { ANY_SIZE, AUTOMATIC } from '../dataset.js';
import { type CatalogueTask, taskOf } from '../task.js';

/** Name, title, classes, training and validation examples; the test split has no labels. */
const DOMAINS: readonly (readonly [string, string, number, number, number])[] = [
  ['imagenet12', 'ImageNet', 1000, 1_232_167, 49_000],
  ['svhn', 'street view house numbers', 10, 47_217, 26_040],
  ['cifar100', 'CIFAR-100', 100, 40_000, 10_000],
  ['gtsrb', 'German traffic signs', 43, 31_367, 7_842],
  ['daimlerpedcls', 'Daimler pedestrians', 2, 23_520, 5_880],
  ['omniglot', 'Omniglot', 1623, 17_853, 6_492],
  ['ucf101', 'UCF101 dynamic images', 101, 7_585, 1_952],
  ['aircraft', 'aircraft', 100, 3_334, 3_333],
  ['dtd', 'describable textures', 47, 1_880, 1_880],
  ['vgg-flowers', 'VGG flowers', 102, 1_020, 1_020],
];

/** The Visual Domain Decathlon; the shorter side of its images is 72 pixels. */
export const vdd: readonly CatalogueTask[] = DOMAINS.map(
  ([domain, title, classes, train, validation]) =>
    taskOf(
      'vdd',
      {
        name: `visual_domain_decathlon/${domain}`,
        version: '1.*.*',
        title: `Decathlon: ${title}`,
        sizes: { train, validation },
        classes,
        image: ANY_SIZE,
        homepage: 'https://www.robots.ox.ac.uk/~vgg/decathlon/',
        licence: null,
        obtain: AUTOMATIC,
      },
      { splits: HALVED_VALIDATION },
    ),
);
