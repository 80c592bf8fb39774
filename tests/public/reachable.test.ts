import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Declarations } from './declarations.js';

const FACE = join(import.meta.dirname, '../../dist/ts/src/index.d.ts');

it('every type that the public API reaches can be imported from it', () => {
  const declarations = new Declarations();
  // The search finds types behind exports, and exports behind re-exports.
  expect(declarations.exportsOf(FACE).get('Run')?.file).toMatch(/api\/run\.d\.ts$/);
  expect(declarations.unexportedOf(FACE)).toEqual([]);
});
