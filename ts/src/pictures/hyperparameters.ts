import { metric, plural } from '../text/format.js';
import type {
  GenerationSpan,
  HyperparameterHistory,
  HyperparametersHistory,
} from '../views/pictures/hyperparameter-history.js';
import { HEAD, MARGIN, type Sheet, text, USUAL_WIDTH } from './frame.js';
import { heatLegend, heatMap } from './heat.js';
import { ticksOf } from './scale.js';
import { element } from './svg.js';
import type { PictureTable } from './table.js';

/** The hyperparameters of a run's children over its generations. */
export interface HyperparametersPicture extends HyperparametersHistory {
  readonly run: string;
}

const LABELS = 190;
const [ROW, PANEL_GAP] = [14, 18];

/** Draws, for each hyperparameter, how often children had each value. */
export function drawHyperparameters(picture: HyperparametersPicture): Sheet {
  const { run, spans, hyperparameters } = picture;
  const x = MARGIN + LABELS;
  const columnWidth = (USUAL_WIDTH - MARGIN - x) / Math.max(1, spans.length);
  let y = HEAD + 20;
  const panels = hyperparameters.flatMap((each) => {
    const top = y;
    y += each.values.length * ROW + PANEL_GAP;
    return panelAt(each, { x, y: top, columnWidth });
  });
  const empty = text(MARGIN, y + 12, 'small', 'No hyperparameter had more than one value.');
  if (hyperparameters.length === 0) y += 40;
  return {
    title: 'Hyperparameters over generations',
    subtitle: `${run}  ·  how many of a generation's children had each value`,
    description: describe(picture),
    width: USUAL_WIDTH,
    height: Math.ceil(y + 62),
    tasks: 0,
    content: [
      ...(hyperparameters.length === 0 ? [empty] : panels),
      ...generationAxis(spans, x, columnWidth, y - PANEL_GAP + 4),
      ...heatLegend(x + 60, y + 36, ['no child', 'all children']),
    ],
  };
}

/** Returns the most frequent value of each hyperparameter at the beginning and at the end. */
export function hyperparametersTable({ spans, hyperparameters }: HyperparametersPicture) {
  const quarter = Math.max(1, Math.ceil(spans.length / 4));
  const commonest = ({ values, shares }: HyperparameterHistory, from: number, to: number) => {
    const totals = shares.map((row) => row.slice(from, to).reduce((a, b) => a + b, 0));
    const most = Math.max(...totals);
    const value = values[totals.indexOf(most)] ?? '';
    return `${valueText(value)} (${Math.round((100 * most) / (to - from))} %)`;
  };
  const table: PictureTable = {
    columns: [
      { title: 'hyperparameter' },
      { title: 'values' },
      { title: 'most frequent in the first quarter' },
      { title: 'most frequent in the last quarter' },
    ],
    rows: hyperparameters.map((each) => [
      nameText(each.name),
      each.values.map(valueText).join(', '),
      commonest(each, 0, quarter),
      commonest(each, spans.length - quarter, spans.length),
    ]),
  };
  return table;
}

function panelAt(
  { name, values, shares }: HyperparameterHistory,
  { x, y, columnWidth }: { readonly x: number; readonly y: number; readonly columnWidth: number },
): readonly string[] {
  const layout = { x, y, columnWidth, rowHeight: ROW, gap: columnWidth > 6 ? 1 : 0 };
  const height = values.length * ROW;
  // Large values stand above small ones.
  const rows = [...shares].reverse();
  return [
    text(MARGIN, y + 10, 'strong', nameText(name)),
    element('rect', {
      class: 'band',
      x,
      y,
      width: columnWidth * (shares[0]?.length ?? 0),
      height,
    }),
    ...[...values]
      .reverse()
      .map((value, at) => text(x - 8, y + at * ROW + 10.5, 'tiny figure', valueText(value), 'end')),
    ...heatMap(rows, layout),
  ];
}

/** Numbers of generations under the columns. */
export function generationAxis(
  spans: readonly GenerationSpan[],
  x: number,
  columnWidth: number,
  y: number,
): readonly string[] {
  const last = spans.at(-1)?.to ?? 0;
  const ticks = [1, ...ticksOf(2, last, 8).filter((tick) => Number.isInteger(tick) && tick > 1)];
  return [
    text(MARGIN, y + 12, 'small', 'generation'),
    ...ticks.flatMap((tick) => {
      const at = spans.findIndex(({ from, to }) => from <= tick && tick <= to);
      const middle = x + (at + 0.5) * columnWidth;
      return at < 0 ? [] : [text(middle, y + 12, 'small figure', String(tick), 'middle')];
    }),
  ];
}

const nameText = (name: string) => (name === '_mu_' ? 'µ' : name);

function valueText(value: number | string): string {
  if (typeof value === 'string') return value;
  if (Number.isInteger(value)) return value >= 10_000 ? metric(value) : String(value);
  return String(Number(value.toPrecision(3)));
}

function describe({ spans, hyperparameters }: HyperparametersPicture): string {
  const names = hyperparameters.map(({ name }) => name).join(', ');
  return `How often the children of ${plural(spans.at(-1)?.to ?? 0, 'generation')} had each value of ${plural(hyperparameters.length, 'hyperparameter')}: ${names || 'none varied'}.`;
}
