import { Option } from 'commander';
import { runSidecar } from '../../sidecar/foreground.js';
import { defineCommand } from '../define-command.js';
import { engineOf, engineOptions, type SidecarFlags } from '../shell/engine.js';
import { UsageError } from '../shell/failure.js';
import { LOG_FORMAT_OPTION, type LogFormat } from '../shell/log-format.js';
import { KEY_OPTIONS, type KeyFlags } from '../shell/pool.js';

interface Options extends SidecarFlags, KeyFlags {
  readonly connect: string;
  readonly name?: string;
  readonly relay?: true;
  readonly hosts?: string;
  readonly host?: string;
  readonly firstHost?: string;
  readonly storeRoot?: readonly string[];
  readonly dataRoot?: readonly string[];
  readonly logFormat?: LogFormat;
}

/** Collects the values of an option that may be repeated. */
const collect = (place: string, before: readonly string[] = []) => [...before, place];

export const sidecar = defineCommand<[], Options>({
  name: 'sidecar',
  group: 'pool',
  description: 'run a worker on this machine that joins a standing pool',
  options: [
    new Option(
      '--connect <address>',
      'folder of a pool on this machine, or tcp://<host>:<port>, where it listens for workers',
    ).makeOptionMandatory(),
    ...KEY_OPTIONS,
    new Option('--name <name>', 'name of the worker (default: the host and the process)'),
    new Option('--hosts <n>', 'number of hosts that are this worker together'),
    new Option('--host <index>', 'index of this host among them, from 0'),
    new Option('--first-host <host:port>', 'address of host 0, which the others reach'),
    new Option(
      '--relay',
      'weights travel through the pool, because this machine shares no folder of them',
    ),
    new Option(
      '--store-root <place>',
      'use only stores below this folder or URL, whatever a controller asks for; may be repeated',
    ).argParser(collect),
    new Option('--data-root <place>', 'the same for data, images and checkpoints').argParser(
      collect,
    ),
    LOG_FORMAT_OPTION,
    ...engineOptions(),
  ],
  details: `
It waits for a pool that is away, and connects again for ever. Ctrl-C ends it; another worker gets
what it holds. On a machine without Node, the Python package has the same: mu2net-sidecar --connect.`,
  async run(_, { connect, storeRoot, dataRoot, ...flags }) {
    const { name, relay, poolKey, keyFile, logFormat } = flags;
    const engine = engineOf(flags);
    const slice = sliceOf(flags);
    const roots = { store: storeRoot ?? [], data: dataRoot ?? [] };
    process.exitCode = await runSidecar({
      address: connect,
      poolKey,
      keyFile,
      name,
      relay,
      engine,
      slice,
      roots,
      logFormat,
    });
  },
});

function sliceOf({ hosts, host, firstHost }: Pick<Options, 'hosts' | 'host' | 'firstHost'>) {
  if (hosts === undefined && host === undefined && firstHost === undefined) return undefined;
  if (hosts === undefined || host === undefined || firstHost === undefined) {
    throw new UsageError('write --hosts, --host and --first-host together', 'mu2net sidecar');
  }
  return { hosts, host, firstHost };
}
