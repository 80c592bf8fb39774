import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A network of two hosts: this machine, and a namespace of it in which commands can be run. */
export interface Network {
  /** The address of this machine on the network. */
  readonly address: string;
  /** Returns the command that runs a program on the other host. */
  command(...words: readonly string[]): readonly string[];
  /** Makes the network as bad in both directions as its kernel can, and returns how. */
  impair(): Promise<string>;
  /** Connects the hosts, or cuts them off from each other. */
  setConnected(isConnected: boolean): Promise<void>;
}

const ADDRESS = '198.18.77.1';

/** Ways to make a network bad, the best first; some kernels lack netem. */
const IMPAIRMENTS = [
  'netem delay 50ms 10ms loss 2%',
  // A thin line with a short queue, which drops what does not fit.
  'tbf rate 64kbit burst 1600 latency 50ms',
];

/** Runs a program, and returns whether it succeeded. */
async function succeeds(program = '', ...words: readonly string[]): Promise<boolean> {
  const child = spawn(program, words, { stdio: 'ignore' });
  const [status] = await once(child, 'close').catch(() => [1]);
  return status === 0;
}

/**
 * Creates a network that is removed after the test.
 * @returns null if this machine does not let us.
 */
export async function openNetwork(): Promise<Network | null> {
  const space = `mu2net-${process.pid}`;
  const [here, there] = [`mh${process.pid}`, `mt${process.pid}`];
  const ip = (...words: readonly string[]) => succeeds('ip', ...words);
  onTestFinished(async () => void (await ip('netns', 'delete', space)));
  const isReady =
    (await ip('netns', 'add', space)) &&
    (await ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', space)) &&
    (await ip('address', 'add', `${ADDRESS}/30`, 'dev', here)) &&
    (await ip('link', 'set', here, 'up')) &&
    (await ip('-n', space, 'address', 'add', '198.18.77.2/30', 'dev', there)) &&
    (await ip('-n', space, 'link', 'set', there, 'up'));
  if (!isReady) return null;
  const command = (...words: readonly string[]) => ['ip', 'netns', 'exec', space, ...words];
  return {
    address: ADDRESS,
    command,
    async impair() {
      for (const impairment of IMPAIRMENTS) {
        const words = (device: string) =>
          `tc qdisc replace dev ${device} root ${impairment}`.split(' ');
        const done =
          (await succeeds(...words(here))) && (await succeeds(...command(...words(there))));
        if (done) return impairment;
      }
      throw new Error('tc refuses every way to make the network bad');
    },
    async setConnected(isConnected) {
      const state = isConnected ? 'up' : 'down';
      if (!(await ip('link', 'set', here, state))) throw new Error(`ip refuses ${state}`);
    },
  };
}
