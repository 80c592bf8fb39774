import type { IdxData, Place } from '../task.js';

/** Files with the names of MNIST's, in a place. */
export const mnistFiles = (place: Place, obtain: string): IdxData => ({
  places: [place],
  obtain,
  files: {
    train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
    test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
  },
});
