import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../../tests/support/runs.js';
import { EventLog, olderLogOf } from './event-log.js';
import type { EventBody, RunEvent } from './events.js';
import { EventReader, eventsOf } from './read-events.js';
import { stampEvent } from './reporter.js';

const where = { run: 'test', branch: 'main' };
const warning = (message: string): RunEvent => stampEvent({ type: 'warning', message }, where);
const started: EventBody = {
  type: 'started',
  directory: 'runs/test',
  resumed: false,
  tasks: ['a'],
  taskIterations: 1,
  children: 4,
  childrenDone: 1,
};
const child: EventBody = {
  type: 'child',
  task: 'a',
  pathId: 2,
  qualities: [0.5],
  score: 0.5,
  retained: true,
  failure: null,
  trainSeconds: 1,
  worker: null,
};

function newLog(largest?: number) {
  const file = join(temporaryFolder(), 'events.jsonl');
  const failures: Error[] = [];
  return { file, failures, log: new EventLog(file, (error) => failures.push(error), largest) };
}

const loggedIn = (file: string) => eventsOf(readFileSync(file, 'utf8'));

describe('the event log', () => {
  test('has a line for each event', () => {
    const { file, log } = newLog();
    const events = [warning('one'), stampEvent(started, where), stampEvent(child, where)];
    for (const event of events) log.append(event);
    log.close();
    expect(loggedIn(file)).toEqual(events);
  });

  test('begins a new file at its largest size, which can be read alone', () => {
    const { file, log } = newLog(2_000);
    log.append(stampEvent(started, where));
    log.append(stampEvent(child, where));
    for (let n = 0; n < 100; n++) log.append(warning(`event ${n}`));
    log.close();
    for (const each of [file, olderLogOf(file)]) {
      expect(statSync(each).size).toBeLessThan(2_500);
      expect(loggedIn(each)[0]).toMatchObject({ type: 'started', childrenDone: 2 });
    }
    expect(loggedIn(file).at(-1)).toMatchObject({ message: 'event 99' });
  });

  test('goes on after a line that a killed process left incomplete', () => {
    const { file, log } = newLog();
    appendFileSync(file, '{"type":"warning","time":"2026-0');
    const event = warning('after');
    log.append(event);
    log.close();
    expect(loggedIn(file)).toEqual([event]);
  });

  test('that cannot be written says so once, and is tried again', () => {
    const folder = join(temporaryFolder(), 'later');
    const file = join(folder, 'events.jsonl');
    const failures: Error[] = [];
    const log = new EventLog(file, (error) => failures.push(error));
    log.append(warning('lost'));
    log.append(warning('lost too'));
    expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('ENOENT')]);
    mkdirSync(folder);
    const event = warning('kept');
    log.append(event);
    log.close();
    expect(loggedIn(file)).toEqual([event]);
    expect(failures).toHaveLength(1);
  });

  test.runIf(existsSync('/dev/full'))('on a full disk stops nothing', () => {
    const { file, failures, log } = newLog();
    symlinkSync('/dev/full', file);
    for (let n = 0; n < 3; n++) log.append(warning('lost'));
    log.close();
    expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('ENOSPC')]);
  });
});

describe('a reader of the event log', () => {
  test('leaves out what is not an event, and fields that it does not know', () => {
    const event = warning('good');
    const lines = [
      '',
      'null',
      '{}',
      '{"type":"progress"}',
      JSON.stringify({ ...event, type: 'invented later' }),
      JSON.stringify({ ...event, added: 'later' }),
      JSON.stringify(event).slice(0, -4),
    ];
    expect(eventsOf(lines.join('\n'))).toEqual([event]);
  });

  test('follows the log from file to file, and waits for the end of a line', () => {
    const { file, log } = newLog(1_000);
    const reader = new EventReader(file);
    expect(reader.read()).toEqual([]);
    const written: RunEvent[] = [];
    const read: RunEvent[] = [];
    for (let n = 0; n < 50; n++) {
      const event = warning(`event ${n}`);
      written.push(event);
      log.append(event);
      if (n % 2 === 0) read.push(...reader.read());
    }
    log.close();
    read.push(...reader.read());
    const next = JSON.stringify(warning('in parts'));
    appendFileSync(file, next.slice(0, 20));
    expect(reader.read()).toEqual([]);
    appendFileSync(file, `${next.slice(20)}\n`);
    expect(reader.read()).toEqual([JSON.parse(next)]);
    reader.close();
    expect(read).toEqual(written);
  });
});
