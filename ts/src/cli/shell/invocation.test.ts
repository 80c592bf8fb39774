import { expect, it } from 'vitest';
import { invocationOf } from './invocation.js';

const PATH = '/usr/local/bin:/usr/bin';

it.each([
  ['a command on PATH', '/usr/local/bin/mu2net', { PATH }, 'mu2net'],
  ['a program of the project', '/home/me/p/node_modules/.bin/mu2net', { PATH }, 'npx mu2net'],
  [
    'npx, which extends PATH',
    '/home/me/p/node_modules/.bin/mu2net',
    { PATH: `/home/me/p/node_modules/.bin:${PATH}`, npm_command: 'exec' },
    'npx mu2net',
  ],
  ['the file itself', '/home/me/mu2net/dist/bundle/main.js', { PATH }, 'npx mu2net'],
  ['a program that imports the package', '/home/me/grow.js', {}, 'npx mu2net'],
  ['no file', undefined, { PATH }, 'npx mu2net'],
])('names the command as it was started: %s', (_, script, env, expected) => {
  expect(invocationOf({ script, env })).toBe(expected);
});
