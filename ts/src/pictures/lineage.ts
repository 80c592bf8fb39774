import { percent, plural } from '../text/format.js';
import type { LineageNode } from '../views/pictures/lineage.js';
import { HEAD, MARGIN, type Sheet, short, shortName, text, USUAL_WIDTH } from './frame.js';
import { element, escapeXml, textWidth } from './svg.js';
import type { PictureTable } from './table.js';

/** The tree of models of a run. */
export interface LineagePicture {
  readonly run: string;
  readonly nodes: readonly LineageNode[];
  /** Tasks in the order in which they were learned. */
  readonly tasks: readonly string[];
}

const [BAR, GROWN] = [120, 70];
const FOOT = 24;
/** More models than this stand on narrower lines. */
const ROOMY = 40;
/** Widths of a step to the right: the usual one, and of all steps together at most. */
const [STEP, STEPS] = [30, 330];

/** Where the models of a tree stand, in pixels. */
interface Layout {
  readonly rowHeight: number;
  readonly radius: number;
  readonly barX: number;
  readonly accuracyX: number;
  readonly grownX: number;
  xOf(node: LineageNode): number;
  yOf(at: number): number;
  /** Number of the colour of a model. */
  numberOf(node: LineageNode): number;
}

/** Draws the tree of models: each stands below the one that it grew from, and a step to the right. */
export function drawLineage({ run, nodes, tasks }: LineagePicture): Sheet {
  const layout = layoutOf(nodes, tasks);
  const { grownX, accuracyX, yOf } = layout;
  return {
    title: 'Lineage',
    subtitle: `${run}  ·  each model grew from the one above it that is a step further left`,
    description: describe(nodes),
    width: USUAL_WIDTH,
    height: Math.ceil(yOf(nodes.length) + FOOT),
    tasks: tasks.length,
    content: [
      text(grownX, HEAD + 16, 'head', 'models from it', 'end'),
      text(accuracyX, HEAD + 16, 'head', 'test', 'end'),
      // Edges of deeper models first, so that each line is over those that it joins.
      ...edgesOf(nodes, layout).reverse(),
      ...nodes.map((node, at) => modelAt(node, at, layout)),
    ],
  };
}

function layoutOf(nodes: readonly LineageNode[], tasks: readonly string[]): Layout {
  const roomy = nodes.length <= ROOMY;
  const rowHeight = roomy ? 26 : 17;
  const deepest = nodes.reduce((most, { depth }) => Math.max(most, depth), 1);
  const step = Math.min(STEP, STEPS / deepest);
  const numbers = new Map(tasks.map((task, nth) => [task, nth + 1]));
  const barX = USUAL_WIDTH - MARGIN - BAR;
  return {
    rowHeight,
    radius: roomy ? 10 : 7.5,
    barX,
    accuracyX: barX - 12,
    grownX: barX - 32 - GROWN,
    xOf: ({ depth }) => MARGIN + 12 + depth * step,
    yOf: (at) => HEAD + 28 + (at + 0.5) * rowHeight,
    numberOf: ({ task }) => (task === null ? 0 : (numbers.get(task) ?? 0)),
  };
}

/** Lines from each model to those that grew from it, in the colour of the model that they leave. */
function edgesOf(nodes: readonly LineageNode[], layout: Layout): string[] {
  const places = new Map(nodes.map((node, at) => [node.pathId, { node, at }]));
  return nodes.flatMap((node, at) => {
    const parent = node.parentId === null ? undefined : places.get(node.parentId);
    if (!parent) return [];
    const [x1, x2, y] = [layout.xOf(parent.node), layout.xOf(node), layout.yOf(at)];
    const bend = Math.min(6, (x2 - x1) / 2);
    const d = `M${short(x1)} ${short(layout.yOf(parent.at))}V${short(y - bend)}Q${short(x1)} ${short(y)} ${short(x1 + bend)} ${short(y)}H${short(x2)}`;
    return [element('path', { class: `line l${layout.numberOf(parent.node)}`, d })];
  });
}

function modelAt(node: LineageNode, at: number, layout: Layout): string {
  const { radius, grownX, accuracyX, barX } = layout;
  const [x, y, number] = [layout.xOf(node), layout.yOf(at), layout.numberOf(node)];
  const roomy = radius >= 10;
  const name = node.task ?? 'root';
  const room = grownX - GROWN - x - radius - 6;
  const label = shortName(name, Math.floor(room / textWidth('x', roomy ? 13 : 11)));
  const { testAccuracy, descendants } = node;
  const bar = { x: barX, y: y - 4, height: 8 };
  const figures =
    testAccuracy === null
      ? []
      : [
          text(accuracyX, y + 4, 'small figure', percent(testAccuracy, 1), 'end'),
          element('rect', { class: 'band', ...bar, width: BAR }),
          element('rect', { class: `o${number}`, ...bar, width: BAR * testAccuracy }),
        ];
  const numberKind = `${roomy ? 'number' : 'little'} n${number}`;
  return element(
    'g',
    {},
    element('title', {}, escapeXml(`${name}: ${plural(descendants, 'model')} grew from it`)),
    element('circle', { class: `o${number}`, cx: x, cy: y, r: radius }),
    ...(number === 0 ? [] : [text(x, y + (roomy ? 4 : 3), numberKind, String(number))]),
    text(x + radius + 6, y + 4, roomy ? 'strong' : 'small', label),
    text(grownX, y + 4, 'small figure', descendants > 0 ? String(descendants) : '', 'end'),
    ...figures,
  );
}

/** Returns which model grew from which. */
export function lineageTable({ nodes }: LineagePicture): PictureTable {
  const names = new Map(nodes.map(({ pathId, task }) => [pathId, task ?? 'root']));
  return {
    columns: [
      { title: 'model' },
      { title: 'grew from' },
      { title: 'steps from a root', numeric: true },
      { title: 'models from it', numeric: true },
      { title: 'test accuracy', numeric: true },
    ],
    rows: nodes.map(({ task, parentId, depth, descendants, testAccuracy }) => [
      task ?? 'root',
      parentId === null ? '' : (names.get(parentId) ?? ''),
      String(depth),
      String(descendants),
      percent(testAccuracy),
    ]),
  };
}

function describe(nodes: readonly LineageNode[]): string {
  const models = nodes.filter(({ task }) => task !== null);
  const deepest = models.reduce((most, { depth }) => Math.max(most, depth), 0);
  const fromRoot = models.filter(({ depth }) => depth === 1).length;
  return `A tree of ${plural(models.length, 'model')}. ${fromRoot} grew from a root model at once; the longest line has ${plural(deepest, 'step')}.`;
}
