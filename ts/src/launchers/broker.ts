import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { PoolConfig } from '../config/index.js';
import { Mu2NetError } from '../domain/errors.js';
import { thisPackage } from '../installation/package.js';
import type { Credentials } from '../pool/wire/security.js';
import { connectionOf } from '../standing/pool-folder.js';
import { isFileLocked } from '../state/lock/file-lock.js';
import { Host, LOCAL_SHELL } from './hosts/host.js';
import { quoteAll } from './hosts/quote.js';

/** Where a broker is, and who it is. */
export interface BrokerAddress {
  /** Where workers on other machines reach it. */
  readonly remote: string;
  /** Where it is reached on its own machine, as a tunnel does. */
  readonly local: string;
  /** Its public key; workers talk to no other broker. */
  readonly publicKey: string;
}

/** A standing pool that is served, and how workers connect to it. */
export interface ServedBroker {
  readonly address: BrokerAddress;
  readonly credentials: Credentials;
}

/** Returns the address of a broker for a plan, before the broker is served. */
export function plannedAddress({ listen, address }: PoolConfig['broker']): BrokerAddress {
  const local = listen
    .replace(/\/\/(0\.0\.0\.0|\*):/, '//127.0.0.1:')
    .replace('//[::]:', '//[::1]:');
  return { remote: address ?? local, local, publicKey: 'mu2net-public-…' };
}

/** Returns host and port of an endpoint, as `host:port`. */
export function hostAndPort(endpoint: string): string {
  return endpoint.replace(/^tcp:\/\//, '');
}

/** Returns the words that serve a pool, after the name of the program. */
export function serveWords({ folder, listen }: PoolConfig['broker']): readonly string[] {
  return ['pool', 'serve', '--folder', folder, '--listen', listen];
}

/** The process of this machine that serves a pool; no group has such a name. */
function brokerHost(pool: string, signal?: AbortSignal): Host {
  return new Host(LOCAL_SHELL, { pool, group: '.broker' }, signal);
}

const nameOf = (pool: string) => `${pool}-broker`;

/**
 * Serves the standing pool of a file, unless a process does already, and says how workers connect.
 *
 * @throws Mu2NetError LAUNCH_FAILED with what it said when it cannot be served.
 */
export async function serveBroker(
  { name: pool, broker }: PoolConfig,
  signal: AbortSignal | undefined,
): Promise<ServedBroker> {
  const { folder } = broker;
  const isServed = () => isFileLocked(join(folder, 'lock.db'));
  if (!isServed()) {
    const program = join(thisPackage().folder, 'bin', 'mu2net.js');
    const command = quoteAll([process.execPath, program, ...serveWords(broker)]);
    const host = brokerHost(pool, signal);
    await host.stop();
    await host.start([
      { name: nameOf(pool), command, mark: `--folder ${folder} `, environment: {} },
    ]);
    await untilServed(host, isServed);
  }
  const { endpoint: local, credentials } = connectionOf(folder, 'worker');
  const publicKey = credentials.brokerKey;
  return { address: { remote: broker.address ?? local, local, publicKey }, credentials };
}

const LOOK_MILLIS = 100;

/** Waits until the broker listens: its log then says where. */
async function untilServed(host: Host, isServed: () => boolean): Promise<void> {
  for (;;) {
    const [process] = await host.list();
    if (!process?.isRunning) {
      const reason = process?.lastLine.replace(/^mu2net: /, '') ?? 'it ended';
      throw new Mu2NetError('LAUNCH_FAILED', `the pool cannot be served: ${reason}`);
    }
    if (isServed() && process.lastLine !== '') return;
    await setTimeout(LOOK_MILLIS);
  }
}

/** Stops the broker, if `up` started it. */
export async function stopBroker(pool: string, signal: AbortSignal | undefined): Promise<void> {
  await brokerHost(pool, signal).stop();
}
