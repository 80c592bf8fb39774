/**
 * An attacker: a process without a key that knows all the rest. It prints what came of its attacks
 * as a line of JSON.
 *
 * `node intruder.mjs attack <endpoint> <broker's public key> <lease> <pid>` attacks a broker, the
 * lease of a worker, and the memory of a process that has a secret key.
 * `node intruder.mjs pose <endpoint>` takes the port of a broker that is gone, and waits for workers.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { pack } from 'msgpackr';
import { curveKeyPair, Dealer, Router } from 'zeromq';

const [verb, endpoint = '', brokerKey = '', lease = '', victim = ''] = process.argv.slice(2);
const { hostname, port } = new URL(endpoint.replace('tcp:', 'http:'));
const own = curveKeyPair();

/**
 * Greeting of a ZMTP peer that offers a mechanism.
 * @param {string} mechanism
 */
function greeting(mechanism) {
  const bytes = Buffer.alloc(64);
  Buffer.from('ff00000000000000017f0301', 'hex').copy(bytes);
  bytes.write(mechanism, 12, 'latin1');
  return bytes;
}

const HELLO = {
  type: 'hello',
  version: { major: 4, minor: 99 },
  worker: 'intruder',
  epoch: '1',
  versions: { sidecar: '0', python: '0', jax: '0' },
  devices: [],
  engine: { precision: 'float32', attention: 'xla', remat: 'dots', devices: 1 },
};
const FORGED = {
  type: 'done',
  lease,
  attempt: 1,
  result: { kind: 'collect', deleted: 99 },
};

/**
 * Joins, forges results and other versions over a ZeroMQ socket; returns what the broker said.
 * @param {object} options
 */
async function forge(options) {
  const dealer = new Dealer({
    ...options,
    linger: 0,
    reconnectInterval: 100,
    receiveTimeout: 4000,
  });
  let failures = 0;
  dealer.events.on('disconnect', () => failures++);
  dealer.connect(endpoint);
  const frames = [
    ...[HELLO, FORGED].map((message) => ['mu2net/4', pack(message)]),
    ['mu2net/99', ''],
  ];
  for (const each of frames) dealer.send(each).catch(() => {});
  const said = await dealer.receive().catch(() => null);
  dealer.close();
  return { isRefused: failures > 0, said: said?.map(String) ?? null };
}

/**
 * Sends bytes over TCP; returns whether the broker closed the connection, and how much it sent.
 * @param {(string | Uint8Array)[]} chunks
 */
function push(...chunks) {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let received = 0;
    socket.on('data', (bytes) => {
      received += bytes.length;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ isRefused: true, received }));
    for (const chunk of chunks) socket.write(chunk);
  });
}

/**
 * Returns what this user can read of a file.
 * @param {string} file
 */
function visible(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

async function attack() {
  // A frame of 2^40 bytes in place of the handshake, and one of 60 MiB of which little arrives.
  const huge = Buffer.from('060000010000000000', 'hex');
  const large = Buffer.from('060000000003c00000', 'hex');
  const curve = { curveServerKey: brokerKey };
  const [plain, keyed, silent, half, oversized, slow, web] = await Promise.all([
    forge({}),
    forge({ ...curve, curvePublicKey: own.publicKey, curveSecretKey: own.secretKey }),
    push(),
    push(greeting('CURVE')),
    push(greeting('CURVE'), huge),
    push(greeting('CURVE'), large, Buffer.alloc(1000)),
    push('GET / HTTP/1.1\r\n\r\n'),
  ]);
  const arguments_ = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => visible(`/proc/${pid}/cmdline`));
  const secrets = [...arguments_, visible(`/proc/${victim}/environ`)].filter((text) =>
    /mu2net-secret-[0-9a-f]{64}/.test(text),
  );
  return { plain, keyed, silent, half, oversized, slow, web, secrets: secrets.length };
}

/** Binds the port, plain and with own keys, until workers have come to each twice. */
async function pose() {
  /** @type {string[][]} */
  const heard = [];
  for (const options of [{}, { curveServer: true, curveSecretKey: own.secretKey }]) {
    const router = new Router({ ...options, linger: 0 });
    let visits = 0;
    router.events.on('accept', () => visits++);
    await router.bind(endpoint);
    (async () => {
      for await (const frames of router) heard.push(frames.map(String));
    })();
    while (visits < 2) await setTimeout(50);
    await setTimeout(200);
    router.close();
    await setTimeout(200);
  }
  return { heard };
}

console.log(JSON.stringify(await (verb === 'pose' ? pose() : attack())));
process.exit(0);
