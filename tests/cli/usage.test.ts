import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/runs.js';
import { mu2net, reported } from './cli.js';

const folder = temporaryFolder();

describe('an invalid command line', () => {
  it.each([
    [['eval'], "the argument 'task' is missing; 'npx mu2net eval --help' says more"],
    [['gc', '--all'], "unknown option '--all'; 'npx mu2net gc --help' says more"],
    [['evla'], "unknown command 'evla'; did you mean 'eval'? 'npx mu2net --help' says more"],
    [['tasks', 'prepare'], /^name a task, or .*; 'npx mu2net tasks prepare --help' says more$/],
    [
      ['resume', '--devices', '0'],
      "--devices 0: it must be a whole number from 1 to 9999; 'npx mu2net resume --help' says more",
    ],
    [
      ['eval', 'digits', '--split', 'dev'],
      "--split dev: it must be one of train, validation, test; 'npx mu2net eval --help' says more",
    ],
    [['run', 'a.yaml', '--name'], "--name needs a value; 'npx mu2net run --help' says more"],
    [
      ['config', 'show', 'a.yaml', 'b.yaml'],
      "too many arguments: 2 are given, and at most 1 can be; 'npx mu2net config show --help' says more",
    ],
    [
      ['completion', 'sh'],
      "sh: it must be one of bash, zsh, fish; 'npx mu2net completion --help' says more",
    ],
  ])('names the help of the command: %j', async (words, message) => {
    const answer = await mu2net(folder, [...words, '--json']);
    expect(answer.status).toBe(2);
    const { code, message: line, ...subject } = reported(answer);
    expect({ code, subject }).toEqual({ code: 'USAGE', subject: {} });
    expect(line).toMatch(message);
  });
});

it('the help lists the commands in groups', async () => {
  const { status, stdout } = await mu2net(folder, ['--help']);
  expect(status).toBe(0);
  const groups = stdout.match(/^(Grow|Look|Branch|Use|Data):\n( {2}.*\n)+/gm) ?? [];
  const commands = groups.map((group) =>
    [...group.matchAll(/^ {2}([\w-]+)/gm)].map(([, at]) => at),
  );
  expect(commands).toEqual([
    [
      ...['demo', 'run', 'resume', 'stop', 'sweep', 'simulate', 'plan'],
      ...['pretrain-root', 'import-published'],
    ],
    ['status', 'watch', 'leaderboard', 'children', 'show', 'draw', 'report', 'studio', 'log'],
    ['branch', 'diff', 'compare', 'adopt', 'rewind', 'drop', 'gc', 'rm'],
    ['predict', 'serve', 'eval', 'export', 'records', 'archive', 'unarchive'],
    ['tasks', 'root', 'config', 'keys', 'setup', 'doctor'],
  ]);
});
