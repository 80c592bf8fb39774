import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the types of the page are right', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const { status, stdout } = spawnSync('npm', ['run', 'check'], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toContain('svelte-check found 0 errors and 0 warnings');
  expect(status).toBe(0);
});
