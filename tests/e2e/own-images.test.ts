import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { openRun } from '../../ts/src/api/open-run.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import { environmentOf } from '../../ts/src/installation/environment.js';
import { thisPackage } from '../../ts/src/installation/package.js';
import { openLocalPool } from '../../ts/src/sidecar/local.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';

const ROOT = thisPackage().folder;
const SETS = ['shapes', 'surfaces'] as const;

/** The configuration that the guide gives for a folder of images. */
function guideConfig() {
  const page = readFileSync(join(ROOT, 'docs/bring-your-own-dataset.md'), 'utf8');
  return parse(/```yaml\n(name: own\n.*?)```/s.exec(page)?.[1] ?? '');
}

it("learns own images better than an SVC and a nearest neighbour do, by the guide's recipe", async () => {
  const folder = temporaryFolder();
  const { executable } = environmentOf(thisPackage());
  const script = join(ROOT, 'tests/e2e/own_images.py');
  const baselines = JSON.parse(execFileSync(executable, [script, folder], { encoding: 'utf8' }));
  const guide = guideConfig();
  const { experiment } = defineExperiment({
    ...guide,
    // Half of the guide's children, to be quick.
    method: { ...guide.method, samplesPerTask: 2 },
    tasks: SETS.map((name) => ({
      name,
      private: true,
      source: { kind: 'folder', path: join(folder, name) },
    })),
  });
  const pool = await openLocalPool({ workers: 1, logDirectory: folder });
  try {
    const { rows } = openRun(await growDirectory(experiment, { folder, pool })).leaderboard();
    for (const name of SETS) {
      const accuracy = rows.find(({ task }) => task === name)?.testAccuracy;
      const { svc, neighbour } = baselines[name];
      expect(accuracy, `${name}: SVC ${svc}, neighbour ${neighbour}`).toBeGreaterThan(
        Math.max(svc, neighbour),
      );
    }
  } finally {
    await pool.close();
  }
}, 900_000);
