import type { PoolMessageOf } from '../../../../protocol/index.js';
import { duration, plural } from '../../text/format.js';
import type { Screen } from '../shell/screen.js';
import { tableLines } from './table.js';

type Survey = PoolMessageOf<'surveyed'>;

/** Describes a pool: its workers, the controllers that use it, and what each has used. */
export function poolLines(survey: Survey, screen: Screen): readonly string[] {
  const { workers, controllers, usage } = survey;
  return [
    poolLine(survey),
    ...(workers.length > 0 ? ['', ...workerLines(survey, screen)] : []),
    ...(controllers.length > 0 ? ['', ...controllerLines(survey, screen)] : []),
    ...(usage.length > 0 ? ['', ...usageLines(survey, screen)] : []),
  ];
}

/** Describes a pool in one line. */
export function poolLine({ upSeconds, isDraining, workers, controllers, barred }: Survey): string {
  const busy = workers.filter((worker) => worker.busy).length;
  const queued = controllers.reduce((sum, each) => sum + each.queued, 0);
  const away = barred.filter(({ worker }) => workers.every(({ name }) => name !== worker));
  return [
    `${isDraining ? 'stopping after' : 'up for'} ${duration(upSeconds)}`,
    `${plural(workers.length, 'worker')}, ${busy} busy`,
    plural(controllers.length, 'controller'),
    `${plural(queued, 'request')} waiting`,
    ...away.map(({ worker, state }) => `${worker} ${state}`),
  ].join(' · ');
}

function workerLines({ workers }: Survey, screen: Screen): readonly string[] {
  return tableLines(
    [
      { title: 'worker' },
      { title: 'state' },
      { title: 'device', leaves: 2 },
      { title: 'precision', leaves: 1 },
    ],
    workers.map(({ name, state, busy, devices, engine }) => [
      name,
      state === 'ready' ? (busy ? 'busy' : 'idle') : state,
      `${engine.devices > 1 ? `${engine.devices} × ` : ''}${devices[0]?.kind ?? '–'}`,
      engine.precision,
    ]),
    screen,
  );
}

function controllerLines({ controllers }: Survey, screen: Screen): readonly string[] {
  return tableLines(
    [
      { title: 'controller' },
      { title: 'priority' },
      { title: 'share', numeric: true },
      { title: 'running', numeric: true },
      { title: 'waiting', numeric: true },
    ],
    controllers.map(({ name, priority, share, running, queued }) => [
      name,
      priority,
      `${share}`,
      `${running}`,
      `${queued}`,
    ]),
    screen,
  );
}

function usageLines({ usage }: Survey, screen: Screen): readonly string[] {
  return tableLines(
    [{ title: 'used by' }, { title: 'time', numeric: true }, { title: 'requests', numeric: true }],
    usage.map(({ name, seconds, requests }) => [name, duration(seconds), `${requests}`]),
    screen,
  );
}
