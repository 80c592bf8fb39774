import { Argument, Option } from 'commander';
import { grow, type Overrides } from '../../index.js';
import { defineCommand } from '../define-command.js';
import { parseRunName } from '../shell/arguments.js';
import { SIDECAR_OPTIONS, type SidecarFlags, sessionOptionsOf } from '../shell/engine.js';
import { readExperiment, SEED_OPTION, SET_OPTION } from '../shell/experiment.js';
import { type Globals, nextCommand, runsFolderOf } from '../shell/globals.js';
import { showGrowth } from '../shell/growth.js';
import { ON_FINISH_OPTION, type OnFinishFlags } from '../shell/on-finish.js';
import { note } from '../shell/output.js';

interface Options extends SidecarFlags, OnFinishFlags {
  readonly name?: string;
  readonly seed?: number;
  readonly store?: string;
  readonly set: Overrides;
}

export const run = defineCommand<[config: string], Options>({
  name: 'run',
  group: 'grow',
  description: 'grow a multitask system from a configuration',
  arguments: [new Argument('<config>', 'YAML file, for example configs/quickstart.yaml')],
  options: [
    new Option('--name <name>', "name of the run (default: the configuration's)").argParser(
      parseRunName,
    ),
    new Option(
      '--store <place>',
      'keep the weights in a folder, or at a URL such as s3://bucket/prefix',
    ),
    SEED_OPTION,
    ON_FINISH_OPTION,
    ...SIDECAR_OPTIONS,
    SET_OPTION,
  ],
  async run([config], { name, store, set, seed, ...flags }) {
    const experiment = readExperiment(config, { set, seed });
    const onNamed = (run: string) => noteName(run, experiment.name, flags);
    await showGrowth(flags, (options) =>
      grow(experiment, {
        ...options,
        store,
        ...(name === undefined ? { onNamed } : { name }),
        ...sessionOptionsOf(flags),
      }),
    );
  },
});

/** Says why a run does not have the name of its configuration. */
function noteName(run: string, wanted: string, globals: Globals): void {
  if (run === wanted || globals.json) return;
  const other = nextCommand(`resume ${wanted}`, globals);
  note(
    `this new run is ${run}, because ${runsFolderOf(globals)} has a run ${wanted}; '${other}' continues that one`,
  );
}
