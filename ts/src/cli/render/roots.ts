import { statSync } from 'node:fs';
import { BOXED_ROOTS, type BoxedRoot, boxFile } from '../../catalogue/index.js';
import { listFetchedRoots, type SurveyedRoot } from '../../sidecar/roots.js';
import { bytes, count, UNKNOWN } from '../../text/format.js';
import type { Screen } from '../shell/screen.js';
import { pairLines } from './table.js';

/** A root on this machine, as the commands show it. Facts are null if nobody says them. */
export interface RootDescription extends SurveyedRoot {
  /** Its name in configurations, or its path. */
  readonly name: string;
  readonly licence: string | null;
  /** Where it comes from: an address, or what made it. */
  readonly provenance: string | null;
  readonly revision: string | null;
  /** ISO 8601; null if it was not fetched. */
  readonly fetchedAt: string | null;
}

/** The prefix of roots that come with this package. */
export const BOX = 'box:';

/** Returns the roots that come with mu2net, then those that were fetched. */
export async function rootsHere(): Promise<readonly RootDescription[]> {
  const boxed = Object.entries(BOXED_ROOTS).map(([name, root]) => describeBoxed(name, root));
  const fetched = await listFetchedRoots();
  return [...boxed, ...fetched.map((root) => ({ ...root, provenance: root.page }))];
}

/** Describes a root that comes with mu2net. */
export function describeBoxed(name: string, root: BoxedRoot): RootDescription {
  const { architecture, layers, imageSize, file, sha256, parameterCount, licence, title } = root;
  const path = boxFile(file);
  return {
    name: `${BOX}${name}`,
    path,
    sha256,
    bytes: statSync(path).size,
    layout: 'AugReg',
    architecture,
    description: `${architecture} of ${layers} layers for ${imageSize} × ${imageSize} pixels`,
    imageSize,
    layers,
    parameterCount,
    licence,
    provenance: `it knows ${title}; box/README.md says how it was made`,
    revision: null,
    fetchedAt: null,
  };
}

/** Formats all that is known of a root, and how a configuration names it. */
export function rootLines(root: RootDescription, screen: Screen): readonly string[] {
  const { architecture, layers, imageSize, layout } = root;
  return [
    screen.bold(root.name),
    ...pairLines(
      [
        ['model', root.description],
        ['parameters', count(root.parameterCount)],
        ['layout', layout],
        ['licence', root.licence ?? UNKNOWN],
        ['from', root.provenance ?? UNKNOWN],
        ...(root.revision === null ? [] : [['revision', root.revision] as const]),
        ...(root.fetchedAt === null ? [] : [['fetched', root.fetchedAt] as const]),
        ['file', `${root.path} (${bytes(root.bytes)})`],
        ['sha256', root.sha256],
      ],
      screen,
    ),
    '',
    'to start from it, write in a configuration:',
    `  root: { architecture: ${architecture ?? '?'}, checkpoint: '${root.name}' }`,
    `  hyperparameters: { num_layers: ${layers}, ds_image_size: ${imageSize} }`,
  ];
}
