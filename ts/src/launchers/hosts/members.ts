import { Mu2NetError } from '../../domain/errors.js';
import type { LaunchedWorker, Launcher } from '../launcher.js';

/** A machine of a group, with the workers on it. */
export type Member = Omit<Launcher, 'plan'> & { readonly place: string };

/** Returns what a launcher does on several machines; one that fails does not hold up the others. */
export function onMembers(members: readonly Member[]): Omit<Launcher, 'plan'> {
  return {
    wanted: members.flatMap(({ wanted }) => wanted),
    async start(names) {
      await eachOf(members, async (member) => {
        const own = member.wanted.filter((name) => names.includes(name));
        if (own.length > 0) await member.start(own);
      });
    },
    async list() {
      return (await Promise.all(members.map(listed))).flat();
    },
    async stop(names) {
      await eachOf(members, (member) =>
        member.stop(names?.filter((name) => member.wanted.includes(name))),
      );
    },
    async logs(name, options) {
      await members.find(({ wanted }) => wanted.includes(name))?.logs(name, options);
    },
  };
}

/** Returns what a launcher does with a worker that is several machines together. */
export function asOneWorker(name: string, members: readonly Member[]): Omit<Launcher, 'plan'> {
  const stop = () => eachOf(members, (member) => member.stop([name]));
  return {
    wanted: [name],
    async start() {
      // When a machine is lost, the worker ends on all of them, and those that remain may still do.
      if (members.length > 1) await stop();
      await eachOf(members, (member) => member.start([name]));
    },
    async list() {
      const hosts = (await Promise.all(members.map(listed))).map(
        (workers) => workers.find((worker) => worker.name === name) ?? null,
      );
      const [first] = hosts;
      if (hosts.every((host) => host === null)) return [];
      const away = hosts.findIndex((host) => host?.state !== 'running');
      if (away === -1 && first) return [first];
      const detail = hosts[away]?.detail ?? 'it was not started there';
      const place = members[away]?.place ?? '';
      return [{ name, state: 'ended', place, detail }];
    },
    async stop(names) {
      if (!names || names.includes(name)) await stop();
    },
    async logs(_, options) {
      const tell = (host: number) => (line: string) =>
        options.onLine(members.length > 1 ? `host ${host}: ${line}` : line);
      await Promise.all(
        members.map((member, host) => member.logs(name, { ...options, onLine: tell(host) })),
      );
    },
  };
}

/** Does work on every machine, and throws the first error when all are done. */
async function eachOf(
  members: readonly Member[],
  work: (member: Member) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(members.map(work));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Lists the workers of a machine; nobody knows of one that cannot be reached, so they count as ended. */
async function listed(member: Member): Promise<readonly LaunchedWorker[]> {
  try {
    return await member.list();
  } catch (error) {
    if (!(error instanceof Mu2NetError) || error.code === 'CANCELLED') throw error;
    const { place, wanted } = member;
    return wanted.map((name) => ({ name, state: 'ended', place, detail: error.message }));
  }
}
