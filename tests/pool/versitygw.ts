import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const PACKAGE = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
/** The folder of programs that only tests need. */
const TOOLS = process.env.MU2NET_TEST_TOOLS ?? join(homedir(), '.cache', 'mu2net-tools');

/** Builds versitygw, a real S3 server over a folder, unless it is there; returns why it cannot. */
export function buildGateway(): string | null {
  if (existsSync(join(TOOLS, 'versitygw'))) return null;
  const go = spawnSync('go', ['install', PACKAGE], {
    env: { ...process.env, GOBIN: TOOLS },
    encoding: 'utf8',
    timeout: 1_200_000,
  });
  if (go.error) return `Go is not installed, which builds versitygw (${go.error.message})`;
  return go.status === 0
    ? null
    : `versitygw cannot be built: ${go.stderr.trim().split('\n').at(-1)}`;
}

/** An S3 server, and the variables with which clients find it. */
export interface Gateway {
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Serves the folders in a folder as buckets. */
export async function openGateway(folder: string, bucket: string): Promise<Gateway> {
  mkdirSync(join(folder, bucket), { recursive: true });
  const port = await freePort();
  const [key, secret] = ['tester', 'secret-of-tester'];
  const words = ['--port', `127.0.0.1:${port}`, 'posix', folder];
  const server = spawn(join(TOOLS, 'versitygw'), words, {
    env: { ...process.env, ROOT_ACCESS_KEY: key, ROOT_SECRET_KEY: secret },
    stdio: 'ignore',
  });
  await waitForPort(port, server);
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: key,
      AWS_SECRET_ACCESS_KEY: secret,
      AWS_DEFAULT_REGION: 'us-east-1',
    },
    async close() {
      server.kill();
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function waitForPort(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`versitygw ended with ${server.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const opened = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (opened) return;
    await setTimeout(50);
  }
}
