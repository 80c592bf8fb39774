import type { ComponentName } from '../domain/component.js';
import type { SystemPicture } from '../views/picture.js';
import { HEAD, MARGIN, USUAL_WIDTH } from './frame.js';
import { textWidth } from './svg.js';

/** Where the parts of a picture of a system stand, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The numbered dot of each row. */
  readonly dotX: number;
  readonly labelX: number;
  readonly labelWidth: number;
  readonly cellsX: number;
  readonly cellsY: number;
  readonly columnWidth: number;
  readonly rowHeight: number;
  /** The part of a row's height that the thickest component leaves free. */
  readonly rowGap: number;
  /** How much is written in a row: `roomy` has two lines, `dense` has no numbers in cells. */
  readonly density: keyof typeof ROWS;
  /** How steep the names of columns stand, in degrees; 0 where they fit side by side. */
  readonly headingAngle: 0 | 45 | 90;
  /** Right edge of the accuracies. */
  readonly accuracyX: number;
  /** Right edge of the counts of parameters. */
  readonly parametersX: number;
  readonly barX: number;
  readonly barWidth: number;
  readonly legendY: number;
}

const LINEAGE = 40;
const FOOT = 28;
/** How far the last of slanted headings reaches over its column. */
const OVERHANG = 16;
const [ACCURACY, PARAMETERS, BAR] = [76, 76, 92];
const [LABEL_LEAST, LABEL_MOST] = [72, 180];
const [COLUMN_LEAST, COLUMN_MOST] = [13, 72];
const GAP = 12;
const HEADING_SIZE = 11;
/** In narrower columns, names at 45 degrees would touch each other. */
const STEEP_BELOW = 18;
/** Rows by density: up to how many models, and their measures. */
const ROWS = {
  roomy: { most: 24, height: 44, gap: 14 },
  close: { most: 48, height: 24, gap: 6 },
  dense: { most: Number.POSITIVE_INFINITY, height: 16, gap: 2 },
} as const;

/** Returns the layout of a picture. It is as wide as a README, and wider where columns need it. */
export function layoutOf({ columns, rows }: SystemPicture): Layout {
  const density = densityOf(rows.length);
  const { height: rowHeight, gap: rowGap } = ROWS[density];
  const longest = Math.max(
    ...rows.flatMap((row) => [textWidth(row.task ?? 'root', 14), density === 'roomy' ? 64 : 0]),
    LABEL_LEAST,
  );
  const labelWidth = Math.min(LABEL_MOST, longest);
  const dotX = MARGIN + LINEAGE;
  const labelX = dotX + 20;
  const cellsX = labelX + labelWidth + 16;
  const right = ACCURACY + PARAMETERS + GAP + BAR + MARGIN;
  const widestHeading = Math.max(
    0,
    ...columns.map((name) => textWidth(headingOf(name), HEADING_SIZE)),
  );
  const widthFor = (room: number) =>
    Math.max(COLUMN_LEAST, Math.min(COLUMN_MOST, room / columns.length));
  const room = USUAL_WIDTH - cellsX - right;
  const slanted = widestHeading > widthFor(room) - 2;
  const overhang = slanted ? OVERHANG : 0;
  const columnWidth = widthFor(room - overhang);
  const headingAngle = !slanted ? 0 : columnWidth < STEEP_BELOW ? 90 : 45;
  const cellsEnd = cellsX + columns.length * columnWidth + overhang + GAP;
  const accuracyX = Math.max(cellsEnd, USUAL_WIDTH - right) + ACCURACY;
  const cellsY = HEAD + (slanted ? 20 + widestHeading * (headingAngle / 90) ** 0.5 : 28);
  const legendY = cellsY + rows.length * rowHeight + 30;
  const parametersX = accuracyX + PARAMETERS;
  const barX = parametersX + GAP;
  return {
    width: Math.ceil(barX + BAR + MARGIN),
    height: Math.ceil(legendY + FOOT),
    dotX,
    labelX,
    labelWidth,
    cellsX,
    cellsY,
    columnWidth,
    rowHeight,
    rowGap,
    density,
    headingAngle,
    accuracyX,
    parametersX,
    barX,
    barWidth: BAR,
    legendY,
  };
}

function densityOf(rows: number): keyof typeof ROWS {
  if (rows <= ROWS.roomy.most) return 'roomy';
  return rows <= ROWS.close.most ? 'close' : 'dense';
}

/** The name of a component as the head of a column. */
export function headingOf(name: ComponentName): string {
  if (name === 'posembed_input') return 'position';
  if (name === 'encoder_norm') return 'norm';
  return name.replace('encoderblock_', 'block ').replace('residual_adapter_', 'adapter ');
}
