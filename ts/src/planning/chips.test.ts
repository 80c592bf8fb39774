import { describe, expect, it, test } from 'vitest';
import { CHIPS, parseDevice } from './chips.js';

describe('parseDevice', () => {
  it.each([
    ['v5e', 1, 'v5e:2x2'],
    ['v5e:2x2', 4, 'v5e:2x2'],
    ['v4', 1, 'v4:2x2x1'],
    ['v5p:2x2x2', 8, 'v5p:2x2x2'],
    ['h100', 1, null],
    ['h200:8', 8, null],
    ['cpu', 1, null],
  ])('reads %s', (text, chips, topology) => {
    expect(parseDevice(text)).toMatchObject({ chips, topology });
  });

  it.each([
    ['tpu9', /'tpu9' is not a device that a plan knows; it knows v4, v5e/],
    ['v5e:4', /write it like v5e:2x2$/],
    ['v4:2x2', /write it like v4:2x2x1$/],
    ['h100:2x2', /write h100:8$/],
    ['h100:0', /write h100:8$/],
    ['v5e:2x', /is not a device/],
  ])('refuses %s', (text, message) => {
    expect(() => parseDevice(text)).toThrow(message);
  });
});

test('every accelerator has its figures and the page of its maker', () => {
  for (const chip of CHIPS.filter(({ platform }) => platform !== 'cpu')) {
    expect(chip.source).toMatch(/^https:\/\/(cloud\.google\.com|www\.nvidia\.com)\//);
    // Memory of at least 16 GB, and more operations than bytes in a second.
    expect(chip.memoryBytes).toBeGreaterThanOrEqual(16e9);
    expect(chip.flopsPerSecond).toBeGreaterThan(50 * (chip.bytesPerSecond ?? Infinity));
  }
});
