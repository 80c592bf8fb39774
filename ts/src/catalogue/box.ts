import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A root model that comes with this package. */
export interface BoxedRoot {
  /** Name of its architecture, such as `Ti/14`. */
  readonly architecture: string;
  /** Encoder blocks that it has. */
  readonly layers: number;
  /** Side of the images that it was trained on, pixels. */
  readonly imageSize: number;
  /** Name of the file in the folder `box/`. */
  readonly file: string;
  readonly sha256: string;
  readonly parameterCount: number;
  /** SPDX identifier. */
  readonly licence: string;
  /** Completes "it knows …". */
  readonly title: string;
}

/** The root models that come with this package, by name; `box:<name>` in a configuration. */
export const BOXED_ROOTS: Readonly<Record<string, BoxedRoot>> = {
  characters: {
    architecture: 'Ti/14',
    layers: 3,
    imageSize: 28,
    file: 'characters.npz',
    sha256: '56a4d0c2f2f58b0a1456ec1e1ec5cd97bdebfa9c8b2d6640453af23201f5c17d',
    parameterCount: 1_449_216,
    licence: 'Apache-2.0',
    title: '2,467 characters of 79 scripts',
  },
};

/** Returns the path of a file that comes with this package: in `box/`, beside its package.json. */
export function boxFile(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'box', name);
}
