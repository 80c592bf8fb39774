import { Option } from 'commander';
import { bytes, plural } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { withProgress } from '../shell/progress.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';

interface Options {
  readonly out?: string;
  readonly store?: string;
}

export const archive = defineCommand<[run?: string], Options>({
  name: 'archive',
  group: 'use',
  description: 'write a whole run into one file: its record, with all branches, and its weights',
  arguments: [RUN_ARGUMENT],
  options: [
    new Option('--out <file>', 'the file (default: <run>.tar)'),
    new Option('--store <folder>', 'a folder with a copy of the weights of a store at a URL'),
  ],
  async run([name], { out, store, ...globals }) {
    const run = openNamedRun(name, globals);
    const file = out ?? `${run.name.replace(/:.*$/, '')}.tar`;
    const archived = await withProgress(`archiving ${run.name}`, globals, (progress) =>
      runStoppable((signal) =>
        run.archive(file, {
          store,
          signal,
          onProgress: ({ bytes: done, total }) =>
            progress.show(`archiving ${run.name}: ${bytes(done)} of ${bytes(total)}`),
        }),
      ),
    );
    if (globals.json) return printJson(archived);
    const content = `its record and ${plural(archived.objects, 'object')}`;
    print(`${file} has ${archived.run}: ${content}, ${bytes(archived.bytes)}`);
  },
});
