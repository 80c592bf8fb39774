import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineExperiment } from '../../ts/src/config/index.js';
import type { RunEvent } from '../../ts/src/run/events/events.js';
import { eventsOf } from '../../ts/src/run/events/read-events.js';
import { eventLogOf } from '../../ts/src/state/directory.js';
import { SMALL } from '../e2e/support.js';
import { lastPid } from '../support/pids.js';
import { growDirectory, temporaryFolder } from '../support/runs.js';
import { isThorough } from '../support/thorough.js';

const messagesOf = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'worker' ? [event.message] : []));

test.runIf(isThorough)(
  'a killed worker is told, with the reason, its restart and its retried work',
  async () => {
    const folder = temporaryFolder();
    const { experiment } = defineExperiment({ ...SMALL, name: 'told' });
    const events: RunEvent[] = [];
    let killed = false;
    const directory = await growDirectory(experiment, {
      folder,
      onEvent(event) {
        events.push(event);
        if (event.type !== 'progress' || killed) return;
        killed = true;
        process.kill(lastPid(messagesOf(events)), 'SIGKILL');
      },
    });
    const logged = eventsOf(readFileSync(eventLogOf(directory), 'utf8'));
    const worker = (all: readonly RunEvent[]) => all.filter((event) => event.type === 'worker');
    expect(worker(logged)).toEqual(worker(events));
    const changes = worker(logged).map(({ change }) => change);
    expect(changes).toEqual(
      expect.arrayContaining(['starting', 'ready', 'lost', 'restarting', 'retried']),
    );
    const told = (change: string) => worker(logged).find((event) => event.change === change);
    expect(told('lost')).toMatchObject({ worker: 'local-0', run: 'told', branch: 'main' });
    expect(told('lost')?.message).toMatch(/^worker local-0 was lost because it/);
    expect(told('restarting')?.message).toMatch(/^worker local-0 is started again because /);
    expect(told('retried')).toMatchObject({ task: 'digits', worker: 'local-0' });
    expect(logged.at(-1)).toMatchObject({ type: 'finished' });
    const children = logged.filter((event) => event.type === 'child');
    expect(new Set(children.map((child) => child.worker))).toEqual(new Set(['local-0']));
    // JAX looks for devices that are not there; its log says nothing of them.
    const log = readFileSync(join(directory, 'local-0.log'), 'utf8');
    expect(log).toContain('computes with');
    expect(log).not.toContain('Unable to initialize backend');
  },
);
