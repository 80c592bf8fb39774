import { Option } from 'commander';
import { PICTURE_KINDS, type PictureKind, type Theme } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { print, printJson } from '../shell/output.js';
import { parsePictureFile, writePicture } from '../shell/picture-file.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';

interface Options {
  readonly picture: PictureKind;
  readonly theme: Theme;
  readonly out?: string;
}

const DETAILS = `
Pictures:
  growth           who trained which component, and who uses it
  lineage          which model grew from which
  accuracy         validation accuracy over children
  size             test accuracy over the parameters that a task added
  hyperparameters  values of the children over generations
  mutation         learned µ of each action over generations
  sharing          how much each pair of models shares`;

export const draw = defineCommand<[run?: string], Options>({
  name: 'draw',
  group: 'look',
  description: 'draw a picture of a run, as SVG or PNG; --json prints its data',
  arguments: [RUN_ARGUMENT],
  options: [
    new Option('--picture <kind>', 'what to draw').choices(PICTURE_KINDS).default('growth'),
    new Option('--theme <theme>', 'ground; auto follows the reader, and is light in a PNG')
      .choices(['auto', 'light', 'dark'])
      .default('auto'),
    new Option('--out <file>', 'write to an .svg or .png file (default: print SVG)').argParser(
      parsePictureFile,
    ),
  ],
  details: DETAILS,
  async run([name], { picture: kind, theme, out, ...globals }) {
    const run = openNamedRun(name, globals);
    const picture = run.draw(kind);
    if (out !== undefined)
      await writePicture(out, (ground) => picture.svg({ theme: ground }), theme);
    const { title, description, data, table } = picture;
    if (globals.json) printJson({ run: run.name, kind, title, description, data, table });
    else if (out === undefined) process.stdout.write(picture.svg({ theme }));
    else print(`${out} shows ${run.name}: ${title.toLowerCase()}`);
  },
});
