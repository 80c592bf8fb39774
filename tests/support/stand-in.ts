import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './runs.js';

/** A call of a stand-in. */
export interface RecordedCall {
  readonly words: readonly string[];
  readonly input: string;
}

/** The answer of a stand-in to a call whose command line or input contains a text. */
export interface RecordedAnswer {
  readonly to: string;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

/** A stand-in for a command line tool that needs a cloud: it records calls, and gives answers. */
export interface StandIn {
  /** The value of PATH with which it is found first. */
  readonly path: string;
  /** Answers from now on; the first that fits is given. A call without an answer fails. */
  readonly answer: (answers: readonly RecordedAnswer[]) => void;
  /** Returns the calls since the last time. */
  readonly calls: () => readonly RecordedCall[];
}

const PROGRAM = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
const words = process.argv.slice(2);
const input = words.includes('-N') ? '' : readFileSync(0, 'utf8');
appendFileSync(__dirname + '/calls', JSON.stringify({ words, input }) + '\\n');
const answers = JSON.parse(readFileSync(__dirname + '/answers', 'utf8'));
const line = words.join(' ');
const answer = answers.find(({ to }) => (line + '\\n' + input).includes(to));
process.stdout.write(answer?.stdout ?? '');
process.stderr.write(answer ? (answer.stderr ?? '') : 'the stand-in has no answer to ' + line);
process.exitCode = answer ? (answer.status ?? 0) : 99;
`;

/** Makes a stand-in for a command. */
export function createStandIn(command: string): StandIn {
  const folder = join(temporaryFolder(), 'bin');
  mkdirSync(folder);
  const file = join(folder, command);
  writeFileSync(file, PROGRAM);
  chmodSync(file, 0o755);
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  return {
    path: `${folder}:${process.env.PATH}`,
    answer: (answers) => writeFileSync(join(folder, 'answers'), JSON.stringify(answers)),
    calls() {
      const lines = readFileSync(calls, 'utf8').split('\n').filter(Boolean);
      writeFileSync(calls, '');
      return lines.map((line) => JSON.parse(line));
    },
  };
}
