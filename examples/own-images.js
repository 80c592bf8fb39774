// @ts-check
/**
 * Adds your own images as a new task to a finished system:
 *
 *     node examples/own-images.js <image folder> [run]
 *
 * The folder contains a folder per class (flowers/rose/1.jpg, flowers/tulip/7.png, …). The system
 * is that of the latest run, unless you name one. The earlier run does not change, and the models
 * of its tasks do not change either.
 */
import { basename, resolve } from 'node:path';
import { defineExperiment, grow, Mu2NetError, openRun } from 'mu2net';

/** @import { RunEvent } from 'mu2net' */

const [folder, grown] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node examples/own-images.js <image folder> [run]');
  process.exit(2);
}

try {
  const name = basename(resolve(folder)).replace(/[^\w-]+/g, '-');
  const { tasks } = defineExperiment({
    name,
    tasks: [{ name, source: { kind: 'folder', path: folder } }],
  });

  const earlier = openRun(grown);
  const before = earlier.experiment();
  const run = await grow(
    {
      ...before,
      name,
      tasks,
      taskIterations: 1,
      continueFrom: earlier.address,
      // A few hundred images fill only a few large batches, so use small ones and more passes.
      training: { ...before.training, batchSize: 16, validationsPerChild: 8 },
    },
    { onEvent: printEvent },
  );

  console.table(
    run.leaderboard().rows.map(({ task, testAccuracy, sharedFraction, lineage }) => ({
      task,
      test: testAccuracy?.toFixed(3),
      shared: sharedFraction.toFixed(3),
      from: lineage.join(' ← '),
    })),
  );
} catch (error) {
  if (!(error instanceof Mu2NetError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}

/** @param {RunEvent} event */
function printEvent(event) {
  switch (event.type) {
    case 'started':
      console.log(`${event.tasks.join(', ')}: ${event.children} children, in ${event.directory}`);
      break;
    case 'child': {
      const curve = event.qualities.map((quality) => quality.toFixed(3)).join(' ');
      console.log(`path ${event.pathId}  ${curve}  ${event.retained ? 'retained' : 'discarded'}`);
      break;
    }
    case 'tested':
      console.log(`${event.task}: ${event.correct} of ${event.total} test images right`);
      break;
  }
}
