import { Argument, InvalidArgumentError, Option } from 'commander';
import { type Studio, serveStudio } from '../../index.js';
import { RequestError } from '../../studio/http/failure.js';
import { NOT_BUILT } from '../../studio/http/handle.js';
import { readDocument } from '../../studio/read-document.js';
import { SvgDocument } from '../../studio/routes.js';
import { createSources } from '../../studio/serve.js';
import { defineCommand } from '../define-command.js';
import { Stopped } from '../shell/failure.js';
import { type Globals, runsFolderOf } from '../shell/globals.js';
import { runDisposable, runInterruptible } from '../shell/interrupt.js';
import { note, print, printJson } from '../shell/output.js';
import { KEY_OPTIONS, type KeyFlags } from '../shell/pool.js';

interface Options extends KeyFlags {
  readonly port: number;
  readonly pool?: string;
}

const DETAILS = `
Without a view, it serves the page until Ctrl-C. Views, whose documents it prints as JSON:
  overview                       runs and branches of the folder
  runs/<run>                     progress, models, history
  runs/<run>/pictures/growth     data of a picture; growth.svg is the picture
  runs/<run>/children            children, column by column; children/<path> is one in full
  runs/<run>/graph               who grew from whom
  runs/<run>/tasks/<task>        a task, its model, who shares what
  runs/<run>/workers             who grows the run, and who grew it
  compare?run=<run>&run=<run>    runs or branches, task by task
  pool                           the standing pool`;

export const studio = defineCommand<[view?: string], Options>({
  name: 'studio',
  group: 'look',
  description: 'show the runs of a folder as a web page on this machine, live; it changes nothing',
  arguments: [new Argument('[view]', 'print the document of a view instead, as JSON')],
  options: [
    new Option('--port <port>', 'port on this machine; 0 takes a free one')
      .argParser(parsePort)
      .default(0),
    new Option('--pool <address>', 'standing pool to show: its folder, or tcp://<host>:<port>'),
    ...KEY_OPTIONS,
  ],
  details: DETAILS,
  async run([view], { port, pool, poolKey, keyFile, ...globals }) {
    const folder = runsFolderOf(globals);
    const shown = pool === undefined ? undefined : { address: pool, poolKey, keyFile };
    if (view !== undefined) {
      const sources = createSources({ folder, pool: shown });
      const document = await runDisposable(() => readDocument(view, sources)).catch(toUsageError);
      if (document instanceof SvgDocument) process.stdout.write(document.text);
      else printJson(document);
      return;
    }
    await runInterruptible(
      async (signal) => {
        const onOpened = (url: string) => tellNext(url, globals);
        const server = await serveStudio({ folder, port, pool: shown, onOpened });
        announce(server, folder, globals);
        if (!signal.aborted) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }
        await server.close();
      },
      () => {},
      (exitCode) => new Stopped('the studio was stopped', exitCode),
    );
  },
});

function toUsageError(error: unknown): never {
  throw error instanceof RequestError ? new InvalidArgumentError(error.message) : error;
}

function announce({ url, port, hasPage }: Studio, folder: string, globals: Globals): void {
  if (globals.json) {
    printJson({ type: 'serving', url, port, folder });
    return;
  }
  print(`the studio shows the runs in ${folder}; open`, `  ${url}`, 'Ctrl-C stops it');
  if (!hasPage) note(NOT_BUILT);
}

function tellNext(url: string, globals: Globals): void {
  if (globals.json) printJson({ type: 'opened', url });
  else print('a browser has opened it; the address for another one is', `  ${url}`);
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new InvalidArgumentError('it must be a number from 0 to 65535.');
}
