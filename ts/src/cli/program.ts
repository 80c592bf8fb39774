import { Command, Help, Option } from 'commander';
import { thisPackage } from '../installation/package.js';
import { adopt } from './commands/adopt.js';
import { archive } from './commands/archive.js';
import { branch } from './commands/branch.js';
import { children } from './commands/children.js';
import { compare } from './commands/compare.js';
import { addComplete, completion } from './commands/completion.js';
import { config } from './commands/config.js';
import { demo } from './commands/demo.js';
import { diff } from './commands/diff.js';
import { doctor } from './commands/doctor.js';
import { draw } from './commands/draw.js';
import { drop } from './commands/drop.js';
import { evaluate } from './commands/eval.js';
import { exportModel } from './commands/export.js';
import { gc } from './commands/gc.js';
import { importPublished } from './commands/import-published.js';
import { keys } from './commands/keys.js';
import { leaderboard } from './commands/leaderboard.js';
import { log } from './commands/log.js';
import { plan } from './commands/plan.js';
import { pool } from './commands/pool.js';
import { predict } from './commands/predict.js';
import { pretrainRoot } from './commands/pretrain-root.js';
import { records } from './commands/records.js';
import { report } from './commands/report.js';
import { resume } from './commands/resume.js';
import { rewind } from './commands/rewind.js';
import { rm } from './commands/rm.js';
import { root } from './commands/root.js';
import { run } from './commands/run.js';
import { serve } from './commands/serve.js';
import { setup } from './commands/setup.js';
import { show } from './commands/show.js';
import { sidecar } from './commands/sidecar.js';
import { simulate } from './commands/simulate.js';
import { status } from './commands/status.js';
import { stop } from './commands/stop.js';
import { studio } from './commands/studio.js';
import { sweep } from './commands/sweep.js';
import { tasks } from './commands/tasks.js';
import { unarchive } from './commands/unarchive.js';
import { watch } from './commands/watch.js';
import { GROUPS, throwUsageErrors } from './define-command.js';
import { helpNotes, helpWidth } from './help.js';
import { LOG_LEVELS } from './shell/log-level.js';

/** The commands, in the order of the help. */
const COMMANDS = [
  ...[demo, run, resume, stop, sweep, simulate, plan, pretrainRoot, importPublished],
  ...[status, watch, leaderboard, children, show, draw, report, studio, log],
  ...[branch, diff, compare, adopt, rewind, drop, gc, rm],
  ...[predict, serve, evaluate, exportModel, records, archive, unarchive],
  ...[tasks, root, config, keys, setup, doctor],
  ...[pool, sidecar],
  completion,
];

/** How the help lists a command: without `[options]`, which its own help has. */
function subcommandTerm(command: Command): string {
  return new Help().subcommandTerm(command).replace(' [options]', '');
}

/** Creates the command line, which throws errors where commander would end the process. */
export function createProgram(): Command {
  const program = new Command('mu2net')
    .description('grows one multitask vision system by evolution')
    .version(thisPackage().version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .option('--json', 'print each result as one line of JSON')
    .option('--runs <folder>', 'folder of the runs (default: $MU2NET_RUNS, or ./runs)')
    .addOption(
      new Option('--log-level <level>', 'what is told of work in progress').choices(LOG_LEVELS),
    )
    .addOption(
      new Option('-q, --quiet', 'show only results and errors: the level error').conflicts(
        'verbose',
      ),
    )
    .option('-v, --verbose', 'tell every detail, line by line: the level debug')
    .option('--trace', 'show the stack of an error')
    .addHelpText('after', helpNotes)
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 30, subcommandTerm })
    .configureOutput({ outputError: () => {}, getOutHelpWidth: helpWidth });
  throwUsageErrors(program);
  const help = program.createCommand('help').argument('[command]');
  program.addHelpCommand(help.description('show the help of a command').helpGroup(GROUPS.help));
  for (const add of COMMANDS) add(program);
  addComplete(program);
  return program;
}
