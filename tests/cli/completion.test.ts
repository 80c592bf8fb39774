import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { SHELLS } from '../../ts/src/cli/completion/scripts.js';
import { defineExperiment } from '../../ts/src/config/index.js';
import { openRun } from '../../ts/src/index.js';
import { poolOf } from '../support/experiments.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { MAIN, mu2net } from './cli.js';

const folder = temporaryFolder();

/** Grows a run with a branch, and installs the command. */
beforeAll(async () => {
  const { experiment } = defineExperiment(
    {
      name: 'first',
      method: { samplesPerTask: 2, width: 2 },
      hyperparameters: { num_layers: 1 },
      tasks: ['mnist'],
      taskIterations: 1,
    },
    { dataMustExist: false },
  );
  const options = { folder: join(folder, 'runs'), pool: poolOf(experiment) };
  await openRun(await growDirectory(experiment, options)).branch('wide');
  writeFileSync(join(folder, 'small.yaml'), '');
  const command = join(folder, 'bin', 'mu2net');
  mkdirSync(join(folder, 'bin'));
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`);
  chmodSync(command, 0o755);
});

const isThere = (shell: string) => spawnSync(shell, ['--version']).status === 0;

/** Runs a script of a shell with mu2net on PATH, and returns the lines that it prints. */
function linesOf(shell: string, script: string): readonly string[] {
  const PATH = `${join(folder, 'bin')}:${process.env.PATH}`;
  const env = { ...process.env, PATH, HOME: folder };
  const { stdout, stderr } = spawnSync(shell, ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

describe.skipIf(!isThere('bash'))('completion in bash', () => {
  /** The words that bash would offer for a line, with the default that it falls back to. */
  function offered(line: string): readonly string[] {
    return linesOf(
      'bash',
      `source <(mu2net completion bash)
       complete -p mu2net > /dev/null
       COMP_LINE='${line}' COMP_POINT=${line.length}
       _mu2net
       printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
  }

  it('knows commands, options, choices and names', () => {
    expect(offered('mu2net lea')).toEqual(['leaderboard']);
    expect(offered('mu2net eval mnist --split ')).toEqual(['train', 'validation', 'test']);
    expect(offered('mu2net eval ')).toEqual(['mnist']);
    expect(offered('mu2net tasks show cifar100')).toContain('cifar100');
    expect(offered('mu2net status f')).toEqual(['first', 'first:wide']);
  });

  it('continues a name after its colon, where bash ends a word', () => {
    expect(offered('mu2net status first:')).toEqual(['wide']);
    expect(offered('mu2net eval --split=te')).toEqual(['test']);
  });

  it('leaves files to bash', () => {
    expect(offered('mu2net run ')).toEqual([]);
    const [declared] = linesOf('bash', 'source <(mu2net completion bash); complete -p mu2net');
    expect(declared).toBe('complete -o default -F _mu2net mu2net');
  });
});

describe.skipIf(!isThere('zsh'))('completion in zsh', () => {
  it('offers the same, with meanings', () => {
    const said = linesOf(
      'zsh',
      `compdef() { :; }
       source <(mu2net completion zsh)
       _describe() { print -rl -- "\${(@P)2}" }
       _files() { print files }
       words=(mu2net status f) CURRENT=3
       _mu2net
       words=(mu2net lea) CURRENT=2
       _mu2net
       words=(mu2net run '') CURRENT=3
       _mu2net`,
    );
    expect(said.slice(0, 2)).toEqual(['first', 'first\\:wide']);
    expect(said[2]).toMatch(/^leaderboard:show each task/);
    expect(said[3]).toBe('files');
  });
});

describe.skipIf(!isThere('fish'))('completion in fish', () => {
  it('offers the same, with meanings', () => {
    const offered = (line: string) =>
      linesOf('fish', `mu2net completion fish | source; complete -C '${line}'`);
    expect(offered('mu2net status f')).toEqual(['first', 'first:wide']);
    expect(offered('mu2net lea')).toEqual([expect.stringMatching(/^leaderboard\tshow each task/)]);
    expect(offered('mu2net run sm')).toEqual([expect.stringMatching(/^small\.yaml/)]);
  });
});

describe('the completing command', () => {
  it.each([
    ['a folder without runs', ['eval', ''], { MU2NET_RUNS: join(folder, 'none') }],
    ['a folder that is a file', ['status', ''], { MU2NET_RUNS: join(folder, 'small.yaml') }],
    ['nonsense', ['nosuch', '--what=', '--', '-x'], {}],
    ['no word', [], {}],
  ])('says nothing on stderr and succeeds: %s', async (_, words, env) => {
    const { status, stderr } = await mu2net(folder, ['__complete', '--', ...words], env);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('is in no help', async () => {
    expect((await mu2net(folder, ['--help'])).stdout).not.toContain('__complete');
  });

  it.each(SHELLS)('has a script for %s, also as JSON', async (shell) => {
    const { stdout } = await mu2net(folder, ['completion', shell]);
    const json = JSON.parse((await mu2net(folder, ['completion', shell, '--json'])).stdout);
    expect(json).toEqual({ shell, script: stdout });
  });
});
