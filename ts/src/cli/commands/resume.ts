import { defineCommand } from '../define-command.js';
import { SIDECAR_OPTIONS, type SidecarFlags, sessionOptionsOf } from '../shell/engine.js';
import { showGrowth } from '../shell/growth.js';
import { ON_FINISH_OPTION, type OnFinishFlags } from '../shell/on-finish.js';
import { note } from '../shell/output.js';
import { openNamedRun, RUN_ARGUMENT } from '../shell/run.js';

export const resume = defineCommand<[run?: string], SidecarFlags & OnFinishFlags>({
  name: 'resume',
  group: 'grow',
  description: 'continue a stopped run from the end of its record',
  arguments: [RUN_ARGUMENT],
  options: [ON_FINISH_OPTION, ...SIDECAR_OPTIONS],
  async run([name], flags) {
    const run = openNamedRun(name, flags);
    if (run.status().finished && !flags.json)
      note(`${run.name} is finished; nothing is left to do`);
    await showGrowth(flags, async (options) => {
      await run.resume({ ...options, ...sessionOptionsOf(flags) });
      return run;
    });
  },
});
