import { Argument, Option } from 'commander';
import { checkArchive } from '../../archive/read-archive.js';
import { type ArchiveProgress, unarchive as makeRun } from '../../index.js';
import { bytes, plural } from '../../text/format.js';
import { defineCommand } from '../define-command.js';
import { parseRunName } from '../shell/arguments.js';
import { nextCommand, runsFolderOf } from '../shell/globals.js';
import { runStoppable } from '../shell/interrupt.js';
import { print, printJson } from '../shell/output.js';
import { type Progress, withProgress } from '../shell/progress.js';

interface Options {
  readonly name?: string;
  readonly check?: true;
}

export const unarchive = defineCommand<[file: string], Options>({
  name: 'unarchive',
  group: 'use',
  description: 'make a run of an archive again; every byte is checked first',
  arguments: [new Argument('<file>', 'a file that archive wrote')],
  options: [
    new Option('--name <name>', 'name of the run (default: the one it had)').argParser(
      parseRunName,
    ),
    new Option('--check', 'only check the archive').conflicts('name'),
  ],
  async run([file], { name, check, ...globals }) {
    const showing = (progress: Progress) => {
      return ({ bytes: done, total }: ArchiveProgress) =>
        progress.show(`reading ${file}: ${bytes(done)} of ${bytes(total)}`);
    };
    if (check) {
      const { run, objects } = await withProgress(`reading ${file}`, globals, (progress) =>
        runStoppable((signal) => checkArchive(file, { signal, onProgress: showing(progress) })),
      );
      if (globals.json) return printJson({ run, objects: objects.length });
      return print(
        `${file} is whole: the record and ${plural(objects.length, 'object')} of ${run}`,
      );
    }
    const folder = runsFolderOf(globals);
    const run = await withProgress(`reading ${file}`, globals, (progress) =>
      runStoppable((signal) =>
        makeRun(file, { folder, name, signal, onProgress: showing(progress) }),
      ),
    );
    if (globals.json) return printJson({ run: run.name, directory: run.directory });
    print(`${run.name} is in ${run.directory}`, nextCommand(`status ${run.name}`, globals));
  },
});
