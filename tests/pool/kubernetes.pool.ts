import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { GroupOf } from '../../ts/src/config/index.js';
import { group } from '../../ts/src/config/pool/groups.js';
import { workloadManifest } from '../../ts/src/launchers/kubernetes/manifests.js';
import { findPython } from '../../ts/src/sidecar/python.js';
import { temporaryFolder } from '../support/runs.js';

/** Where the schemas are published: as files of Go modules, whose proxy never changes a version. */
const CRDS = {
  jobset: {
    module: 'sigs.k8s.io/jobset@v0.10.1',
    file: 'config/components/crd/bases/jobset.x-k8s.io_jobsets.yaml',
  },
  kuberay: {
    module: 'github.com/ray-project/kuberay/ray-operator@v1.5.1',
    file: 'config/crd/bases/ray.io_rayclusters.yaml',
  },
} as const;

const hasGo = spawnSync('go', ['version']).status === 0;

function schemaOf({ module, file }: (typeof CRDS)[keyof typeof CRDS], version: string): unknown {
  const options = { cwd: temporaryFolder(), encoding: 'utf8' } as const;
  const answer = execFileSync('go', ['mod', 'download', '-json', module], options);
  const crd = parse(readFileSync(join(JSON.parse(answer).Dir, file), 'utf8'));
  const found = crd.spec.versions.find(({ name }: { name: string }) => name === version);
  return found.schema.openAPIV3Schema;
}

/** Returns what the published schema says against an object. */
function objectionsTo(schema: unknown, object: unknown): readonly string[] {
  const input = JSON.stringify({ schema, object });
  const program = join(import.meta.dirname, 'validate.py');
  const output = execFileSync(findPython().executable, [program], { input, encoding: 'utf8' });
  return output.split('\n').filter(Boolean);
}

const OPTIONS = {
  launcher: 'kubernetes',
  image: 'registry.example/mu2net:1',
  workers: 3,
  gpus: 2,
  tpu: { accelerator: 'tpu-v5-lite-podslice', topology: '2x4', chips: 4 },
  nodeSelector: { pool: 'accelerators' },
};

describe.skipIf(!hasGo)(`published schemas${hasGo ? '' : ': skipped, there is no go'}`, () => {
  test.each([
    ['jobset', 'v1alpha2'],
    ['kuberay', 'v1'],
  ] as const)('accept what is generated for %s, and nothing else', (kind, version) => {
    const config = group.parse({ ...OPTIONS, kind }) as GroupOf<'kubernetes'>;
    const wordsOf = (worker: string) => ['--name', worker];
    const manifest = workloadManifest({ config, pool: 'lab', group: 'k8s', wordsOf });
    const schema = schemaOf(CRDS[kind], version);
    expect(objectionsTo(schema, manifest)).toEqual([]);
    const spoilt = JSON.parse(JSON.stringify(manifest).replaceAll('"containers"', '"kontainers"'));
    expect(objectionsTo(schema, spoilt).join('\n')).toContain('kontainers');
  });
});
