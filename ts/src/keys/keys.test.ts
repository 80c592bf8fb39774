import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { curveKeyPair } from 'zeromq';
import { temporaryFolder } from '../../../tests/support/runs.js';
import {
  createKeyPair,
  curveKeyOf,
  isPublicKey,
  isSecretKey,
  keyPairOf,
} from '../pool/wire/keys.js';
import { allowKey, formatAllowList, parseAllowList, revokeKey } from './allow-list.js';
import { changeAllowList, readAllowList } from './allow-list-file.js';
import { createKeyFile, readKeyFile } from './key-file.js';

const [first, second] = [createKeyPair().publicKey, createKeyPair().publicKey];
const WORKER = { role: 'worker', publicKey: first, name: 'gpu-1' } as const;
const CONTROLLER = { role: 'controller', publicKey: second, name: 'alice' } as const;

test('keys are those of ZeroMQ, in other letters', () => {
  // The example of https://rfc.zeromq.org/spec/32/ is 864FD26FB559F75B: HelloWorld.
  const example = `mu2net-public-${'864fd26fb559f75b'.repeat(4)}`;
  expect(curveKeyOf(example)).toBe('HelloWorld'.repeat(4));
  const pair = createKeyPair();
  expect(isPublicKey(pair.publicKey) && isSecretKey(pair.secretKey)).toBe(true);
  expect(isPublicKey(pair.secretKey) || isSecretKey(pair.publicKey)).toBe(false);
  expect(keyPairOf(pair.secretKey)).toEqual(pair);
  expect(createKeyPair()).not.toEqual(pair);
  expect(curveKeyOf(pair.publicKey)).toHaveLength(curveKeyPair().publicKey.length);
});

test('a key file is for its owner alone, and never overwritten', () => {
  const file = join(temporaryFolder(), 'key');
  const pair = createKeyFile(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readKeyFile(file)).toEqual(pair);
  expect(() => createKeyFile(file)).toThrow(/exists, and may hold a key that is in use/);
  expect(readKeyFile(file)).toEqual(pair);
  chmodSync(file, 0o640);
  expect(() => readKeyFile(file)).toThrow(/can be read by others/);
  writeFileSync(file, pair.publicKey);
  expect(() => readKeyFile(file)).toThrow(/does not hold a secret key/);
});

test('an allow-list is read as it was written, and names its wrong lines', () => {
  const text = formatAllowList([WORKER, CONTROLLER]);
  expect(parseAllowList(`${text}\n  # a comment\n\n`, 'f')).toEqual([WORKER, CONTROLLER]);
  for (const wrong of [
    `admin ${first} a`,
    `worker ${first}`,
    `worker ${first} a b`,
    `worker ${first.toUpperCase()} a`,
    `worker ${createKeyPair().secretKey} a`,
  ]) {
    expect(() => parseAllowList(`${text}${wrong}`, 'f')).toThrow(/^f:4: is not '<role>/);
  }
});

test('a key has one role and one name, and is revoked by either', () => {
  const file = join(temporaryFolder(), 'allowed');
  for (const key of [WORKER, CONTROLLER]) {
    changeAllowList(file, (keys) => allowKey(keys, key, file));
  }
  expect(readAllowList(file)).toEqual([WORKER, CONTROLLER]);
  const again = { ...WORKER, role: 'controller', name: 'other' } as const;
  expect(() => allowKey([WORKER], again, file)).toThrow(/a key has one role/);
  const namesake = { ...CONTROLLER, name: 'gpu-1' };
  expect(() => allowKey([WORKER], namesake, file)).toThrow(/another key named gpu-1/);
  changeAllowList(file, (keys) => revokeKey(keys, 'gpu-1', file).left);
  changeAllowList(file, (keys) => revokeKey(keys, second, file).left);
  expect(readAllowList(file)).toEqual([]);
  expect(() => revokeKey([WORKER], 'bob', file)).toThrow(/has no key bob; it has gpu-1/);
});

test('two commands do not change an allow-list at once, and a failed change leaves it alone', () => {
  const file = join(temporaryFolder(), 'allowed');
  changeAllowList(file, () => [WORKER]);
  changeAllowList(file, (keys) => {
    expect(() => changeAllowList(file, () => [])).toThrow(/is being changed by another command/);
    return keys;
  });
  expect(() => changeAllowList(file, (keys) => revokeKey(keys, 'bob', file).left)).toThrow();
  expect(readFileSync(file, 'utf8')).toBe(formatAllowList([WORKER]));
});
