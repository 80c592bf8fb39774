import { Mu2NetError } from '../domain/errors.js';
import { didYouMean } from '../text/did-you-mean.js';
import { createLauncher, noKey } from './create.js';
import { readPoolState } from './pool-state.js';

/** Which logs of workers are read, and how. */
export interface ReadLogsOptions {
  /** The group; undefined: all groups. */
  readonly group?: string | undefined;
  readonly follow: boolean;
  readonly onLine: (worker: string, line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the logs of the workers that `up` started.
 *
 * @throws Mu2NetError CONFIG_INVALID when nothing was started, or not this group.
 */
export async function readLogs(
  pool: string,
  { group: named, follow, onLine, signal }: ReadLogsOptions,
): Promise<void> {
  const state = readPoolState(pool);
  const { broker = null } = state ?? {};
  if (!state || !broker) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `nothing of the pool ${pool} was started on this machine; 'npx mu2net pool up' starts it`,
    );
  }
  const groups = Object.keys(state.groups);
  if (named !== undefined && !groups.includes(named)) {
    throw new Mu2NetError(
      'CONFIG_INVALID',
      `the pool ${pool} has no group '${named}'${didYouMean(named, groups) || `; its groups are ${groups.join(', ')}`}`,
      { group: named },
    );
  }
  const chosen = Object.entries(state.groups).filter(([group]) => group === (named ?? group));
  await Promise.all(
    chosen.map(async ([group, config]) => {
      const launcher = createLauncher(
        config,
        { pool, group, broker, secretKey: noKey },
        { signal },
      );
      const workers = await launcher.list();
      await Promise.all(
        workers.map(({ name }) =>
          launcher.logs(name, { follow, signal, onLine: (line) => onLine(name, line) }),
        ),
      );
    }),
  );
}
