import { describe, expect, it } from 'vitest';
import {
  briefly,
  count,
  duration,
  metric,
  percent,
  plural,
  points,
  truncate,
  UNKNOWN,
} from './format.js';

describe('numbers as people read them', () => {
  it('writes accuracies as per cent, and none as unknown', () => {
    expect(percent(0.95125)).toBe('95.13 %');
    expect(percent(1, 1)).toBe('100.0 %');
    expect(percent(null)).toBe(UNKNOWN);
  });

  it('writes differences in points, with a sign', () => {
    expect(points(0.012)).toBe('+1.20');
    expect(points(-0.0035)).toBe('−0.35');
    expect(points(-0.00001)).toBe('+0.00');
    expect(points(null)).toBe(UNKNOWN);
  });

  it.each([
    [0, '0'],
    [12, '12'],
    [999, '999'],
    [999.6, '1.00 k'],
    [1_484_162, '1.48 M'],
    [9_996, '10.0 k'],
    [85_652_738, '85.7 M'],
    [303_303_682, '303 M'],
    [999_600_000, '1.00 G'],
    [1e27, '1000000 Z'],
  ])('writes %d with three digits and a prefix: %s', (value, text) => {
    expect(metric(value)).toBe(text);
  });

  it('puts the unit behind the prefix', () => {
    expect(metric(5.24e12, 'FLOP')).toBe('5.24 TFLOP');
    expect(metric(12, 'FLOP')).toBe('12 FLOP');
  });

  it.each([
    [0, '0 s'],
    [0.2, 'under 1 s'],
    [8.4, '8 s'],
    [59.6, '1 min'],
    [70, '1 min 10 s'],
    [3_600, '1 h'],
    [7_505, '2 h 5 min'],
    [97_000, '1 d 2 h'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  it('counts things', () => {
    expect(count(1_484_162)).toBe('1,484,162');
    expect(plural(1, 'child', 'children')).toBe('1 child');
    expect(plural(1200, 'child', 'children')).toBe('1,200 children');
  });
});

describe('component names in brief', () => {
  it('draws layers together, in the order of the forward pass', () => {
    const names = ['cls', 'residual_adapter_1', 'encoderblock_0', 'encoderblock_1'];
    expect(briefly([...names, 'encoderblock_2', 'encoderblock_11', 'encoder_norm', 'head'])).toBe(
      'cls, residual_adapter 1, encoderblock 0–2,11, encoder_norm, head',
    );
    expect(briefly([])).toBe('');
  });
});

describe('truncation', () => {
  it('keeps what fits and marks what is lost', () => {
    expect(truncate('mnist', 5)).toBe('mnist');
    expect(truncate('mnist', 4)).toBe('mni…');
    expect(truncate('mnist', 0)).toBe('');
    expect(truncate('𝕄𝕟𝕚𝕤𝕥', 3)).toBe('𝕄𝕟…');
  });
});
