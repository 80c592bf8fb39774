import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { brokerMessage } from '../../protocol/index.js';
import { VTAB_LABELS } from '../../ts/src/catalogue/index.js';
import { ARCHITECTURE_SIZES, architectureOf } from '../../ts/src/domain/architecture.js';
import { findPython } from '../../ts/src/sidecar/python.js';

interface Tables {
  /** Hidden size, width of the MLP, heads and depth of each model size. */
  readonly sizes: Readonly<Record<string, readonly number[]>>;
  readonly vtab: readonly string[];
}

function sidecarTables(): Tables {
  const { executable, pythonPath } = findPython();
  const script = fileURLToPath(new URL('tables.py', import.meta.url));
  const env = { ...process.env, PYTHONPATH: pythonPath };
  return JSON.parse(execFileSync(executable, [script], { encoding: 'utf8', env })) as Tables;
}

const tables = sidecarTables();

it('both languages have the same sizes of Vision Transformers', () => {
  const sizes = ARCHITECTURE_SIZES.map((size) => {
    const { hiddenSize, mlpDim, numHeads, depth } = architectureOf(`${size}/16`) ?? {};
    return [size, [hiddenSize, mlpDim, numHeads, depth]];
  });
  expect(Object.fromEntries(sizes)).toEqual(tables.sizes);
});

it('protocol, catalogue and sidecar have the same labels of VTAB', () => {
  const schema = JSON.stringify(brokerMessage.toJSONSchema({ unrepresentable: 'any' }));
  const [, list = '[]'] = /"enum":(\[[^\]]*"clevr\/[^\]]*\])/.exec(schema) ?? [];
  const names = (JSON.parse(list) as string[]).sort();
  expect(names).toHaveLength(8);
  expect([...VTAB_LABELS].sort()).toEqual(names);
  expect(tables.vtab).toEqual(names);
});
