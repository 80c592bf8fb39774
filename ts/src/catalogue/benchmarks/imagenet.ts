import { manual } from '../dataset.js';

/** The terms of ImageNet. */
export const IMAGENET_TERMS = 'non-commercial research and education, on registration';

export const IMAGENET_FILES = manual(
  'register at https://image-net.org/download-images and put ILSVRC2012_img_train.tar and ILSVRC2012_img_val.tar into the manual folder',
);
