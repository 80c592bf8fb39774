import type { ChildRow } from '../views/children.js';
import type { SystemPicture } from '../views/picture.js';
import { addedParametersOf } from '../views/pictures/added-parameters.js';
import { hyperparametersHistory } from '../views/pictures/hyperparameter-history.js';
import { learnedMutation } from '../views/pictures/learned-mutation.js';
import { lineageOf } from '../views/pictures/lineage.js';
import { qualitiesOf } from '../views/pictures/qualities.js';
import { sharingOf } from '../views/pictures/sharing.js';
import { type AccuracyPicture, accuracyTable, drawAccuracy } from './accuracy.js';
import { type FrameOptions, frame, type Sheet } from './frame.js';
import { drawGrowth, growthTable } from './growth.js';
import {
  drawHyperparameters,
  type HyperparametersPicture,
  hyperparametersTable,
} from './hyperparameters.js';
import { drawLineage, type LineagePicture, lineageTable } from './lineage.js';
import { drawMutation, type MutationPicture, mutationTable } from './mutation.js';
import { drawSharing, type SharingPicture, sharingTable } from './sharing.js';
import { drawSize, type SizePicture, sizeTable } from './size.js';
import type { PictureTable } from './table.js';

/** The data of each kind of picture. */
export interface PictureData {
  /** Who owns which component of which model. */
  readonly growth: SystemPicture;
  /** Which model grew from which. */
  readonly lineage: LineagePicture;
  /** The best validation of every child. */
  readonly accuracy: AccuracyPicture;
  /** The accuracy of each model over the parameters that its task added. */
  readonly size: SizePicture;
  /** How often children had each value of each hyperparameter. */
  readonly hyperparameters: HyperparametersPicture;
  /** The learned probability of each mutation. */
  readonly mutation: MutationPicture;
  /** How much each pair of models shares. */
  readonly sharing: SharingPicture;
}

/** Name of a kind of picture. */
export type PictureKind = keyof PictureData;

/** The data that pictures are drawn from. */
export interface PictureSource {
  readonly system: SystemPicture;
  readonly children: readonly ChildRow[];
}

/** How one kind of picture is made. */
interface PictureDefinition<Data> {
  /** How to read it. */
  readonly reading: string;
  readonly read: (source: PictureSource) => Data;
  readonly draw: (data: Data) => Sheet;
  readonly table: (data: Data) => PictureTable;
}

const DEFINITIONS: { readonly [K in PictureKind]: PictureDefinition<PictureData[K]> } = {
  growth: {
    reading:
      'Rows are models, in the order in which their tasks were learned; columns are components, by depth. A component is solid where its task trained it and tinted where a model reuses it, and the thicker the more models use it.',
    read: ({ system }) => system,
    draw: drawGrowth,
    table: growthTable,
  },
  lineage: {
    reading:
      'Each model grew from the one above it that is a step further left, and began with its components.',
    read: ({ system }) => ({
      run: system.run,
      nodes: lineageOf(system),
      tasks: system.rows.flatMap(({ task }) => task ?? []),
    }),
    draw: drawLineage,
    table: lineageTable,
  },
  accuracy: {
    reading:
      'A dot is a child at its best validation, large if it was retained. The line is the best so far of its task.',
    read: ({ system, children }) => ({
      run: system.run,
      children: qualitiesOf(children),
      tasks: [...new Set(children.map(({ task }) => task))],
    }),
    draw: drawAccuracy,
    table: accuracyTable,
  },
  size: {
    reading:
      'A dot is the model of a task. The further left, the fewer parameters the task added to the system; the higher, the better.',
    read: ({ system }) => ({ run: system.run, models: addedParametersOf(system) }),
    draw: drawSize,
    table: sizeTable,
  },
  hyperparameters: {
    reading:
      'The stronger the colour, the more children of a generation had the value. Hyperparameters that never varied are left out.',
    read: ({ system, children }) => ({ run: system.run, ...hyperparametersHistory(children) }),
    draw: drawHyperparameters,
    table: hyperparametersTable,
  },
  mutation: {
    reading:
      'The stronger the colour, the more probable the children of a generation found the action.',
    read: ({ system, children }) => ({ run: system.run, ...learnedMutation(children) }),
    draw: drawMutation,
    table: mutationTable,
  },
  sharing: {
    reading:
      "The stronger the colour, the more of the parameters of the row's model are also in the column's.",
    read: ({ system }) => ({ run: system.run, ...sharingOf(system) }),
    draw: drawSharing,
    table: sharingTable,
  },
};

/**
 * The kinds of pictures, in the order of a report.
 *
 * @example
 * for (const kind of PICTURE_KINDS) console.log(openRun('quickstart').draw(kind).description);
 */
export const PICTURE_KINDS = Object.keys(DEFINITIONS) as readonly PictureKind[];

/** A picture of a run: its data, the same as a table, and as SVG. */
export interface RunPicture<K extends PictureKind = PictureKind> {
  readonly kind: K;
  readonly title: string;
  /** How to read it. */
  readonly reading: string;
  /** Says in words what the picture shows. */
  readonly description: string;
  /** Number of tasks that have a colour of their own. */
  readonly tasks: number;
  readonly data: PictureData[K];
  readonly table: PictureTable;
  /** Writes the picture as SVG: a document, or an element of a page that has the style. */
  readonly svg: (options?: FrameOptions) => string;
}

/** Draws one picture of a run. Equal sources give equal pictures. */
export function drawPicture<K extends PictureKind>(kind: K, source: PictureSource): RunPicture<K> {
  const { reading, read, draw, table } = DEFINITIONS[kind];
  const data = read(source);
  const sheet = draw(data);
  const { title, description, tasks } = sheet;
  return {
    kind,
    title: kind === 'growth' ? 'Growth' : title,
    reading,
    description,
    tasks,
    data,
    table: table(data),
    svg: (options) => frame(sheet, options),
  };
}
