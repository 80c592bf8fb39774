// Row 16 of the table of goals: what encryption costs a message between controller and worker.
import { expect, test } from 'vitest';
import { Context, Dealer, Router } from 'zeromq';
import { Authenticator } from '../../ts/src/pool/wire/authenticator.js';
import { curveKeyOf } from '../../ts/src/pool/wire/keys.js';
import { createRouter } from '../../ts/src/pool/wire/router.js';
import { createSession } from '../../ts/src/pool/wire/security.js';
import { quantile, report } from './record.js';

const QUICK = process.env.MU2NET_BENCH_QUICK === '1';
const STRETCHES = QUICK ? 2 : 20;
const SMALL = { bytes: 200, count: QUICK ? 20 : 500 };
const LARGE = { bytes: 1 << 20, count: QUICK ? 2 : 20 };

const context = new Context();

/** Connects a dealer to a router that echoes, encrypted or not. */
async function connect(isEncrypted: boolean): Promise<Dealer> {
  const { security, credentials } = createSession();
  const router = isEncrypted ? createRouter(context, security) : new Router({ linger: 0 });
  await router.bind('tcp://127.0.0.1:0');
  const { brokerKey, keyPair } = credentials;
  const keys = {
    curveServerKey: curveKeyOf(brokerKey),
    curvePublicKey: curveKeyOf(keyPair.publicKey),
    curveSecretKey: curveKeyOf(keyPair.secretKey),
  };
  const dealer = new Dealer({ ...(isEncrypted ? keys : {}), linger: 0 });
  dealer.connect(router.lastEndpoint ?? '');
  const echo = async () => {
    for await (const frames of router) await router.send(frames);
  };
  echo().catch(() => {});
  return dealer;
}

/** Returns the seconds of one round trip, as a mean of a stretch. */
async function roundTrip(dealer: Dealer, { bytes, count }: typeof SMALL): Promise<number> {
  const message = Buffer.alloc(bytes, 7);
  const begun = performance.now();
  for (let nth = 0; nth < count; nth++) {
    await dealer.send(message);
    await dealer.receive();
  }
  return (performance.now() - begun) / 1000 / count;
}

test('encrypted and plain round trips in turns', async () => {
  await Authenticator.open(context, () => true);
  const [encrypted, plain] = [await connect(true), await connect(false)];
  for (const dealer of [encrypted, plain]) await roundTrip(dealer, SMALL);
  for (const [what, size] of [['200 bytes', SMALL] as const, ['1 MiB', LARGE] as const]) {
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let nth = 0; nth < STRETCHES; nth++) {
      ours.push(await roundTrip(encrypted, size));
      baseline.push(await roundTrip(plain, size));
    }
    const ratios = ours.map((seconds, nth) => seconds / (baseline[nth] ?? seconds));
    expect(ratios.every((ratio) => ratio > 0)).toBe(true);
    report({
      row: 16,
      metric: `round trip of a message of ${what}, encrypted ÷ plain`,
      ours: quantile(ours, 0.5),
      baseline: quantile(baseline, 0.5),
      ratio: quantile(ratios, 0.5),
      spread: [Math.min(...ratios), Math.max(...ratios)],
      goal: null,
      pass: null,
      unit: 's',
      detail: `both sockets in one process, loopback, no msgpack; ${STRETCHES} stretches of ${size.count} round trips each`,
    });
  }
});
