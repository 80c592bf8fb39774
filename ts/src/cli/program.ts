import { Command } from 'commander';
import { addAdopt } from './commands/adopt.js';
import { addBranch } from './commands/branch.js';
import { addCompare } from './commands/compare.js';
import { addConfigCheck } from './commands/config-check.js';
import { addConfigShow } from './commands/config-show.js';
import { addDiff } from './commands/diff.js';
import { addDoctor } from './commands/doctor.js';
import { addDrop } from './commands/drop.js';
import { addEval } from './commands/eval.js';
import { addExport } from './commands/export.js';
import { addGc } from './commands/gc.js';
import { addImportPublished } from './commands/import-published.js';
import { addLeaderboard } from './commands/leaderboard.js';
import { addLog } from './commands/log.js';
import { addPredict } from './commands/predict.js';
import { addPretrainRoot } from './commands/pretrain-root.js';
import { addReport } from './commands/report.js';
import { addResume } from './commands/resume.js';
import { addRun } from './commands/run.js';
import { addShow } from './commands/show.js';
import { addSimulate } from './commands/simulate.js';
import { addStatus } from './commands/status.js';
import { addTasks } from './commands/tasks.js';
import { thisPackage } from './shell/package.js';

const HELP = `
Without a run, a command takes the latest one; run:branch is a branch of it. Colours need a terminal; NO_COLOR turns them off.
An error is one line on stderr; with --json it is {"error":{"code","message"}} there.
Exit status: 0 done, 1 error, 2 command line not understood, 128 + signal when stopped by one.
Environment: MU2NET_RUNS (folder of runs), MU2NET_PYTHON (interpreter), MU2NET_DATA (your own
copies of data sets), TFDS_DATA_DIR (what TFDS prepared), MU2NET_TRACE=1 (as --trace).`;

/** The command line, which throws CommanderError where it would otherwise end the process. */
export function program(): Command {
  const root = new Command('mu2net')
    .description('grows one multitask vision system by evolution')
    .version(thisPackage().version)
    .option('--json', 'print results for programs: one line of JSON each')
    .option('--runs <folder>', 'folder of the runs (default: $MU2NET_RUNS, or ./runs)')
    .option('--trace', 'show the stack of an error')
    .addHelpText('after', HELP)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  addRun(root);
  addResume(root);
  addStatus(root);
  addLeaderboard(root);
  addReport(root);
  addShow(root);
  addPredict(root);
  addEval(root);
  addExport(root);
  addPretrainRoot(root);
  addImportPublished(root);
  addSimulate(root);
  addBranch(root);
  addLog(root);
  addDiff(root);
  addCompare(root);
  addAdopt(root);
  addDrop(root);
  addGc(root);
  const config = root.command('config').description('look at configurations without running them');
  addConfigShow(config);
  addConfigCheck(config);
  addTasks(root);
  addDoctor(root);
  return root;
}
