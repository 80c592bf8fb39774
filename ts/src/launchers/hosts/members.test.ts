import { expect, test } from 'vitest';
import { asOneWorker, type Member } from './members.js';

/** Machines of a worker `w`, and what was done on them in order. */
function createMachines(states: readonly ('running' | 'ended' | null)[]) {
  const done: string[] = [];
  const members = states.map((state, host): Member => {
    const place = `machine ${host}`;
    return {
      place,
      wanted: ['w'],
      start: async () => void done.push(`start ${host}`),
      stop: async () => void done.push(`stop ${host}`),
      list: async () => (state ? [{ name: 'w', state, place, detail: `log ${host}` }] : []),
      logs: async (_, { onLine }) => onLine(`line ${host}`),
    };
  });
  return { done, worker: asOneWorker('w', members) };
}

test('runs if all machines do, and names the first that does not', async () => {
  const listed = (...states: Parameters<typeof createMachines>[0]) =>
    createMachines(states).worker.list();
  const running = { name: 'w', state: 'running', place: 'machine 0', detail: 'log 0' };
  expect(await listed('running', 'running')).toEqual([running]);
  expect(await listed('running', 'ended', 'ended')).toEqual([
    { name: 'w', state: 'ended', place: 'machine 1', detail: 'log 1' },
  ]);
  expect(await listed('running', null)).toEqual([
    { name: 'w', state: 'ended', place: 'machine 1', detail: 'it was not started there' },
  ]);
  expect(await listed(null, null)).toEqual([]);
});

test('starts on all machines, after it was stopped on all', async () => {
  const { done, worker } = createMachines(['running', 'ended']);
  await worker.start(['w']);
  expect(done.slice(0, 2).sort()).toEqual(['stop 0', 'stop 1']);
  expect(done.slice(2).sort()).toEqual(['start 0', 'start 1']);
  const alone = createMachines(['ended']);
  await alone.worker.start(['w']);
  expect(alone.done).toEqual(['start 0']);
});

test('stops when its name is among those to stop', async () => {
  const { done, worker } = createMachines(['running', 'running']);
  await worker.stop(['other']);
  expect(done).toEqual([]);
  await worker.stop();
  expect(done.sort()).toEqual(['stop 0', 'stop 1']);
});

test('says of which host a line is', async () => {
  const lines: string[] = [];
  const options = { follow: false, onLine: (line: string) => void lines.push(line) };
  await createMachines(['running', 'running']).worker.logs('w', options);
  expect(lines).toEqual(['host 0: line 0', 'host 1: line 1']);
});
