import { describe, expect, test } from 'vitest';
import type { Request } from '../../../../protocol/index.js';
import { trainRequest } from '../../../../tests/support/requests.js';
import { canServe, hasData, type Offer } from './can-serve.js';

type Source = Extract<Request, { kind: 'train' }>['task']['source'];

const ROOTED: Offer = {
  dataRoots: ['/data/', 's3://bucket/sets'],
  prepared: [{ name: 'emnist/digits', version: '3.1.0' }],
  fetches: false,
};
const trainOn = (source: Source): Request => {
  const request = trainRequest('/store', [1]);
  return { ...request, task: { ...request.task, source } };
};
const folder = (path: string): Source => ({ kind: 'folder', path });
const tfds = (name: string, version: string, directory = '/elsewhere'): Source => ({
  ...{ kind: 'tfds', directory, name, version, others: [] },
  ...{ image: 'image', label: { kind: 'key', key: 'label' } },
});
const idx = (images: string): Source => ({
  kind: 'idx',
  files: { train: { images, labels: '/data/labels' } },
});

describe('a worker with data roots', () => {
  test.each([
    [{ kind: 'digits' }, true],
    [folder('/data/flowers'), true],
    [folder('/data'), true],
    [folder('/database'), false],
    [folder('/data/../etc'), false],
    [folder('/home/ada/flowers'), false],
    [folder('s3://bucket/sets/flowers'), true],
    [folder('s3://bucket/setsuko'), false],
    [idx('/data/images'), true],
    [idx('/home/images'), false],
    [tfds('mnist', '3.*.*', '/data/tfds'), true],
    [tfds('emnist/digits', '3.*.*'), true],
    [tfds('emnist/digits', '3.1.1'), false],
    [tfds('emnist', '3.1.0'), false],
  ] as const)('serves %j: %j', (source, isServed) => {
    const request = trainOn(source as Source);
    expect(hasData(ROOTED, request)).toBe(isServed);
    expect(canServe(ROOTED, request)).toBe(isServed);
  });

  test('serves what it fetches, and what is not about data', () => {
    const request = trainOn(folder('/home/ada/flowers'));
    expect(canServe({ ...ROOTED, fetches: true }, request)).toBe(true);
    expect(hasData({ ...ROOTED, fetches: true }, request)).toBe(false);
    expect(canServe(ROOTED, { kind: 'collect', store: '/home/store', digests: [] })).toBe(true);
  });
});

describe('a worker that tells which URLs it reads', () => {
  const plain = { ...ROOTED, dataRoots: [], fetches: true, schemes: ['file', 'https'] };
  const at = (store: string): Request => ({ ...trainOn({ kind: 'digits' }), store }) as Request;

  test.each([
    [at('/store'), true],
    [at('file:///store'), true],
    [at('s3://bucket/store'), false],
    [trainOn(folder('https://host/flowers')), true],
    [trainOn(folder('s3://bucket/flowers')), false],
    [trainOn(folder('zip://flowers::s3://bucket/all.zip')), false],
    [{ kind: 'copy', store: '/store', from: 's3://bucket/other', digests: [] } as Request, false],
  ] as const)('is asked only for those: %#', (request, isServed) => {
    expect(canServe(plain, request)).toBe(isServed);
    expect(hasData(plain, request)).toBe(isServed);
    expect(canServe({ ...plain, schemes: undefined }, request)).toBe(true);
  });
});

test.each([undefined, { ...ROOTED, dataRoots: [] }])(
  'a worker that offers %j is tried',
  (offer) => {
    expect(canServe(offer, trainOn(folder('/home/ada/flowers')))).toBe(true);
  },
);
