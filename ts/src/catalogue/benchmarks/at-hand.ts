import { DIGITS } from '../class-names.js';
import type { CatalogueTask } from '../task.js';

/** The test split of the UCI handwritten digits in scikit-learn: 1797 images in one piece. */
export const digits: CatalogueTask = {
  name: 'digits',
  title: 'Handwritten digits, 8×8 (scikit-learn)',
  benchmark: null,
  data: { kind: 'digits' },
  splits: { train: 'all[:70%]', validation: 'all[70%:80%]', test: 'all[80%:]' },
  facts: { numClasses: 10, examples: { train: 1_258, validation: 180, test: 359 } },
  classNames: DIGITS,
  image: { size: [8, 8], channels: 1 },
  homepage: 'https://archive.ics.uci.edu/dataset/80',
  licence: 'CC BY 4.0',
  obtain: { kind: 'setup', instructions: "run 'npx mu2net setup', which installs scikit-learn" },
};
