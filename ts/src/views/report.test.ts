import { expect, test } from 'vitest';
import { experimentOf, poolOf, taskOf } from '../../../tests/support/experiments.js';
import { createRecord, growToEnd } from '../../../tests/support/runs.js';
import { catalogueTask } from '../catalogue/index.js';
import { architectureOf } from '../domain/architecture.js';
import { leaderboard } from './leaderboard.js';
import { report } from './report.js';

/** Returns a task of the catalogue, with a source that does not matter. */
function knownTask(name: string) {
  const task = catalogueTask(name);
  if (!task) throw new Error(`no task ${name}`);
  return taskOf(name, { splits: task.splits, facts: task.facts });
}

test('shows published figures for identical tasks, and for no others', async () => {
  const architecture = architectureOf('Ti/16');
  if (!architecture) throw new Error('no architecture');
  const experiment = experimentOf({
    architecture,
    method: {
      ...experimentOf().method,
      samplesPerTask: 2,
      width: 2,
      ranges: {},
      defaults: { ...experimentOf().method.defaults, ds_image_size: 16 },
    },
    taskIterations: 1,
    tasks: [knownTask('dtd'), knownTask('mnist'), taskOf('kmnist'), knownTask('beans')],
  });
  const pool = poolOf(experiment);
  const ledger = await createRecord(experiment, pool);
  await growToEnd(ledger, pool);
  const { rows, ...head } = report(ledger, 'name');
  expect(head).toEqual({ run: 'name', method: 'mu2net', architecture: 'Ti/16' });
  const ours = leaderboard(ledger, 'name').rows.map(({ testAccuracy }) => testAccuracy ?? 0);
  expect(rows.map(({ testAccuracy }) => testAccuracy)).toEqual(ours);
  const [dtd = 0, mnist = 0] = ours;
  expect(
    rows.map(({ task, sameData, published }) => [
      task,
      sameData,
      published.map(({ paper, value, difference }) => [paper, value, difference]),
    ]),
  ).toEqual([
    [
      'dtd',
      true,
      [
        ['mu2net', 0.81, dtd - 0.81],
        ['mu2net+', 0.8223, dtd - 0.8223],
      ],
    ],
    ['mnist', true, [['mu2net', 0.9975, mnist - 0.9975]]],
    ['kmnist', false, []],
    ['beans', true, []],
  ]);
});
