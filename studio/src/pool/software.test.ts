import { expect, test } from 'vitest';
import { softwareText } from './software.js';

test('names the versions of a worker, and says that the null pool is simulated', () => {
  const versions = { sidecar: '0.2.0', python: '3.11.7', jax: '0.10.2' };
  expect(softwareText(versions)).toBe('sidecar 0.2.0, Python 3.11.7, JAX 0.10.2');
  expect(softwareText({ sidecar: 'null', python: 'null', jax: 'null' })).toBe('simulated');
});
