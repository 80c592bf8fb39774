import { Argument, Option } from 'commander';
import {
  listRemoteRoots,
  type RemoteRoot,
  ROOT_SERVERS,
  type RootServer,
} from '../../../sidecar/roots.js';
import { bytes, metric, plural, UNKNOWN } from '../../../text/format.js';
import { defineCommand } from '../../define-command.js';
import { type RootDescription, rootsHere } from '../../render/roots.js';
import { noteLines, tableLines } from '../../render/table.js';
import { runStoppable } from '../../shell/interrupt.js';
import { print, printJson } from '../../shell/output.js';
import { withProgress } from '../../shell/progress.js';
import { type Screen, screenOf } from '../../shell/screen.js';

interface Options {
  readonly from?: RootServer;
}

export const rootList = defineCommand<[text?: string], Options>({
  name: 'list',
  isDefault: true,
  description: 'list the roots on this machine, or those that a server has',
  arguments: [new Argument('[text]', 'part of a name')],
  options: [
    new Option('--from <server>', "list AugReg's checkpoints or timm's models").choices(
      ROOT_SERVERS,
    ),
  ],
  async run([text = ''], { from, ...globals }) {
    const screen = screenOf(process.stdout);
    if (from === undefined) {
      const roots = (await rootsHere()).filter(({ name }) => name.includes(text));
      return globals.json ? printJson(roots) : print(...hereLines(roots, screen));
    }
    const roots = await withProgress(`asking the server of ${from}`, globals, () =>
      runStoppable((signal) => listRemoteRoots(from, text, signal)),
    );
    if (globals.json) printJson(roots);
    else print(...remoteLines(roots, screen));
  },
});

function hereLines(roots: readonly RootDescription[], screen: Screen): readonly string[] {
  const lines = tableLines(
    [
      { title: 'root', flexible: true },
      { title: 'architecture' },
      { title: 'layers', numeric: true, leaves: 3 },
      { title: 'parameters', numeric: true, leaves: 2 },
      { title: 'size', numeric: true, leaves: 1 },
      { title: 'licence', leaves: 4 },
    ],
    roots.map(({ name, architecture, layers, parameterCount, bytes: size, licence }) => [
      ...[name, architecture ?? UNKNOWN, `${layers}`, metric(parameterCount), bytes(size)],
      licence ?? UNKNOWN,
    ]),
    screen,
  );
  const more = `'npx mu2net root list --from timm' (or augreg) lists what can be fetched`;
  return [...lines, '', `${plural(roots.length, 'root')} here`, ...noteLines(more, screen)];
}

function remoteLines(roots: readonly RemoteRoot[], screen: Screen): readonly string[] {
  const how = `'npx mu2net root fetch <name>' fetches one`;
  const names = roots.map(({ name, architecture }) =>
    architecture === undefined ? name : `${name}  ${screen.dim(architecture)}`,
  );
  return [...names, '', plural(roots.length, 'root'), ...noteLines(how, screen)];
}
