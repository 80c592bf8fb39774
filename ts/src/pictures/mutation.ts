import { plural } from '../text/format.js';
import type { ActionHistory, LearnedMutation } from '../views/pictures/learned-mutation.js';
import { HEAD, MARGIN, type Sheet, text, USUAL_WIDTH } from './frame.js';
import { heatLegend, heatMap } from './heat.js';
import { generationAxis } from './hyperparameters.js';
import { element } from './svg.js';
import type { PictureTable } from './table.js';

/** The probabilities of actions over the generations of a run. */
export interface MutationPicture extends LearnedMutation {
  readonly run: string;
}

const LABELS = 230;
const LAST = 52;
const ROW = 15;

/** Draws the mean probability of each action, the more probable the darker. */
export function drawMutation(picture: MutationPicture): Sheet {
  const { run, spans, actions } = picture;
  const highest = highestOf(actions);
  const x = MARGIN + LABELS;
  const columnWidth = (USUAL_WIDTH - MARGIN - LAST - x) / Math.max(1, spans.length);
  const top = HEAD + 26;
  const bottom = top + actions.length * ROW;
  const rows = actions.map(({ means }) =>
    means.map((mean) => (mean === null ? null : Math.max(mean / highest, 1e-6))),
  );
  const layout = { x, y: top, columnWidth, rowHeight: ROW, gap: columnWidth > 6 ? 1 : 0 };
  const isLearned = actions.length > 1;
  return {
    title: 'Mutation probabilities',
    subtitle: isLearned
      ? `${run}  ·  learned µ of each action: mean over the children of a generation`
      : `${run}  ·  this method learns none: every action has the probability µ`,
    description: describe(picture),
    width: USUAL_WIDTH,
    height: Math.ceil(bottom + 74),
    tasks: 0,
    content: [
      text(USUAL_WIDTH - MARGIN, top - 10, 'head', 'at the end', 'end'),
      element('rect', {
        class: 'band',
        x,
        y: top,
        width: columnWidth * spans.length,
        height: bottom - top,
      }),
      ...actions.flatMap(({ action, means }, at) => [
        text(MARGIN, top + at * ROW + 11, at === 0 ? 'strong' : 'small', actionText(action)),
        text(
          USUAL_WIDTH - MARGIN,
          top + at * ROW + 11,
          'small figure',
          probabilityText(lastOf(means)),
          'end',
        ),
      ]),
      ...heatMap(rows, layout),
      ...generationAxis(spans, x, columnWidth, bottom + 4),
      ...heatLegend(x + 20, bottom + 48, ['0', highest.toFixed(2)]),
      text(x + 220, bottom + 49, 'small', 'empty: no child had decided on it yet'),
    ],
  };
}

/** Returns the first, the least, the greatest and the last mean probability of each action. */
export function mutationTable({ actions }: MutationPicture): PictureTable {
  return {
    columns: [
      { title: 'action' },
      { title: 'first', numeric: true },
      { title: 'least', numeric: true },
      { title: 'greatest', numeric: true },
      { title: 'last', numeric: true },
    ],
    rows: actions.map(({ action, means }) => {
      const known = means.flatMap((mean) => mean ?? []);
      const figures = [known[0] ?? null, Math.min(...known), Math.max(...known), lastOf(means)];
      return [actionText(action), ...figures.map(probabilityText)];
    }),
  };
}

function highestOf(actions: readonly ActionHistory[]): number {
  const known = actions.flatMap(({ means }) => means.map((mean) => mean ?? 0));
  return known.reduce((a, b) => Math.max(a, b), 0) || 1;
}

const lastOf = (means: readonly (number | null)[]) =>
  means.findLast((mean) => mean !== null) ?? null;

const probabilityText = (value: number | null) =>
  value === null || !Number.isFinite(value) ? '' : value.toFixed(2);

/** An action in words: `change opt_lr`, `clone block 0`, `add adapter 1`. */
function actionText(action: string): string {
  if (action === 'µ') return 'µ, from which all start';
  const [kind = '', object = ''] = action.split(':');
  const name = object
    .replace('encoderblock_', 'block ')
    .replace('residual_adapter_', 'adapter ')
    .replace('posembed_input', 'position')
    .replace(/^_mu_$/, 'µ');
  return `${kind === 'hp' ? 'change' : kind} ${name}`;
}

function describe({ spans, actions }: MutationPicture): string {
  const generations = plural(spans.at(-1)?.to ?? 0, 'generation');
  const last = actions
    .map(({ action, means }) => `${actionText(action)}: ${probabilityText(lastOf(means))}`)
    .join('; ');
  return `Mean probabilities over ${generations}. At the end: ${last}.`;
}
