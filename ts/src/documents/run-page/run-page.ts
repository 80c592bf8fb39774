import { PAPERS, type Paper } from '../../catalogue/index.js';
import type { RunPicture } from '../../pictures/draw.js';
import { element, escapeXml } from '../../pictures/svg.js';
import type { PictureTable } from '../../pictures/table.js';
import { bytes, duration, metric, percent, plural, points, UNKNOWN } from '../../text/format.js';
import type { ChildRow } from '../../views/children.js';
import type { SessionRow } from '../../views/environment.js';
import type { Leaderboard } from '../../views/leaderboard.js';
import type { Report } from '../../views/report.js';
import type { Status } from '../../views/status.js';
import { paragraph, scrollable, section, tableMarkup } from './markup.js';
import { pageStyle } from './style.js';

/** The data that the page of a run is written from. */
export interface RunPageSource {
  readonly status: Status;
  readonly board: Leaderboard;
  readonly report: Report;
  readonly children: readonly ChildRow[];
  readonly pictures: readonly RunPicture[];
  /** The complete configuration as YAML. */
  readonly configuration: string;
  readonly sessions: readonly SessionRow[];
  /** Version of mu2net that writes the page. */
  readonly version: string;
}

/**
 * Writes a run as one HTML page that needs no other file, program or connection: results, every
 * picture with its table, configuration, environment. Equal sources give equal pages.
 */
export function runPage(source: RunPageSource): string {
  const { status, pictures, configuration, version } = source;
  // One style for all pictures, so that a task has one colour everywhere.
  const tasks = pictures.reduce((most, picture) => Math.max(most, picture.tasks), 0);
  const sections = [
    { id: 'results', title: 'Results', content: [tableMarkup('Models', boardTable(source.board))] },
    ...publishedSections(source.report),
    ...pictures.map((picture) => ({
      id: picture.kind,
      title: picture.title,
      content: pictureContent(picture),
    })),
    {
      id: 'configuration',
      title: 'Configuration',
      content: [
        scrollable('table', 'Configuration as YAML', element('pre', {}, escapeXml(configuration))),
      ],
    },
    {
      id: 'environment',
      title: 'Environment',
      content: [tableMarkup('Sessions that grew the run', environmentTable(source.sessions))],
    },
  ];
  const links = sections.map(({ id, title }) =>
    element('li', {}, element('a', { href: `#${id}` }, escapeXml(title))),
  );
  const body = [
    element(
      'header',
      {},
      element('h1', {}, escapeXml(status.run)),
      ...summary(source).map(paragraph),
      element('nav', { 'aria-label': 'Sections' }, element('ul', {}, ...links)),
    ),
    element(
      'main',
      {},
      ...sections.map(({ id, title, content }) => section(id, title, ...content)),
    ),
    element('footer', {}, element('p', { class: 'soft' }, `mu2net ${escapeXml(version)}`)),
  ];
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  const head = [
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('title', {}, escapeXml(`${status.run}: a run of mu2net`)),
    element('style', {}, pageStyle(tasks)),
  ];
  const page = element(
    'html',
    { lang: 'en' },
    element('head', {}, ...head),
    element('body', {}, `\n${body.join('\n')}\n`),
  );
  return `<!doctype html>\n${page}\n`;
}

function summary({ status, board, report, children }: RunPageSource): readonly string[] {
  const seconds = children.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0);
  const tested =
    board.meanTestAccuracy === null
      ? ''
      : ` Their mean test accuracy is ${percent(board.meanTestAccuracy)}.`;
  const state = status.finished ? 'finished' : 'not finished yet';
  return [
    `The method ${report.method} on ${report.architecture ?? 'a custom architecture'}, seed ${status.seed}, begun ${status.startedAt}; ${state}.`,
    `${plural(board.rows.length, 'task')} and ${plural(children.length, 'child', 'children')}, trained in ${duration(seconds)} of all workers together. All models need ${metric(board.systemParameterCount)} parameters.${tested}`,
  ];
}

function boardTable({ rows }: Leaderboard): PictureTable {
  return {
    columns: [
      { title: 'task' },
      { title: 'test accuracy', numeric: true },
      { title: 'validation', numeric: true },
      { title: 'parameters', numeric: true },
      { title: 'shared', numeric: true },
      { title: 'lineage' },
    ],
    rows: rows.map((row) => [
      row.task,
      percent(row.testAccuracy),
      percent(row.validationAccuracy),
      metric(row.parameterCount),
      percent(row.sharedFraction, 1),
      [...row.lineage].reverse().join(' → '),
    ]),
  };
}

/** The results beside those of the papers, if there are any. */
function publishedSections({ rows }: Report) {
  const compared = rows.filter(({ published }) => published.length > 0);
  if (compared.length === 0) return [];
  const papers = Object.entries(PAPERS) as [Paper, (typeof PAPERS)[Paper]][];
  const table: PictureTable = {
    columns: [
      { title: 'task' },
      { title: 'test accuracy', numeric: true },
      ...papers.flatMap(([, { title }]) => [
        { title, numeric: true as const },
        { title: 'difference', numeric: true as const },
      ]),
    ],
    rows: compared.map(({ task, testAccuracy, published }) => [
      task,
      percent(testAccuracy),
      ...papers.flatMap(([paper]) => {
        const result = published.find((each) => each.paper === paper);
        return result ? [percent(result.value), points(result.difference)] : [UNKNOWN, UNKNOWN];
      }),
    ]),
  };
  return [
    {
      id: 'published',
      title: 'Published results',
      content: [tableMarkup('Test accuracy beside that of the papers', table)],
    },
  ];
}

function pictureContent({ kind, title, reading, table, svg }: RunPicture): readonly string[] {
  return [
    paragraph(reading),
    scrollable('figures', `${title}: picture`, svg({ partOf: kind })),
    tableMarkup(`${title}: figures`, table),
  ];
}

function environmentTable(sessions: readonly SessionRow[]): PictureTable {
  return {
    columns: [
      { title: 'began' },
      { title: 'workers', numeric: true },
      { title: 'device' },
      { title: 'precision' },
      { title: 'attention' },
      { title: 'sidecar' },
      { title: 'Python' },
      { title: 'JAX' },
    ],
    rows: sessions.flatMap(({ startedAt, workers }) =>
      workers.map(({ count, devices, engine, versions }) => [
        startedAt,
        String(count),
        devices.map(deviceText).join(', '),
        engine.precision,
        engine.attention,
        ...[versions.sidecar, versions.python, versions.jax].map(versionText),
      ]),
    ),
  };
}

/** The null pool, which only simulates, has no software. */
const versionText = (version: string) => (version === 'null' ? UNKNOWN : version);

function deviceText({
  platform,
  kind,
  memoryBytes,
}: SessionRow['workers'][number]['devices'][number]): string {
  const memory = memoryBytes === null ? '' : `, ${bytes(Number(memoryBytes))}`;
  return platform === kind ? `${platform}${memory}` : `${kind} (${platform}${memory})`;
}
