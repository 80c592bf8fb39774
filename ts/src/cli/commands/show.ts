import { Argument, Option } from 'commander';
import {
  type PictureCell,
  type ShownPath,
  type SystemPicture,
  systemSvg,
  type TaskName,
} from '../../index.js';
import { headingOf } from '../../pictures/growth-layout.js';
import { count, metric, percent, plural, quality } from '../../text/format.js';
import { pictureOfTask } from '../../views/picture.js';
import { defineCommand } from '../define-command.js';
import { noteLines, pairLines, tableLines } from '../render/table.js';
import { print, printJson } from '../shell/output.js';
import { parseImageFile, writePicture } from '../shell/picture-file.js';
import { openNamedRun, RUN_OPTION } from '../shell/run.js';
import { type Screen, screenOf } from '../shell/screen.js';

interface Options {
  readonly run?: string;
  /** A file, or true for standard output. */
  readonly svg?: string | true;
  readonly png?: string;
}

export const show = defineCommand<[which: string | undefined], Options>({
  name: 'show',
  group: 'look',
  description: 'show a model: its components, who shares them, its lineage; or the whole system',
  arguments: [
    new Argument(
      '[path|task]',
      'number of a retained path, or a task, which stands for its best path',
    ),
  ],
  options: [
    RUN_OPTION,
    new Option('--svg [file]', 'draw who owns which component, as an SVG picture'),
    new Option('--png <file>', 'the same as a PNG image')
      .argParser(parseImageFile)
      .conflicts('svg'),
  ],
  async run([which], { run: name, svg, png, ...globals }) {
    const run = openNamedRun(name, globals);
    const screen = screenOf(process.stdout);
    if (which === undefined || svg !== undefined || png !== undefined) {
      const system = run.picture();
      const picture = which === undefined ? system : pictureOfTask(system, which);
      const file = svg ?? png;
      if (file !== undefined) await showPicture(picture, file, globals.json === true);
      else if (globals.json) printJson(picture);
      else print(...pictureLines(picture, screen));
      return;
    }
    const path = run.show(which);
    if (globals.json) printJson({ run: run.name, ...path });
    else print(...pathLines(path, screen));
  },
});

/** Writes the picture to a file, or prints it; with --json it prints the data instead. */
async function showPicture(
  picture: SystemPicture,
  file: string | true,
  json: boolean,
): Promise<void> {
  if (file !== true) await writePicture(file, (theme) => systemSvg(picture, theme));
  if (json) printJson(picture);
  else if (file === true) process.stdout.write(systemSvg(picture));
  else print(`${file} shows ${picture.run}`);
}

/** Returns the lines of a table: a row per model, with the owner of each component. */
function pictureLines({ run, columns, rows }: SystemPicture, screen: Screen): readonly string[] {
  const lines = tableLines(
    [{ title: 'model' }, ...columns.map((name) => ({ title: headingOf(name) })), { title: 'test' }],
    rows.map(({ task, cells, testAccuracy }) => [
      task ?? 'root',
      ...cells.map((cell) => ownerText(cell, task)),
      percent(testAccuracy),
    ]),
    screen,
  );
  return [
    screen.bold(run),
    ...lines,
    '',
    ...noteLines(
      'own: trained for this task; other names: the owner of a reused, frozen component',
      screen,
    ),
  ];
}

function ownerText(cell: PictureCell | null, task: TaskName | null): string {
  if (cell === null) return '';
  return cell.owner === task && task !== null ? 'own' : (cell.owner ?? 'root');
}

function pathLines(path: ShownPath, screen: Screen): readonly string[] {
  const { bold, dim } = screen;
  const { components, lineage, hyperparameters } = path;
  const parameters = components.reduce((sum, component) => sum + component.parameterCount, 0);
  const ancestors = [...lineage]
    .reverse()
    .map(({ pathId, task, quality: reached }) =>
      task === null ? 'root' : `${pathId} ${task} ${quality(reached)}`,
    );
  const rows = tableLines(
    [
      { title: 'component' },
      { title: 'parameters', numeric: true },
      { title: 'origin' },
      { title: 'id', leaves: 1 },
      { title: 'used by', flexible: true },
    ],
    components.map((component) => [
      component.name,
      count(component.parameterCount),
      component.origin,
      component.id,
      component.users.join(', '),
    ]),
    screen,
  );
  const values = Object.entries(hyperparameters).map(
    ([name, value]) =>
      [name, Array.isArray(value) ? `[${value.join(', ')}]` : String(value)] as const,
  );
  const title = `path ${path.pathId}  ${path.task ?? 'root model'}`;
  return [
    `${bold(title)}${path.living ? '' : dim('  (superseded: only its record is kept)')}`,
    ...pairLines(
      [
        ['validation', percent(path.quality)],
        ['test', percent(path.testAccuracy)],
        ['score', quality(path.score)],
        ['size', `${metric(parameters)} parameters in ${plural(components.length, 'component')}`],
        ['lineage', ancestors.join(' → ')],
      ],
      screen,
    ),
    '',
    ...rows,
    '',
    dim('hyperparameters'),
    ...pairLines(values, screen),
  ];
}
